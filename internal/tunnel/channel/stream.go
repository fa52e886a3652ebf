package channel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"safeguard/internal/tunnel/wire"
)

// A stream is the two-way flow of one session's bytes: in order, each once, for
// as long as the session lives. It outlives the WebSockets that carry it: what was
// not acknowledged on one is sent again on the next.
//
// Read and Write are for one goroutine each; they block while there is nothing to
// read, or no room to write.
type stream struct {
	emit  func(Event)
	id    string          // of the session
	ready chan struct{}   // closed when the handshake is done
	over  <-chan struct{} // closed when the session is over; err says why
	life  context.Context // ends with it
	end   context.CancelFunc
	wake  chan struct{} // for the goroutine that writes to the WebSocket

	mu       sync.Mutex
	readable sync.Cond // there is output, or the stream is over
	writable sync.Cond // there is room in the window, or the stream is over
	roomy    sync.Cond // there is room for output, or the carrier is to stop
	send     sender
	recv     receiver
	hs       handshake
	output   bytes.Buffer // in order, not yet read
	acks     []wire.Ack   // to send
	refused  int          // connections that the agent could not make
	err      error

	waiting  time.Time // since when the agent has acknowledged nothing, if anything waits
	stalled  bool      // the WebSocket is not read, for nobody reads the output
	progress bool      // data flowed since it was last asked
	bad      int       // frames in a row that were no messages
	last     error     // what was wrong with the last of them
}

func newStream(id string, emit func(Event)) *stream {
	s := &stream{
		emit:  emit,
		id:    id,
		ready: make(chan struct{}),
		wake:  make(chan struct{}, 1),
		send:  newSender(),
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.over = s.life.Done()
	s.readable.L, s.writable.L, s.roomy.L = &s.mu, &s.mu, &s.mu
	return s
}

// Read reads what the agent sent, at least one byte. The error is that with which
// the session ended.
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.output.Len() == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.readable.Wait()
	}
	n, _ := s.output.Read(p)
	s.roomy.Signal()
	return n, nil
}

// Write sends p to the agent: it returns when the window has taken it all.
func (s *stream) Write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.err != nil {
			return n, s.err
		}
		if s.send.idle() {
			s.waiting = time.Now()
		}
		n += s.send.write(p[n:])
		s.nudge()
		if n == len(p) {
			return n, nil
		}
		s.writable.Wait()
	}
}

// WriteBuffers writes several pieces: smux asks for it.
func (s *stream) WriteBuffers(pieces [][]byte) (n int, err error) {
	for _, p := range pieces {
		m, err := s.Write(p)
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Close ends the session, for its users have ended.
func (s *stream) Close() error {
	s.fail(errClosed)
	return nil
}

var errClosed = errors.New("the session was closed")

// fail ends the session; the first error stays.
func (s *stream) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failLocked(err)
}

func (s *stream) failLocked(err error) {
	if s.err != nil {
		return
	}
	s.err = err
	s.end()
	s.readable.Broadcast()
	s.writable.Broadcast()
	s.roomy.Broadcast()
}

// ended is the error with which the session ended, nil while it lives.
func (s *stream) ended() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// flag sends a flag to the agent, behind everything written before.
func (s *stream) flag(f wire.Flag) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.send.control(wire.KindFlag, f.Payload()) {
		s.nudge()
	}
}

// drained reports whether the agent has acknowledged everything.
func (s *stream) drained() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.send.idle()
}

// progressed reports whether data went either way since it was last asked.
func (s *stream) progressed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.progress
	s.progress = false
	return p
}

func (s *stream) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// corrupt is how many frames in a row may be no messages before the WebSocket is
// given up.
const corrupt = 64

// frame takes one frame from the WebSocket. An error is one of the carrier, and
// another WebSocket may help; what ends the session is in ended.
func (s *stream) frame(frame []byte) error {
	m, err := wire.Decode(frame)
	if err != nil {
		return s.malformed(err)
	}
	switch m.Type {
	case wire.Acknowledge:
		err = s.acknowledged(&m)
	case wire.Output:
		s.data(&m)
	case wire.ChannelClosed:
		err = s.closed(&m)
	}
	// Anything else is between the service and the agent.
	if err != nil {
		return s.malformed(err)
	}
	return nil
}

// malformed drops a frame that is no message: if it was one once, its sender
// sends it again for want of an acknowledgement.
func (s *stream) malformed(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bad++
	s.last = err
	if s.bad >= corrupt {
		return fmt.Errorf("%d frames in a row are damaged, the last one: %w", s.bad, err)
	}
	return nil
}

func (s *stream) acknowledged(m *wire.Message) error {
	a, err := wire.ParseAck(m.Payload)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bad = 0
	now := time.Now()
	if s.send.acknowledge(a.Sequence, now) {
		s.waiting, s.progress = now, s.progress || s.hs.done
		s.writable.Broadcast()
		s.nudge()
	}
	return nil
}

func (s *stream) data(m *wire.Message) {
	s.mu.Lock()
	before := s.refused
	s.place(m)
	refused := s.refused - before
	s.mu.Unlock()
	for range refused {
		s.emit(Refused{SessionID: s.id})
	}
}

// place puts a message where it belongs, and delivers those whose turn it is.
func (s *stream) place(m *wire.Message) {
	s.bad = 0
	turn, acknowledge := s.recv.accept(m)
	if acknowledge {
		s.acks = append(s.acks, wire.Ack{Type: m.Type, ID: m.ID, Sequence: m.Sequence, InOrder: true})
		s.nudge()
	} else {
		s.last = fmt.Errorf("message %d came where %d was expected", m.Sequence, s.recv.expected)
	}
	kind, payload := m.Kind, m.Payload
	for ok := turn; ok; kind, payload, ok = s.recv.next() {
		if err := s.deliver(kind, payload); err != nil {
			s.failLocked(err)
			return
		}
	}
}

// deliver processes a message whose turn it is. An error ends the session.
func (s *stream) deliver(kind wire.Kind, payload []byte) error {
	switch kind {
	case wire.KindOutput:
		if !s.hs.done {
			return errors.New("the agent sent data before the handshake was complete")
		}
		s.progress = true
		s.output.Write(payload)
		s.readable.Signal()
	case wire.KindHandshakeRequest:
		response, err := s.hs.request(payload)
		if err != nil {
			return err
		}
		if s.send.idle() {
			s.waiting = time.Now()
		}
		s.send.control(wire.KindHandshakeResponse, response)
		s.nudge()
	case wire.KindHandshakeComplete:
		if s.hs.done {
			return errors.New("the agent completed the handshake twice")
		}
		if err := s.hs.complete(payload); err != nil {
			return err
		}
		close(s.ready)
	case wire.KindEncryptionChallenge:
		return errEncrypted
	case wire.KindFlag:
		flag, err := wire.ParseFlag(payload)
		if err != nil {
			return err
		}
		if flag == wire.ConnectToPortError {
			s.refused++
		}
	}
	return nil // other kinds belong to shells
}

// closed ends the session because the service says that it has ended.
func (s *stream) closed(m *wire.Message) error {
	c, err := wire.ParseClosed(m.Payload)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err = ErrGone
	if c.Output != "" {
		err = fmt.Errorf("%w: %s", ErrGone, c.Output)
	}
	if s.hs.kms && !s.hs.done {
		err = fmt.Errorf("%w (%w)", errEncrypted, err)
	}
	s.failLocked(err)
	return nil
}

// leave tells the agent that the session ends, and gives it a moment to say that
// it has understood.
func (s *stream) leave() {
	s.flag(wire.TerminateSession)
	s.mu.Lock()
	defer s.mu.Unlock()
	late := false
	timer := time.AfterFunc(farewell, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.writable.Broadcast()
	})
	defer timer.Stop()
	for !late && s.err == nil && !s.send.idle() {
		s.writable.Wait()
	}
}

// unanswered is the error of a session whose handshake did not come to an end.
func (s *stream) unanswered() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := fmt.Errorf("the agent has not completed the handshake within %s", handshakeWithin)
	if s.last != nil {
		err = fmt.Errorf("%w; what came last: %w", err, s.last)
	}
	return err
}

package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/coder/websocket"

	"safeguard/internal/tunnel/wire"
)

const (
	// pingEvery keeps middleboxes from forgetting an idle channel, and finds out in
	// time that the network is gone.
	pingEvery = 30 * time.Second
	// pongWithin is how long the answer may take.
	pongWithin = 15 * time.Second
	// writeWithin is how long the network may take to accept a batch of frames.
	writeWithin = 30 * time.Second
	// silence is how long an agent may leave everything unacknowledged on a channel
	// that works otherwise.
	silence = 30 * time.Second
	// batchSize is about how many bytes are written before the state of the stream
	// is looked at again.
	batchSize = 32 << 10
)

var (
	errSilent = fmt.Errorf("the agent has acknowledged nothing for %s", silence)
	errPong   = fmt.Errorf("no answer to a ping within %s", pongWithin)
)

// carry moves the stream's messages over a WebSocket until that fails, the
// session is over or ctx ends. It closes the WebSocket, and returns why it
// stopped.
func (s *stream) carry(ctx context.Context, ws *websocket.Conn) error {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(ctx, func() {
		ws.CloseNow()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.roomy.Broadcast()
	})
	s.mu.Lock()
	s.send.rewind()
	s.waiting = time.Now()
	s.mu.Unlock()

	var g sync.WaitGroup
	g.Go(func() { cancel(s.writeTo(ctx, ws)) })
	g.Go(func() { cancel(s.ping(ctx, ws)) })
	cancel(s.readFrom(ctx, ws))
	g.Wait()
	if stop() {
		ws.CloseNow()
	}
	return context.Cause(ctx)
}

// readFrom takes frames from the WebSocket.
func (s *stream) readFrom(ctx context.Context, ws *websocket.Conn) error {
	ws.SetReadLimit(wire.MaxFrame)
	buf := make([]byte, wire.MaxFrame)
	for {
		if err := s.await(ctx); err != nil {
			return err
		}
		// The context is not given on: watching it would cost more than the read, and
		// the WebSocket is closed when it ends.
		kind, r, err := ws.Reader(context.Background())
		if err != nil {
			return fmt.Errorf("reading from the data channel: %w", err)
		}
		n, err := io.ReadFull(r, buf)
		if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading from the data channel: %w", err)
		}
		if kind != websocket.MessageBinary {
			continue
		}
		if err := s.frame(buf[:n]); err != nil {
			return err
		}
	}
}

// await returns when there is room for output: until then nothing is read, and
// the service holds the agent up.
func (s *stream) await(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.output.Len() >= buffered && s.err == nil && ctx.Err() == nil {
		s.stalled = true
		s.roomy.Wait()
	}
	if s.stalled {
		s.stalled, s.waiting = false, time.Now()
	}
	if s.err != nil {
		return s.err
	}
	return context.Cause(ctx)
}

// writeTo sends what is to be sent: acknowledgements, messages, and messages
// again that got lost.
func (s *stream) writeTo(ctx context.Context, ws *websocket.Conn) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	guard := time.AfterFunc(time.Hour, func() { ws.CloseNow() })
	defer guard.Stop()
	var b batch
	for {
		wait, err := s.collect(&b, time.Now())
		if err != nil {
			return err
		}
		if len(b.ends) == 0 {
			timer.Reset(wait)
			select {
			case <-s.wake:
			case <-timer.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			continue
		}
		guard.Reset(writeWithin)
		start := 0
		for _, end := range b.ends {
			if err := ws.Write(context.Background(), websocket.MessageBinary, b.data[start:end]); err != nil {
				return fmt.Errorf("writing to the data channel: %w", err)
			}
			start = end
		}
		guard.Stop()
	}
}

// A batch is frames to write, one behind another.
type batch struct {
	data []byte
	ends []int
}

func (b *batch) add(data []byte) {
	b.data = data
	b.ends = append(b.ends, len(data))
}

// collect fills the batch, or says how long there is nothing to do.
func (s *stream) collect(b *batch, now time.Time) (wait time.Duration, err error) {
	b.data, b.ends = b.data[:0], b.ends[:0]
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.send.idle() && !s.stalled && now.Sub(s.waiting) >= silence {
		return 0, errSilent
	}
	s.send.expire(now)
	n := 0
	for ; n < len(s.acks) && len(b.data) < batchSize/2; n++ {
		b.add(acknowledgement(b.data, s.acks[n], now))
	}
	s.acks = append(s.acks[:0], s.acks[n:]...)
	for len(b.data) < batchSize {
		data, ok := s.send.transmit(b.data, now)
		if !ok {
			break
		}
		b.add(data)
	}
	wait = time.Hour
	if at, ok := s.send.deadline(); ok {
		wait = at.Sub(now)
	}
	return wait, nil
}

// ping asks for a sign of life now and then, unless nobody reads the answer. A
// service that never gave one is not held to it.
func (s *stream) ping(ctx context.Context, ws *websocket.Conn) error {
	answered := false
	for {
		if asked := time.Now(); !s.alive(asked) {
			within, cancel := context.WithTimeout(ctx, pongWithin)
			err := ws.Ping(within)
			cancel()
			if err == nil {
				answered = true
			} else if answered && ctx.Err() == nil && !s.alive(asked) {
				return errPong
			}
		}
		select {
		case <-time.After(pingEvery):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// alive reports whether no answer to a ping is no bad sign: the WebSocket is not
// read, or something else came of the agent since.
func (s *stream) alive(since time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stalled || s.waiting.After(since)
}

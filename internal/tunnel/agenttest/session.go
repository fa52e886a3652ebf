package agenttest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"safeguard/internal/tunnel/wire"
)

const (
	chunk = 1024
	// unacked is how many messages may wait for an acknowledgement; a real agent
	// has room for 100,000 and sends on beyond.
	unacked = 4096
	// reordered is how many transmissions may overtake one that is not lost.
	reordered = 3

	tick = 100 * time.Millisecond
	rto  = 200 * time.Millisecond
	// burst is how many messages are sent again at once.
	burst = 512
)

// A session is the agent's side of one, and the service's.
type session struct {
	service        *Service
	id, host, port string
	ctx            context.Context // ends with the session
	cancel         context.CancelFunc
	out, in        lane

	mu       sync.Mutex
	changed  sync.Cond // something below
	token    string
	ws       *websocket.Conn
	greeted  bool // the handshake was begun
	done     bool // and completed
	next     int64
	waiting  map[int64]*message // sent, not acknowledged
	oldest   int64
	order    int64          // of the last transmission
	flight   []transmission // in the order of sending
	expected int64
	early    map[int64]wire.Message
	closed   bool // nothing more comes or goes
	local    connections
}

// A message was sent to the client.
type message struct {
	frame []byte
	at    time.Time
	order int64 // of its last transmission
	again bool  // sent more than once: an acknowledgement may be of any time
}

type transmission struct{ sequence, order int64 }

// connections are what a session forwards to: many (mux.go) or one (basic.go).
// Output and flags come in order, under the session's lock.
type connections interface {
	run()
	output([]byte)
	flag(wire.Flag)
}

func newSession(s *Service, id, host, port string) *session {
	x := &session{service: s, id: id, host: host, port: port, waiting: make(map[int64]*message), early: make(map[int64]wire.Message)}
	x.changed.L = &x.mu
	x.ctx, x.cancel = context.WithCancel(context.Background())
	x.out = lane{faults: &s.faults, pass: x.write}
	x.in = lane{faults: &s.faults, pass: x.receive}
	s.wg.Go(x.resend)
	return x
}

func (x *session) gone() bool { return x.ctx.Err() != nil }

// renew makes a new token, the only valid one.
func (x *session) renew() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.token = "token-" + uuid.NewString()
	return x.token
}

// admit takes a WebSocket in the place of the one before.
func (x *session) admit(ws *websocket.Conn, token string) bool {
	x.mu.Lock()
	if token != x.token || x.gone() {
		x.mu.Unlock()
		return false
	}
	before := x.ws
	x.ws = ws
	x.mu.Unlock()
	if before != nil {
		before.CloseNow()
	}
	return true
}

func (x *session) serve(ws *websocket.Conn) {
	x.greet()
	for {
		kind, frame, err := ws.Read(context.Background())
		if err != nil {
			return
		}
		if kind == websocket.MessageBinary {
			x.in.send(frame)
		}
	}
}

// cut breaks the WebSocket, if there is one.
func (x *session) cut() bool {
	x.mu.Lock()
	ws := x.ws
	x.ws = nil
	x.mu.Unlock()
	if ws != nil {
		ws.CloseNow()
	}
	return ws != nil
}

// stop ends the agent's side of the session.
func (x *session) stop() {
	x.cancel()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	x.changed.Broadcast()
}

// end ends the session, and tells the client.
func (x *session) end(output string) {
	document, err := json.Marshal(map[string]any{"MessageType": "channel_closed", "SessionId": x.id, "Output": output})
	if err != nil {
		panic(err)
	}
	m := wire.Message{Type: wire.ChannelClosed, Created: time.Now().UnixMilli(), ID: uuid.New(), Payload: document}
	if !x.gone() {
		x.write(m.Append(nil))
	}
	x.stop()
}

// write sends a frame if there is a WebSocket; else it is lost, and sent again in
// time.
func (x *session) write(frame []byte) {
	x.mu.Lock()
	ws := x.ws
	x.mu.Unlock()
	if ws != nil {
		ws.Write(context.Background(), websocket.MessageBinary, frame)
	}
}

// send sends stream data; it waits while too much is not acknowledged.
func (x *session) send(kind wire.Kind, payload []byte) error {
	x.mu.Lock()
	for x.next-x.oldest >= unacked && !x.closed {
		x.changed.Wait()
	}
	if x.closed {
		x.mu.Unlock()
		return context.Canceled
	}
	m := wire.Message{Type: wire.Output, Created: time.Now().UnixMilli(), Sequence: x.next, ID: uuid.New(), Kind: kind, Payload: payload}
	if x.next == 0 {
		m.Flags = wire.SYN
	}
	frame := m.Append(nil)
	message := &message{frame: frame}
	x.waiting[x.next] = message
	x.sent(x.next, message)
	x.next++
	x.mu.Unlock()
	x.out.send(frame)
	return nil
}

// sent notes that a message is on its way.
func (x *session) sent(sequence int64, m *message) {
	x.order++
	m.at, m.order = time.Now(), x.order
	x.flight = append(x.flight, transmission{sequence, x.order})
}

// resend sends messages again whose time has come: all that a cut took, but the
// oldest alone where the agent is patient.
func (x *session) resend() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-x.ctx.Done():
			return
		case now := <-ticker.C:
			for _, frame := range x.late(now) {
				x.service.Resent.Add(1)
				x.out.send(frame)
			}
		}
	}
}

// late returns the messages that have waited too long, the oldest first.
func (x *session) late(now time.Time) (frames [][]byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for seq := x.oldest; seq < x.next && len(frames) < burst; seq++ {
		if m := x.waiting[seq]; m != nil && now.Sub(m.at) > rto {
			frames, m.again = append(frames, m.frame), true
			x.sent(seq, m)
		}
		if x.service.options.Patient {
			break
		}
	}
	return frames
}

// receive takes a frame from the client.
func (x *session) receive(frame []byte) {
	m, err := wire.Decode(frame)
	if err != nil {
		return
	}
	switch m.Type {
	case wire.Acknowledge:
		if a, err := wire.ParseAck(m.Payload); err == nil && a.Type == wire.Output {
			x.acknowledged(a.Sequence)
		}
	case wire.Input:
		x.data(m)
	}
}

func (x *session) acknowledged(seq int64) {
	x.mu.Lock()
	var gaps [][]byte
	if m := x.waiting[seq]; m != nil {
		delete(x.waiting, seq)
		if !m.again {
			gaps = x.gaps(m.order - reordered)
		}
	}
	for x.oldest < x.next && x.waiting[x.oldest] == nil {
		x.oldest++
	}
	x.changed.Broadcast()
	x.mu.Unlock()
	for _, frame := range gaps {
		x.service.Resent.Add(1)
		x.out.send(frame)
	}
}

// gaps returns the messages that were sent before a transmission and are not
// acknowledged, to be sent again; none where the agent is patient.
func (x *session) gaps(before int64) (frames [][]byte) {
	for len(x.flight) > 0 && x.flight[0].order < before {
		t := x.flight[0]
		x.flight = x.flight[1:]
		if m := x.waiting[t.sequence]; m != nil && m.order == t.order && !x.service.options.Patient {
			frames = append(frames, m.frame)
			m.again = true
			x.sent(t.sequence, m)
		}
	}
	return frames
}

// data takes stream data: acknowledged in order, ahead of order and again.
func (x *session) data(m wire.Message) {
	if !x.service.muted.Load() {
		a := wire.Ack{Type: m.Type, ID: m.ID, Sequence: m.Sequence, InOrder: true}
		ack := wire.Message{Type: wire.Acknowledge, Created: time.Now().UnixMilli(), Flags: wire.SYN | wire.FIN, ID: uuid.New(), Payload: a.Append(nil)}
		x.out.send(ack.Append(nil))
	}
	x.mu.Lock()
	if m.Sequence > x.expected {
		m.Payload = append([]byte(nil), m.Payload...)
		x.early[m.Sequence] = m
	}
	if m.Sequence != x.expected {
		x.mu.Unlock()
		return
	}
	var turn []wire.Message
	for ok := true; ok; m, ok = x.early[x.expected] {
		delete(x.early, x.expected)
		x.expected++
		turn = append(turn, m)
	}
	// Processed under the lock: frames that were delayed come from other goroutines.
	var after []func()
	for _, m := range turn {
		if f := x.process(m); f != nil {
			after = append(after, f)
		}
	}
	x.mu.Unlock()
	for _, f := range after {
		f()
	}
}

// process takes a message in its turn, under the lock, and returns what is to be
// done outside of it.
func (x *session) process(m wire.Message) func() {
	switch m.Kind {
	case wire.KindHandshakeResponse:
		return func() { x.answered(m.Payload) }
	case wire.KindOutput:
		if x.done { // else acknowledged and thrown away
			x.local.output(m.Payload)
			x.changed.Broadcast()
		}
	case wire.KindFlag:
		f, err := wire.ParseFlag(m.Payload)
		if err != nil {
			return nil
		}
		if f == wire.TerminateSession {
			return func() { x.end("") }
		}
		if x.local != nil {
			x.local.flag(f)
			x.changed.Broadcast()
		}
	}
	return nil
}

// Write sends to the client, for the port's side.
func (x *session) Write(p []byte) (n int, err error) {
	for n < len(p) {
		part := p[n:min(n+chunk, len(p))]
		if err := x.send(wire.KindOutput, part); err != nil {
			return n, err
		}
		n += len(part)
	}
	return n, nil
}

// greet begins the handshake, once.
func (x *session) greet() {
	x.mu.Lock()
	greeted := x.greeted
	x.greeted = true
	x.mu.Unlock()
	o := x.service.options
	if greeted || o.Speechless {
		return
	}
	request := wire.HandshakeRequest{AgentVersion: o.AgentVersion}
	add := func(kind string, parameters any) {
		p, err := json.Marshal(parameters)
		if err != nil {
			panic(err)
		}
		request.RequestedClientActions = append(request.RequestedClientActions, wire.RequestedAction{ActionType: kind, ActionParameters: p})
	}
	if o.KMS {
		add(wire.ActionKMSEncryption, map[string]string{"KMSKeyId": "arn:aws:kms:us-east-1:111122223333:key/k"})
	}
	add(wire.ActionSessionType, wire.SessionType{SessionType: o.SessionType, Properties: wire.PortProperties{
		Host: x.host, PortNumber: x.port, Type: "LocalPortForwarding",
	}})
	document, err := json.Marshal(request)
	if err != nil {
		panic(err)
	}
	x.send(wire.KindHandshakeRequest, document)
}

// answered takes the client's response to the handshake.
func (x *session) answered(payload []byte) {
	r, err := wire.ParseHandshakeResponse(payload)
	if err != nil || r.ClientVersion == "" {
		x.end("the handshake response cannot be read")
		return
	}
	for _, a := range r.ProcessedClientActions {
		if a.ActionStatus != wire.ActionDone {
			if x.service.options.Insist {
				x.send(wire.KindEncryptionChallenge, []byte(`{"Challenge":"AAAA"}`))
				return
			}
			x.end(fmt.Sprintf("Handshake failed: %s failed on client with status %d error: %s", a.ActionType, a.ActionStatus, a.Error))
			return
		}
	}
	x.mu.Lock()
	x.done = true
	if x.service.options.AgentVersion == Basic {
		x.local = &basic{session: x}
	} else {
		x.local = &mux{session: x}
	}
	x.mu.Unlock()
	document, err := json.Marshal(wire.HandshakeComplete{HandshakeTimeToComplete: time.Millisecond, CustomerMessage: x.service.options.Message})
	if err != nil {
		panic(err)
	}
	x.send(wire.KindHandshakeComplete, document)
	x.service.wg.Go(x.local.run)
}

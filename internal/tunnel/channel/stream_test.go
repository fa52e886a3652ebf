package channel

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"safeguard/internal/tunnel/wire"
)

const request = `{"AgentVersion":"3.3.1142.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Port","Properties":{"host":"db","portNumber":"5432","type":"LocalPortForwarding"}}}]}`

func output(seq int64, kind wire.Kind, payload string) []byte {
	m := wire.Message{Type: wire.Output, Created: 1, Sequence: seq, ID: uuid.UUID{byte(seq)}, Kind: kind, Payload: []byte(payload)}
	return m.Append(nil)
}

func quietStream() *stream { return newStream("s-1", func(Event) {}) }

func TestHandshake(t *testing.T) {
	s := quietStream()
	s.frame(output(0, wire.KindHandshakeRequest, request))
	s.frame(output(1, wire.KindHandshakeComplete, `{}`))
	s.frame(output(2, wire.KindOutput, "data"))
	if err := s.ended(); err != nil || !s.hs.done || s.output.String() != "data" {
		t.Fatalf("got %v, %+v, %q", err, s.hs, s.output.String())
	}
	frame, ok := s.send.transmit(nil, time.Now())
	m, err := wire.Decode(frame)
	if !ok || err != nil || m.Kind != wire.KindHandshakeResponse || m.Flags != wire.SYN {
		t.Fatalf("got %+v, %v", m, err)
	}
	r, err := wire.ParseHandshakeResponse(m.Payload)
	if err != nil || len(r.ProcessedClientActions) != 1 || r.ProcessedClientActions[0].ActionStatus != wire.ActionDone || r.ClientVersion != clientVersion {
		t.Errorf("got %+v, %v", r, err)
	}
	if len(s.acks) != 3 {
		t.Errorf("%d acknowledgements, want 3", len(s.acks))
	}
}

func TestHandshakeFails(t *testing.T) {
	for name, frames := range map[string][][]byte{
		"data before its end":   {output(0, wire.KindHandshakeRequest, request), output(1, wire.KindOutput, "early")},
		"completed unasked":     {output(0, wire.KindHandshakeComplete, "{}")},
		"begun twice":           {output(0, wire.KindHandshakeRequest, request), output(1, wire.KindHandshakeRequest, request)},
		"completed twice":       {output(0, wire.KindHandshakeRequest, request), output(1, wire.KindHandshakeComplete, "{}"), output(2, wire.KindHandshakeComplete, "{}")},
		"not JSON":              {output(0, wire.KindHandshakeRequest, "\x00")},
		"no type of session":    {output(0, wire.KindHandshakeRequest, `{"AgentVersion":"3.3.1142.0"}`)},
		"insists on a key":      {output(0, wire.KindHandshakeRequest, request), output(1, wire.KindEncryptionChallenge, "{}")},
		"a flag of three bytes": {output(0, wire.KindFlag, "abc")},
	} {
		s := quietStream()
		for _, f := range frames {
			s.frame(f)
		}
		if err := s.ended(); err == nil || strings.Contains(err.Error(), "early") {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := s.Write([]byte("x")); err == nil {
			t.Errorf("%s: writing went on", name)
		}
	}
}

// TestReceiverOrders delivers messages in any order, several times, and some too
// far ahead.
func TestReceiverOrders(t *testing.T) {
	s := quietStream()
	s.hs.requested, s.hs.done = true, true
	const n = 500
	var want bytes.Buffer
	var frames [][]byte
	for i := range int64(n) {
		fmt.Fprintf(&want, "%d,", i)
		f := output(i, wire.KindOutput, fmt.Sprintf("%d,", i))
		frames = append(frames, f, f)
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(frames), func(i, j int) { frames[i], frames[j] = frames[j], frames[i] })
	for _, f := range frames {
		if err := s.frame(f); err != nil {
			t.Fatal(err)
		}
	}
	if s.output.String() != want.String() {
		t.Error("not delivered in order, once each")
	}
	if len(s.acks) != 2*n {
		t.Errorf("%d acknowledgements, want one for each of %d frames", len(s.acks), 2*n)
	}
	s.acks = nil
	s.frame(output(n+ahead+1, wire.KindOutput, "x"))
	if len(s.acks) != 0 || len(s.recv.early) != 0 {
		t.Error("a message too far ahead was taken")
	}
}

func TestDamagedFrames(t *testing.T) {
	s := quietStream()
	bad := output(0, wire.KindOutput, "secret")
	bad[len(bad)-1] ^= 1
	for range corrupt - 1 {
		if err := s.frame(bad); err != nil {
			t.Fatal(err)
		}
	}
	err := s.frame(bad)
	if !errors.Is(err, wire.ErrDigest) || strings.Contains(err.Error(), "secre") {
		t.Errorf("got %v", err)
	}
	if s.ended() != nil || len(s.acks) != 0 {
		t.Error("damaged frames ended the session, or were acknowledged")
	}
}

func TestSender(t *testing.T) {
	now := time.Unix(1000, 0)
	s := newSender()
	data := bytes.Repeat([]byte("0123456789abcdef"), 512) // 8 messages
	for part := data; len(part) > 0; {
		n := s.write(part[:min(1000, len(part))]) // which are filled up
		part = part[n:]
	}
	var got bytes.Buffer
	send := func() int64 {
		t.Helper()
		frame, ok := s.transmit(nil, now)
		if !ok {
			return -1
		}
		m, err := wire.Decode(frame)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(m.Payload)
		return m.Sequence
	}
	for want := range int64(8) {
		if n := send(); n != want {
			t.Fatalf("sent %d, want %d", n, want)
		}
	}
	if n := send(); n != -1 || !bytes.Equal(got.Bytes(), data) {
		t.Fatalf("sent %d and %d bytes, want 8 messages that are the data", n, got.Len())
	}
	// 0 is not acknowledged, three after it are: lost, and nothing else is.
	now = now.Add(10 * time.Millisecond)
	for seq := range int64(3) {
		s.acknowledge(seq+1, now)
	}
	if n := send(); n != 0 {
		t.Errorf("sent %d, want 0 again", n)
	}
	if n := send(); n != -1 {
		t.Errorf("sent %d, want nothing", n)
	}
	if s.acknowledge(1, now) || s.acknowledge(99, now) || s.acknowledge(-1, now) {
		t.Error("an acknowledgement of nothing was news")
	}
	// The rest by their time.
	at, ok := s.deadline()
	if !ok || at.Sub(time.Unix(1000, 0)) != s.rtt.rto {
		t.Errorf("overdue at %v, want after %v", at, s.rtt.rto)
	}
	now = at
	s.expire(now)
	if n := send(); n != 4 {
		t.Errorf("sent %d, want 4 again", n)
	}
	// All of it on another WebSocket.
	s.rewind()
	for _, want := range []int64{0, 4, 5, 6, 7, -1} {
		if n := send(); n != want {
			t.Errorf("sent %d, want %d", n, want)
		}
	}
	for seq := range int64(8) {
		s.acknowledge(seq, now)
	}
	if _, ok := s.deadline(); ok || !s.idle() {
		t.Error("something is waited for though all is acknowledged")
	}
}

func TestWindow(t *testing.T) {
	s := newSender()
	if n := s.write(make([]byte, 2*window*chunk)); n != window*chunk {
		t.Errorf("took %d bytes, want %d", n, window*chunk)
	}
	for i := range reserve {
		if !s.control(wire.KindFlag, wire.TerminateSession.Payload()) {
			t.Fatalf("no room for flag %d", i)
		}
	}
	if s.control(wire.KindFlag, nil) {
		t.Error("room for more than there is")
	}
}

func TestRTT(t *testing.T) {
	r := newRTT()
	if r.rto != firstRTO {
		t.Errorf("starts at %v", r.rto)
	}
	for range 100 {
		r.sample(40 * time.Millisecond)
	}
	if r.smoothed.Round(time.Millisecond) != 40*time.Millisecond || r.rto != minRTO {
		t.Errorf("steady: %+v", r)
	}
	for range 10 {
		r.backOff()
	}
	if r.rto != maxRTO {
		t.Errorf("backed off: %v", r.rto)
	}
	r.sample(10 * time.Second)
	if r.rto != maxRTO {
		t.Errorf("slow: %v", r.rto)
	}
}

func TestBackoff(t *testing.T) {
	for failures := range 100 {
		want := min(time.Second<<min(failures, 10), 30*time.Second)
		if got := backoff(failures, time.Second, 30*time.Second); got > want || got < want*3/4 {
			t.Errorf("after %d failures: %v, want up to a quarter less than %v", failures, got, want)
		}
	}
}

func TestVersions(t *testing.T) {
	for s, mux := range map[string]bool{"3.0.100.0": false, "3.0.196.0": false, "3.0.197": true, "3.0.196.1": true, "10.0.0.0": true} {
		if v, err := parseVersion(s); err != nil || v.after(muxAfter) != mux {
			t.Errorf("%s: %v, %v", s, v, err)
		}
	}
	for _, s := range []string{"", "3.x", "1.2.3.4.5", "-1.0", "3..1"} {
		if v, err := parseVersion(s); err == nil {
			t.Errorf("%q is version %v", s, v)
		}
	}
}

// TestNothingSecretIsPrinted formats what callers might log.
func TestNothingSecretIsPrinted(t *testing.T) {
	s := Session{ID: "s-1", StreamURL: "wss://h/?X-Amz-Signature=sig", Token: "tok"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(format, s) + fmt.Sprintf(format, &s); strings.Contains(got, "tok") || strings.Contains(got, "sig") {
			t.Errorf("%s prints %s", format, got)
		}
	}
}

// FuzzFrames feeds a stream whatever an agent might send, in any state of its
// handshake: no panic, no data before the handshake is done, none out of order.
func FuzzFrames(f *testing.F) {
	hello, done := output(0, wire.KindHandshakeRequest, request), output(1, wire.KindHandshakeComplete, "{}")
	ack := wire.Message{Type: wire.Acknowledge, Payload: wire.Ack{Type: wire.Input}.Append(nil)}
	closed := wire.Message{Type: wire.ChannelClosed, Payload: []byte(`{"SessionId":"s","Output":"over"}`)}
	f.Add(hello, done, output(2, wire.KindOutput, "x"), uint32(7))
	f.Add(done, hello, ack.Append(nil), uint32(1))
	f.Add(hello, closed.Append(nil), output(1, wire.KindFlag, "\x00\x00\x00\x03"), uint32(10))
	f.Fuzz(func(t *testing.T, a, b, c []byte, kind uint32) {
		s := quietStream()
		for _, frame := range [][]byte{a, b, c} {
			s.frame(frame)
			// The same payload as a message whose turn it is, so that the fuzzer need not
			// find the digest.
			m := wire.Message{Type: wire.Output, Created: 1, Sequence: s.recv.expected, Kind: wire.Kind(kind % 16), Payload: frame}
			if len(frame) <= wire.MaxFrame-wire.HeaderSize {
				s.frame(m.Append(nil))
			}
		}
		if s.output.Len() > 0 && !s.hs.done {
			t.Error("data was delivered before the handshake was done")
		}
		var batch batch
		if _, err := s.collect(&batch, time.Now()); err != nil {
			t.Error(err)
		}
		start := 0
		for _, end := range batch.ends {
			if _, err := wire.Decode(batch.data[start:end]); err != nil {
				t.Errorf("sent what is no message: %v", err)
			}
			start = end
		}
	})
}

package wire

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
)

var example = Message{
	Type:     Input,
	Created:  1_700_000_000_123,
	Sequence: 7,
	Flags:    SYN,
	ID:       uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff"),
	Kind:     KindOutput,
	Payload:  []byte("hello"),
}

// TestLayout spells a message out: the offsets are those of AWS's client.
func TestLayout(t *testing.T) {
	want := "00000074" + // the header's length
		hex.EncodeToString([]byte("input_stream_data               ")) +
		"00000001" + "0000018bcfe5687b" + "0000000000000007" + "0000000000000001" +
		"8899aabbccddeeff" + "0011223344556677" + // the lower half of the identifier first
		"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" +
		"00000001" + "00000005" + hex.EncodeToString([]byte("hello"))
	frame := example.Append(nil)
	if got := hex.EncodeToString(frame); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got, err := Decode(frame)
	if err != nil {
		t.Fatal(err)
	}
	if got.Type != example.Type || got.ID != example.ID || got.Created != example.Created || got.Sequence != 7 || got.Flags != SYN || got.Kind != KindOutput || string(got.Payload) != "hello" {
		t.Errorf("got %+v", got)
	}
}

func TestDecodeAccepts(t *testing.T) {
	nul := example.Append(nil)
	copy(nul[offType+len(Input):offSchema], make([]byte, 32))
	if m, err := Decode(nul); err != nil || m.Type != Input {
		t.Errorf("padded with NUL: %q, %v", m.Type, err)
	}
	longer := example.Append(nil) // a header that has grown: the payload is behind it
	longer[3] += 8
	longer = append(longer[:HeaderSize:HeaderSize], append(make([]byte, 8), "hello"...)...)
	if m, err := Decode(longer); err != nil || string(m.Payload) != "hello" {
		t.Errorf("longer header: %q, %v", m.Payload, err)
	}
	pause := make([]byte, HeaderSize)
	copy(pause[offType:], PausePublication)
	if m, err := Decode(pause); err != nil || m.Type != PausePublication {
		t.Errorf("pause: %q, %v", m.Type, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	edit := func(f func(frame []byte) []byte) []byte { return f(example.Append(nil)) }
	for name, frame := range map[string][]byte{
		"nothing":         nil,
		"half a header":   edit(func(f []byte) []byte { return f[:60] }),
		"cut off":         edit(func(f []byte) []byte { return f[:len(f)-1] }),
		"more than it is": edit(func(f []byte) []byte { return append(f, 0) }),
		"no type":         edit(func(f []byte) []byte { copy(f[offType:], make([]byte, 32)); return f }),
		"header short":    edit(func(f []byte) []byte { f[3] = 4; return f }),
		"header huge":     edit(func(f []byte) []byte { f[0] = 255; return f }),
		"header all ones": edit(func(f []byte) []byte { copy(f, "\xff\xff\xff\xff"); return f }),
		"before 0":        edit(func(f []byte) []byte { f[offSequence] = 255; return f }),
		"digest":          edit(func(f []byte) []byte { f[HeaderSize] ^= 1; return f }),
		"oversized":       (&Message{Type: Output, Payload: make([]byte, MaxFrame)}).Append(nil),
	} {
		if m, err := Decode(frame); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %+v, %v", name, m, err)
		} else if strings.Contains(err.Error(), "hello") {
			t.Errorf("%s: the error has the payload: %v", name, err)
		}
	}
	if _, err := Decode(edit(func(f []byte) []byte { f[HeaderSize] ^= 1; return f })); !errors.Is(err, ErrDigest) {
		t.Errorf("got %v, want ErrDigest", err)
	}
}

func TestAck(t *testing.T) {
	want := Ack{Type: Output, ID: example.ID, Sequence: 42, InOrder: true}
	document := want.Append(nil)
	if got, err := ParseAck(document); err != nil || got != want {
		t.Errorf("%s: got %+v, %v", document, got, err)
	}
	standard, err := json.Marshal(want)
	if err != nil || !bytes.Equal(standard, document) {
		t.Errorf("got %s, want %s, %v", document, standard, err)
	}
	if _, err := ParseAck([]byte(`{"AcknowledgedMessageSequenceNumber":"secret"}`)); !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestFlag(t *testing.T) {
	if f, err := ParseFlag(TerminateSession.Payload()); err != nil || f != TerminateSession {
		t.Errorf("got %v, %v", f, err)
	}
	if _, err := ParseFlag([]byte{0, 1}); !errors.Is(err, ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

// FuzzDecode: what is accepted is encoded again to the same message.
func FuzzDecode(f *testing.F) {
	f.Add(example.Append(nil))
	ack := Message{Type: Acknowledge, Payload: Ack{Type: Output}.Append(nil)}
	f.Add(ack.Append(nil))
	f.Add([]byte("\x00\x00\x00\x74pause_publication"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := Decode(frame)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("%v is no ErrMalformed", err)
			}
			return
		}
		again, err := Decode(m.Append(nil))
		if err != nil {
			t.Fatalf("encoded again: %v", err)
		}
		if again.Type != m.Type || again.ID != m.ID || again.Created != m.Created || again.Sequence != m.Sequence || again.Flags != m.Flags || again.Kind != m.Kind || !bytes.Equal(again.Payload, m.Payload) {
			t.Errorf("got %+v, want %+v", again, m)
		}
	})
}

// FuzzDocuments: no document makes a parser panic.
func FuzzDocuments(f *testing.F) {
	f.Add(Ack{Type: Output}.Append(nil))
	f.Add([]byte(`{"AgentVersion":"3.3.1142.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Port","Properties":{"portNumber":"5432"}}}]}`))
	f.Add([]byte(`{"HandshakeTimeToComplete":1,"CustomerMessage":"hi"}`))
	f.Add([]byte(`{"SessionId":"s","Output":"over"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		a, err := ParseAck(payload)
		if err == nil {
			if again, err := ParseAck(a.Append(nil)); a.Type == Output && (err != nil || again != a) {
				t.Errorf("got %+v, want %+v, %v", again, a, err)
			}
		}
		ParseClosed(payload)
		ParseFlag(payload)
		ParseHandshakeRequest(payload)
		ParseHandshakeResponse(payload)
		ParseHandshakeComplete(payload)
		ParseSessionType(payload)
	})
}

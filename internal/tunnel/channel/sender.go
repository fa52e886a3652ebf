package channel

import (
	"time"

	"github.com/google/uuid"

	"safeguard/internal/tunnel/wire"
)

const (
	// chunk is the most payload that a message carries, as AWS's programs have it.
	chunk = 1024
	// window is how many messages may wait for an acknowledgement, one MiB. The
	// protocol knows no window; this one bounds memory and what a lost channel has
	// to send again.
	window = 1024
	// reserve is the room beyond the window for what is not data: handshake and
	// flags never wait.
	reserve = 64
	// reordered is how many messages sent later must be acknowledged before one is
	// taken for lost, as in TCP and QUIC.
	reordered = 3
)

// A sender numbers the messages to the agent, holds them until they are
// acknowledged, and knows which one is to be sent next: those that are taken for
// lost first. Each message is acknowledged by itself, so a gap among the
// acknowledgements is a loss, noticed without waiting for a timeout.
type sender struct {
	base   int64 // the oldest message not acknowledged
	next   int64 // the number of the next message made
	unsent int64 // the first message never sent
	slots  [window + reserve]slot
	flight []sent  // what was sent, in the order of sending; acknowledged ones may be among it
	lost   []int64 // numbers to send again; acknowledged ones may be among them
	order  uint64  // of the last transmission
	newest uint64  // the latest transmission known to have arrived
	rtt    rtt
	free   [][]byte
}

// A slot is one message until it is acknowledged.
type slot struct {
	frame []byte // header and payload; nil once acknowledged
	kind  wire.Kind
	order uint64 // of its last transmission; 0 before the first
	again bool   // sent more than once
	at    time.Time
}

// sent is one transmission of a message.
type sent struct {
	seq   int64
	order uint64
}

func newSender() sender { return sender{rtt: newRTT()} }

func (s *sender) slot(seq int64) *slot { return &s.slots[seq%int64(len(s.slots))] }

// idle reports whether everything was acknowledged.
func (s *sender) idle() bool { return s.base == s.next }

// write takes as much of p as the window has room for, as Output. What was
// not sent yet grows to full messages.
func (s *sender) write(p []byte) (n int) {
	if last := s.next - 1; last >= s.unsent {
		if m := s.slot(last); m.kind == wire.KindOutput {
			room := min(cap(m.frame)-len(m.frame), len(p))
			m.frame = append(m.frame, p[:room]...)
			n += room
		}
	}
	for n < len(p) && s.next-s.base < window {
		part := p[n:min(n+chunk, len(p))]
		s.push(wire.KindOutput, part)
		n += len(part)
	}
	return n
}

// control takes a message that is not data. It reports whether there was room.
func (s *sender) control(kind wire.Kind, payload []byte) bool {
	if s.next-s.base >= int64(len(s.slots)) {
		return false
	}
	s.push(kind, payload)
	return true
}

func (s *sender) push(kind wire.Kind, payload []byte) {
	var frame []byte
	if n := len(s.free); n > 0 && len(payload) <= chunk {
		frame, s.free = s.free[n-1], s.free[:n-1]
	} else {
		frame = make([]byte, wire.HeaderSize, wire.HeaderSize+max(chunk, len(payload)))
	}
	*s.slot(s.next) = slot{frame: append(frame, payload...), kind: kind}
	s.next++
}

// transmit appends the frame of the next message to send to dst; ok is false if
// there is none.
func (s *sender) transmit(dst []byte, now time.Time) (_ []byte, ok bool) {
	for len(s.lost) > 0 {
		seq := s.lost[0]
		s.lost = s.lost[1:]
		if m := s.slot(seq); seq >= s.base && m.frame != nil {
			m.again = true
			return s.put(dst, seq, m, now), true
		}
	}
	if s.unsent == s.next {
		return dst, false
	}
	seq := s.unsent
	s.unsent++
	m := s.slot(seq)
	header := wire.Message{Type: wire.Input, Created: now.UnixMilli(), Sequence: seq, ID: uuid.New(), Kind: m.kind}
	if seq == 0 {
		header.Flags = wire.SYN
	}
	header.PutHeader(m.frame)
	return s.put(dst, seq, m, now), true
}

func (s *sender) put(dst []byte, seq int64, m *slot, now time.Time) []byte {
	s.order++
	m.order, m.at = s.order, now
	s.flight = append(s.flight, sent{seq, s.order})
	return append(dst, m.frame...)
}

// acknowledge takes an acknowledgement, and reports whether it was news. Those of
// messages that were never sent are ignored.
func (s *sender) acknowledge(seq int64, now time.Time) bool {
	if seq < s.base || seq >= s.unsent {
		return false
	}
	m := s.slot(seq)
	if m.frame == nil {
		return false
	}
	if !m.again { // else it is not known which transmission arrived
		s.rtt.sample(now.Sub(m.at))
		s.newest = max(s.newest, m.order)
	}
	if cap(m.frame) == wire.HeaderSize+chunk {
		s.free = append(s.free, m.frame[:wire.HeaderSize])
	}
	m.frame = nil
	for s.base < s.unsent && s.slot(s.base).frame == nil {
		s.base++
	}
	for len(s.flight) > 0 {
		t := s.flight[0]
		if s.current(t) {
			if t.order+reordered > s.newest {
				break
			}
			s.lost = append(s.lost, t.seq)
		}
		s.flight = s.flight[1:]
	}
	return true
}

// current reports whether t is the last transmission of a message that is not
// acknowledged.
func (s *sender) current(t sent) bool {
	m := s.slot(t.seq)
	return t.seq >= s.base && m.frame != nil && m.order == t.order
}

// deadline is when the oldest transmission is overdue; ok is false if none waits.
func (s *sender) deadline() (_ time.Time, ok bool) {
	for len(s.flight) > 0 {
		if t := s.flight[0]; s.current(t) {
			return s.slot(t.seq).at.Add(s.rtt.rto), true
		}
		s.flight = s.flight[1:]
	}
	return time.Time{}, false
}

// expire takes the oldest transmission for lost if it is overdue.
func (s *sender) expire(now time.Time) {
	if at, ok := s.deadline(); ok && !now.Before(at) {
		s.lost = append(s.lost, s.flight[0].seq)
		s.flight = s.flight[1:]
		s.rtt.backOff()
	}
}

// rewind makes everything that is not acknowledged to be sent again: the
// WebSocket it went out on is gone.
func (s *sender) rewind() {
	s.flight, s.lost = nil, nil
	for seq := s.base; seq < s.unsent; seq++ {
		if s.slot(seq).frame != nil {
			s.lost = append(s.lost, seq)
		}
	}
	s.rtt = newRTT()
}

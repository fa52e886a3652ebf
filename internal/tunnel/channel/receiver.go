package channel

import (
	"safeguard/internal/tunnel/wire"
)

const (
	// ahead is how many messages are held that came before their turn, about
	// 16 MiB. An agent sends on while one is missing, and knows no window.
	ahead = 16 << 10
	// buffered is how many bytes of output may wait for their reader. Beyond, the
	// WebSocket is not read: the service, and with it the agent, is held up.
	buffered = 4 << 20
)

// A receiver puts the agent's messages in order, once each.
type receiver struct {
	expected int64
	early    map[int64]early
}

// early is a message that came before its turn.
type early struct {
	kind    wire.Kind
	payload []byte
}

// accept takes a message; its payload is kept only as a copy. acknowledge tells
// whether it is to be acknowledged: not if it is too far ahead, so that it comes
// again. If it was its turn, process it and then what next returns.
func (r *receiver) accept(m *wire.Message) (turn, acknowledge bool) {
	switch {
	case m.Sequence < r.expected:
		return false, true // its acknowledgement was lost
	case m.Sequence == r.expected:
		r.expected++
		return true, true
	case m.Sequence-r.expected > ahead:
		return false, false
	}
	if _, ok := r.early[m.Sequence]; !ok {
		if r.early == nil {
			r.early = make(map[int64]early)
		}
		r.early[m.Sequence] = early{m.Kind, append([]byte(nil), m.Payload...)}
	}
	return false, true
}

// next returns the message whose turn has come, if it was held.
func (r *receiver) next() (kind wire.Kind, payload []byte, ok bool) {
	e, ok := r.early[r.expected]
	if !ok {
		return 0, nil, false
	}
	delete(r.early, r.expected)
	r.expected++
	return e.kind, e.payload, true
}

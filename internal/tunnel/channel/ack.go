package channel

import (
	"time"

	"github.com/google/uuid"

	"safeguard/internal/tunnel/wire"
)

// acknowledgement appends the message that acknowledges another to dst.
func acknowledgement(dst []byte, a wire.Ack, now time.Time) []byte {
	start := len(dst)
	var header [wire.HeaderSize]byte
	dst = a.Append(append(dst, header[:]...))
	m := wire.Message{Type: wire.Acknowledge, Created: now.UnixMilli(), Flags: wire.SYN | wire.FIN, ID: uuid.New()}
	m.PutHeader(dst[start:])
	return dst
}

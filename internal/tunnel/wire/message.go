// Package wire is the format of Session Manager's data channel: the messages
// (AWS calls them AgentMessage) that travel in the binary frames of its
// WebSocket, and the documents in them. It knows nothing of connections.
//
// The format is the one that the public sources of AWS's session-manager-plugin
// and amazon-ssm-agent write and read; AWS does not document it otherwise.
package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// The types of messages. A client meets others too, and ignores them.
const (
	Input            = "input_stream_data"  // client to agent
	Output           = "output_stream_data" // agent to client
	Acknowledge      = "acknowledge"
	ChannelClosed    = "channel_closed"
	StartPublication = "start_publication"
	PausePublication = "pause_publication"
)

// The flags of messages. Acknowledgements carry both.
const (
	SYN uint64 = 1 << iota // the first message of a direction
	FIN
)

// Layout of a message: offsets in bytes, numbers big-endian. The header length
// at the start counts what lies between it and the payload's length.
const (
	offType     = 4
	lenType     = 32 // padded with spaces or NULs
	offSchema   = 36
	offCreated  = 40
	offSequence = 48
	offFlags    = 56
	offID       = 64 // the lower eight bytes first
	offDigest   = 80
	offKind     = 112
	offLength   = 116 // and the header's length
	schema      = 1
)

// HeaderSize is the number of bytes in front of a payload, in the only layout in
// use.
const HeaderSize = offLength + 4

// MaxFrame is the size in bytes of the largest message that Decode accepts. Both
// AWS's client and its agent send at most 1,024 bytes of payload, and somewhat
// longer documents.
const MaxFrame = HeaderSize + 64<<10

// ErrMalformed is wrapped by the errors of everything that is not a message, or
// whose documents cannot be read.
var ErrMalformed = errors.New("malformed message")

// ErrDigest is wrapped, beside ErrMalformed, by the error of a message whose
// payload is not the one that it was sent with.
var ErrDigest = fmt.Errorf("%w: the digest does not match the payload", ErrMalformed)

// A Message is one frame of the data channel.
type Message struct {
	Type     string
	Created  int64 // milliseconds since 1970
	Sequence int64 // from 0 in each direction; 0 in messages that are no stream data
	Flags    uint64
	ID       uuid.UUID
	Kind     Kind
	Payload  []byte
}

// Append appends the encoded message to dst.
func (m *Message) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, HeaderSize)...)
	dst = append(dst, m.Payload...)
	m.PutHeader(dst[start:])
	return dst
}

// PutHeader writes the header in front of a payload that is in place already:
// frame holds HeaderSize bytes, then the payload. m.Payload is not looked at.
func (m *Message) PutHeader(frame []byte) {
	payload := frame[HeaderSize:]
	be := binary.BigEndian
	be.PutUint32(frame, offLength)
	n := copy(frame[offType:offSchema], m.Type)
	for i := offType + n; i < offSchema; i++ {
		frame[i] = ' '
	}
	be.PutUint32(frame[offSchema:], schema)
	be.PutUint64(frame[offCreated:], uint64(m.Created))
	be.PutUint64(frame[offSequence:], uint64(m.Sequence))
	be.PutUint64(frame[offFlags:], m.Flags)
	copy(frame[offID:], m.ID[8:])
	copy(frame[offID+8:], m.ID[:8])
	digest := sha256.Sum256(payload)
	copy(frame[offDigest:], digest[:])
	be.PutUint32(frame[offKind:], uint32(m.Kind))
	be.PutUint32(frame[offLength:], uint32(len(payload)))
}

// Decode reads one frame. The payload is part of the frame, not a copy. Errors
// wrap ErrMalformed and say nothing of the payload.
func Decode(frame []byte) (Message, error) {
	if len(frame) < HeaderSize {
		return Message{}, fmt.Errorf("%w: %d bytes are less than a header of %d", ErrMalformed, len(frame), HeaderSize)
	}
	if len(frame) > MaxFrame {
		return Message{}, fmt.Errorf("%w: %d bytes are more than the %d that a message may have", ErrMalformed, len(frame), MaxFrame)
	}
	be := binary.BigEndian
	m := Message{
		Type:     typeName(frame[offType : offType+lenType]),
		Created:  int64(be.Uint64(frame[offCreated:])),
		Sequence: int64(be.Uint64(frame[offSequence:])),
		Flags:    be.Uint64(frame[offFlags:]),
		Kind:     Kind(be.Uint32(frame[offKind:])),
	}
	copy(m.ID[8:], frame[offID:])
	copy(m.ID[:8], frame[offID+8:])
	switch m.Type {
	case "":
		return Message{}, fmt.Errorf("%w: it has no type", ErrMalformed)
	case StartPublication, PausePublication:
		// The service's own; both of AWS's programs take them as they come.
		return m, nil
	}

	header, length := be.Uint32(frame), be.Uint32(frame[offLength:])
	if header < offLength || uint64(header)+4 > uint64(len(frame)) {
		return Message{}, fmt.Errorf("%w: a header of %d bytes in a frame of %d", ErrMalformed, header, len(frame))
	}
	m.Payload = frame[header+4:]
	if uint64(length) != uint64(len(m.Payload)) {
		return Message{}, fmt.Errorf("%w: %d bytes of payload where the header says %d", ErrMalformed, len(m.Payload), length)
	}
	if m.Sequence < 0 {
		return Message{}, fmt.Errorf("%w: sequence number %d", ErrMalformed, m.Sequence)
	}
	if length > 0 && sha256.Sum256(m.Payload) != [sha256.Size]byte(frame[offDigest:]) {
		return Message{}, fmt.Errorf("%s %d: %w", m.Type, m.Sequence, ErrDigest)
	}
	return m, nil
}

// typeName is the type without its padding, without allocating for those that
// are known.
func typeName(field []byte) string {
	field = bytes.Trim(field, " \x00")
	switch string(field) {
	case Input:
		return Input
	case Output:
		return Output
	case Acknowledge:
		return Acknowledge
	}
	return string(field)
}

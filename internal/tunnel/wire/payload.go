package wire

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"
)

// A Kind says what the payload of stream data is.
type Kind uint32

// The kinds that a port session knows. Shells have more.
const (
	KindOutput              Kind = 1 // bytes of the forwarded connections
	KindError               Kind = 2
	KindHandshakeRequest    Kind = 5
	KindHandshakeResponse   Kind = 6
	KindHandshakeComplete   Kind = 7
	KindEncryptionChallenge Kind = 8
	KindFlag                Kind = 10
)

// A Flag is a signal beside the forwarded bytes, sent as the payload of a
// message of kind KindFlag.
type Flag uint32

const (
	// DisconnectToPort: the local connection has ended (client to agent).
	DisconnectToPort Flag = 1
	// TerminateSession: the client has no further use for the session.
	TerminateSession Flag = 2
	// ConnectToPortError: the agent could not reach the port.
	ConnectToPortError Flag = 3
)

// Payload is the flag as it travels.
func (f Flag) Payload() []byte {
	return binary.BigEndian.AppendUint32(nil, uint32(f))
}

// ParseFlag reads the payload of a message of kind KindFlag.
func ParseFlag(payload []byte) (Flag, error) {
	if len(payload) != 4 {
		return 0, fmt.Errorf("%w: a flag of %d bytes", ErrMalformed, len(payload))
	}
	return Flag(binary.BigEndian.Uint32(payload)), nil
}

// An Ack is the document in a message of type Acknowledge. It speaks for one
// message, and for none before it.
type Ack struct {
	Type     string    `json:"AcknowledgedMessageType"`
	ID       uuid.UUID `json:"AcknowledgedMessageId"`
	Sequence int64     `json:"AcknowledgedMessageSequenceNumber"`
	InOrder  bool      `json:"IsSequentialMessage"`
}

// Append appends the document to dst.
func (a Ack) Append(dst []byte) []byte {
	dst = append(dst, `{"AcknowledgedMessageType":"`...)
	dst = append(dst, a.Type...)
	dst = append(dst, `","AcknowledgedMessageId":"`...)
	dst = appendUUID(dst, a.ID)
	dst = append(dst, `","AcknowledgedMessageSequenceNumber":`...)
	dst = strconv.AppendInt(dst, a.Sequence, 10)
	dst = append(dst, `,"IsSequentialMessage":`...)
	dst = strconv.AppendBool(dst, a.InOrder)
	return append(dst, '}')
}

func appendUUID(dst []byte, id uuid.UUID) []byte {
	const digits = "0123456789abcdef"
	for i, b := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[b>>4], digits[b&15])
	}
	return dst
}

// ParseAck reads the payload of a message of type Acknowledge.
func ParseAck(payload []byte) (Ack, error) {
	var a Ack
	if err := parse(payload, &a, "an acknowledgement"); err != nil {
		return Ack{}, err
	}
	return a, nil
}

// A Closed is the document in a message of type ChannelClosed: the session is
// over. Output tells why, and is empty where it was asked to end.
type Closed struct {
	SessionID string `json:"SessionId"`
	Output    string
}

// ParseClosed reads the payload of a message of type ChannelClosed.
func ParseClosed(payload []byte) (Closed, error) {
	var c Closed
	if err := parse(payload, &c, "the end of a session"); err != nil {
		return Closed{}, err
	}
	return c, nil
}

// An Open is the text frame with which either end of a channel begins.
type Open struct {
	MessageSchemaVersion string // OpenSchema
	RequestID            string `json:"RequestId"`
	TokenValue           string
	ClientID             string `json:"ClientId"`
	ClientVersion        string
}

// OpenSchema is the version of an Open.
const OpenSchema = "1.0"

// parse reads a JSON document. What it holds is in no error.
func parse(payload []byte, into any, what string) error {
	if err := json.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("%w: %s is not JSON of the right form (%T)", ErrMalformed, what, err)
	}
	return nil
}

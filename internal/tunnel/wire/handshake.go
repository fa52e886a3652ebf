package wire

import (
	"encoding/json"
	"time"
)

// The actions that an agent may ask for in a handshake.
const (
	ActionSessionType   = "SessionType"
	ActionKMSEncryption = "KMSEncryption"
)

// A HandshakeRequest is the agent's first message: who it is, and what it wants
// the client to do.
type HandshakeRequest struct {
	AgentVersion           string
	RequestedClientActions []RequestedAction
}

// A RequestedAction is one thing that the agent wants done. The form of the
// parameters goes by its type.
type RequestedAction struct {
	ActionType       string
	ActionParameters json.RawMessage
}

// A SessionType is the parameters of ActionSessionType.
type SessionType struct {
	SessionType string // "Port" here
	Properties  PortProperties
}

// PortProperties tell what a session of type Port forwards.
type PortProperties struct {
	Host            string `json:"host,omitempty"`
	PortNumber      string `json:"portNumber"`
	LocalPortNumber string `json:"localPortNumber,omitempty"`
	Type            string `json:"type"` // LocalPortForwarding
}

// An ActionStatus is what became of a requested action.
type ActionStatus int

const (
	ActionDone        ActionStatus = 1
	ActionFailed      ActionStatus = 2
	ActionUnsupported ActionStatus = 3
)

// A HandshakeResponse is the client's answer, an action for an action.
type HandshakeResponse struct {
	ClientVersion          string
	ProcessedClientActions []ProcessedAction
	Errors                 []string
}

// A ProcessedAction is the answer to one RequestedAction.
type ProcessedAction struct {
	ActionType   string
	ActionStatus ActionStatus
	ActionResult json.RawMessage
	Error        string
}

// A HandshakeComplete is the agent's word that data may flow.
type HandshakeComplete struct {
	HandshakeTimeToComplete time.Duration
	CustomerMessage         string
}

// ParseHandshakeRequest reads the payload of a message of kind
// KindHandshakeRequest.
func ParseHandshakeRequest(payload []byte) (HandshakeRequest, error) {
	var r HandshakeRequest
	err := parse(payload, &r, "a handshake request")
	return r, err
}

// ParseSessionType reads the parameters of an ActionSessionType.
func ParseSessionType(parameters json.RawMessage) (SessionType, error) {
	var s SessionType
	err := parse(parameters, &s, "a session type")
	return s, err
}

// ParseHandshakeResponse reads the payload of a message of kind
// KindHandshakeResponse.
func ParseHandshakeResponse(payload []byte) (HandshakeResponse, error) {
	var r HandshakeResponse
	err := parse(payload, &r, "a handshake response")
	return r, err
}

// ParseHandshakeComplete reads the payload of a message of kind
// KindHandshakeComplete.
func ParseHandshakeComplete(payload []byte) (HandshakeComplete, error) {
	var c HandshakeComplete
	err := parse(payload, &c, "the end of a handshake")
	return c, err
}

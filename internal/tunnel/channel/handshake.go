package channel

import (
	"encoding/json"
	"errors"
	"fmt"

	"safeguard/internal/tunnel/wire"
)

// A handshake is the client's side of it: request, response, completion. Data may
// be sent only when done is true: agents acknowledge it before and throw it away.
type handshake struct {
	requested bool
	done      bool
	version   version
	message   string // for the customer
	kms       bool   // encryption was asked for, and declined
}

var errEncrypted = errors.New("the session's preferences ask for encryption with a KMS key, which port forwarding does not have")

// request takes the agent's request and returns the response to send.
func (h *handshake) request(payload []byte) (response []byte, err error) {
	if h.requested {
		return nil, errors.New("the agent began a second handshake")
	}
	r, err := wire.ParseHandshakeRequest(payload)
	if err != nil {
		return nil, err
	}
	if h.version, err = parseVersion(r.AgentVersion); err != nil {
		return nil, fmt.Errorf("handshake with the agent: %w", err)
	}
	h.requested = true
	answer := wire.HandshakeResponse{ClientVersion: clientVersion}
	port := false
	for _, action := range r.RequestedClientActions {
		p := wire.ProcessedAction{ActionType: action.ActionType, ActionStatus: wire.ActionUnsupported, Error: "Unsupported action"}
		switch action.ActionType {
		case wire.ActionSessionType:
			s, err := wire.ParseSessionType(action.ActionParameters)
			if err != nil {
				return nil, err
			}
			if s.SessionType != "Port" {
				return nil, fmt.Errorf("the session is of type %q, not Port: its document is not one for port forwarding", s.SessionType)
			}
			port = true
			p.ActionStatus, p.Error = wire.ActionDone, ""
		case wire.ActionKMSEncryption:
			h.kms = true
		}
		answer.ProcessedClientActions = append(answer.ProcessedClientActions, p)
	}
	if !port {
		return nil, errors.New("the agent did not say what type the session has")
	}
	return json.Marshal(answer)
}

// complete takes the agent's word that data may flow.
func (h *handshake) complete(payload []byte) error {
	if !h.requested {
		return errors.New("the agent completed a handshake that it had not begun")
	}
	c, err := wire.ParseHandshakeComplete(payload)
	if err != nil {
		return err
	}
	h.done, h.message = true, c.CustomerMessage
	return nil
}

// multiplexed reports whether the agent runs many connections over the session.
func (h *handshake) multiplexed() bool { return h.version.after(muxAfter) }

package channel

import (
	"context"
	"errors"
	"net/http"
)

// A Session is what Systems Manager says of a session that it has started or
// resumed: enough to open its data channel. Printed, it shows its ID alone.
type Session struct {
	ID        string
	StreamURL string // wss://ssmmessages.…, ws:// in tests
	Token     string
}

// String is the ID of the session.
func (s Session) String() string { return s.ID }

// GoString is the ID of the session too: a token is never printed.
func (s Session) GoString() string { return "channel.Session(" + s.ID + ")" }

// A Control opens, resumes and ends sessions: Systems Manager, or a fake of it.
// Its methods are called from one goroutine at a time. They may be slow, and end
// when their context does. Their errors are shown to users.
type Control interface {
	// Start starts a session that forwards to the port that the Control stands for.
	Start(ctx context.Context) (Session, error)

	// Resume gives a session's channel a new token. The error wraps ErrGone where
	// the session has ended: then a new one is started. After any other error
	// Resume is called again.
	Resume(ctx context.Context, id string) (Session, error)

	// Terminate ends a session. It is called for every session that Start returned,
	// ended or not.
	Terminate(ctx context.Context, id string) error

	// Sign signs the request that opens the WebSocket (Signature Version 4, service
	// ssmmessages, no body). It is not called where the session's URL carries a
	// signature already, as parameters whose names begin with X-Amz-.
	Sign(ctx context.Context, r *http.Request) error
}

// ErrGone is wrapped by the error of a Control's Resume for a session that has
// ended and cannot be resumed.
var ErrGone = errors.New("the session has ended")

// ErrFatal is wrapped by the error of a Control's Start or Resume where trying
// again is of no use; Forward then ends with that error.
var ErrFatal = errors.New("trying again is of no use")

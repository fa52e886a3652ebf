package channel

import (
	"fmt"
	"net"
	"time"
)

// An Event tells what happened to a tunnel, for users to read: one of the types
// below. String is one line in plain words. No event has anything of what is
// forwarded, or a token.
type Event interface {
	fmt.Stringer
	event()
}

// Connected is sent when a session forwards: after the first handshake, and after
// each with a new session (see Restarted).
type Connected struct {
	SessionID    string
	AgentVersion string
	Multiplexed  bool   // connections run side by side; else one at a time
	Message      string // for the customer, from the session's preferences; often empty
}

// Reconnecting is sent when the channel was lost, and when an attempt to get it
// back has failed. Connections stay open.
type Reconnecting struct {
	SessionID string
	Attempt   int           // from 1
	Wait      time.Duration // until the attempt
	Cause     error
}

// Resumed is sent when the channel of a session is back, and its connections go
// on where they were.
type Resumed struct {
	SessionID string
	Lost      time.Duration // how long it was away
}

// Restarted is sent when a session has ended for good and a new one was
// started; a Connected follows. The connections of the old one are closed.
type Restarted struct {
	Old, New string // IDs of sessions
	Cause    error
}

// Opened is sent for each connection accepted.
type Opened struct {
	Conn int      // counts connections from 1
	From net.Addr // the local client
}

// Waiting is sent for a connection that cannot be served while another one is
// open: the agent is too old to forward several.
type Waiting struct {
	Conn int
	From net.Addr
}

// Closed is sent when a connection has ended. Err is nil where either end closed
// it.
type Closed struct {
	Conn     int
	Sent     int64 // bytes from the local client
	Received int64 // bytes to the local client
	Err      error
}

// Refused is sent when the agent could not connect to the port behind it; the
// local connection is closed. The protocol does not tell which one it was.
type Refused struct {
	SessionID string
}

// Ended is sent when a session is over, terminated or not. Err is nil where it
// was we who ended it, or what came of terminating it.
type Ended struct {
	SessionID string
	Err       error
}

func (Connected) event()    {}
func (Reconnecting) event() {}
func (Resumed) event()      {}
func (Restarted) event()    {}
func (Opened) event()       {}
func (Waiting) event()      {}
func (Closed) event()       {}
func (Refused) event()      {}
func (Ended) event()        {}

func (e Connected) String() string {
	s := fmt.Sprintf("connected: session %s, agent %s", e.SessionID, e.AgentVersion)
	if !e.Multiplexed {
		s += ", one connection at a time (agents newer than " + muxAfter.String() + " serve several)"
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

func (e Reconnecting) String() string {
	return fmt.Sprintf("channel lost: %v; attempt %d in %s", e.Cause, e.Attempt, e.Wait.Round(time.Millisecond))
}

func (e Resumed) String() string {
	return fmt.Sprintf("resumed session %s after %s", e.SessionID, e.Lost.Round(time.Millisecond))
}

func (e Restarted) String() string {
	return fmt.Sprintf("session %s is gone (%v): started %s, open connections were closed", e.Old, e.Cause, e.New)
}

func (e Opened) String() string { return fmt.Sprintf("connection %d from %s", e.Conn, e.From) }

func (e Waiting) String() string {
	return fmt.Sprintf("connection %d from %s waits: the agent serves one at a time", e.Conn, e.From)
}

func (e Closed) String() string {
	s := fmt.Sprintf("connection %d closed: %d bytes sent, %d received", e.Conn, e.Sent, e.Received)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e Refused) String() string {
	return "the target could not connect to the port: refused there, not reachable, or its name does not resolve"
}

func (e Ended) String() string {
	if e.Err != nil {
		return fmt.Sprintf("session %s ended: %v", e.SessionID, e.Err)
	}
	return fmt.Sprintf("session %s ended", e.SessionID)
}

// Package channel forwards local connections through a session of Systems
// Manager: it is a client of Session Manager's data channel, with the behaviour
// of AWS's session-manager-plugin towards the service and the agent, and without
// a process beside ours.
//
// From the outside in: Forward serves a listener with one session after another
// (forward.go). A session carries its bytes in a stream that outlives the
// WebSockets (stream.go), which puts the agent's messages in order (receiver.go),
// keeps ours until they are acknowledged (sender.go), and is moved over one
// WebSocket at a time (carry.go, dial.go). Over the stream many connections run by
// smux (mux.go), or, with agents of before 2020, one at a time (basic.go).
package channel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// Options adjust a tunnel. The zero value serves.
type Options struct {
	// MaxRetries is how many attempts to get a lost channel back may fail in a row
	// before Forward gives up; 0 gives up at the first loss, and a negative number
	// never.
	MaxRetries int

	// MinWait and MaxWait bound the pause before an attempt. It doubles from one to
	// the next, less up to a quarter that is left to chance. 0: 500 ms and 30 s.
	MinWait, MaxWait time.Duration

	// Events is told what happens, one event at a time, and must not take long. It
	// may be nil.
	Events func(Event)

	// HTTPClient opens the WebSockets. It must have no timeout of its own. nil: one
	// that goes through the proxy that the environment names.
	HTTPClient *http.Client
}

const (
	defaultMinWait = 500 * time.Millisecond
	defaultMaxWait = 30 * time.Second
	// handshakeWithin is how long an agent may take to let data flow; its own limit
	// is 15 s.
	handshakeWithin = 30 * time.Second
	// terminateWithin is how long ending a session may take once nobody wants it.
	terminateWithin = 10 * time.Second
	// farewell is how long the agent may take to acknowledge that the session ends.
	farewell = time.Second
)

// Forward serves the connections that l accepts through sessions of c, until ctx
// ends or no retry is left. It starts a session at once. A lost channel is
// resumed, and the connections go on; where that is not possible, they are closed
// and a new session is started, while l goes on listening. Forward closes l, ends
// the session that is open, and leaves no goroutine behind.
//
// The error is nil when ctx ended. Else it says why there is no tunnel: the first
// session could not be started or did not get through its handshake, or a later
// one was lost, and every retry failed.
func Forward(ctx context.Context, l net.Listener, c Control, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	f := &forwarder{control: c, options: o, id: uuid.New(), accepted: make(chan *local)}
	if f.options.MinWait <= 0 {
		f.options.MinWait = defaultMinWait
	}
	if f.options.MaxWait <= 0 {
		f.options.MaxWait = max(defaultMaxWait, f.options.MinWait)
	}
	var g sync.WaitGroup
	defer func() {
		cancel()
		l.Close()
		g.Wait()
	}()
	g.Go(func() {
		if err := f.accept(ctx, l); err != nil {
			f.listening = err
			cancel()
		}
	})
	err := f.run(ctx)
	if ctx.Err() == nil {
		return err
	}
	cancel()
	l.Close()
	g.Wait()
	return f.listening
}

// A forwarder is one run of Forward.
type forwarder struct {
	control  Control
	options  Options
	id       uuid.UUID // of this client
	accepted chan *local

	listening error // why accepting failed

	emitting sync.Mutex
	failures int // attempts that failed in a row
	served   bool
}

func (f *forwarder) emit(e Event) {
	if f.options.Events == nil {
		return
	}
	f.emitting.Lock()
	defer f.emitting.Unlock()
	f.options.Events(e)
}

// run goes from one session to the next.
func (f *forwarder) run(ctx context.Context) error {
	s, err := f.control.Start(ctx)
	if err != nil {
		return fmt.Errorf("starting a session: %w", err)
	}
	for {
		ended := f.session(ctx, s)
		if ctx.Err() != nil {
			return nil
		}
		if !f.served || !errors.Is(ended, ErrGone) {
			return ended
		}
		next, err := f.restart(ctx, ended)
		if err != nil {
			return err
		}
		f.emit(Restarted{Old: s.ID, New: next.ID, Cause: ended})
		s = next
	}
}

// restart starts a new session after one that is gone.
func (f *forwarder) restart(ctx context.Context, cause error) (Session, error) {
	for {
		if err := f.pause(ctx, "", cause); err != nil {
			return Session{}, err
		}
		s, err := f.control.Start(ctx)
		if err == nil {
			return s, nil
		}
		cause = fmt.Errorf("starting a session: %w", err)
	}
}

// session serves connections with one session until it is over. The error wraps
// ErrGone if another one may serve.
func (f *forwarder) session(ctx context.Context, s Session) error {
	st := newStream(s.ID, f.emit)
	var g sync.WaitGroup
	g.Go(func() { f.serve(ctx, st) })
	err := f.keep(ctx, s, st)
	st.fail(err)
	g.Wait()
	err = st.ended()
	f.terminate(ctx, s, err)
	return err
}

// keep keeps a session's stream moving, over one WebSocket after another.
func (f *forwarder) keep(ctx context.Context, s Session, st *stream) error {
	var lost time.Time // when the channel was lost; zero before the first time it was open
	for {
		ws, err := dial(ctx, f.options.HTTPClient, f.control, s, f.id)
		if err == nil {
			if !lost.IsZero() {
				f.emit(Resumed{SessionID: s.ID, Lost: time.Since(lost)})
			}
			opened := time.Now()
			err = f.carry(ctx, st, ws)
			lost = time.Now()
			if st.progressed() || lost.Sub(opened) >= f.options.MaxWait && !errors.Is(err, errSilent) {
				f.failures = 0
			}
		}
		if over := st.ended(); over != nil {
			return over
		}
		if s, err = f.resume(ctx, s, err); err != nil {
			return err
		}
	}
}

// carry moves the stream over a WebSocket. When ctx ends, it tells the agent
// that the session is over.
func (f *forwarder) carry(ctx context.Context, st *stream, ws *websocket.Conn) error {
	moving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		defer cancel()
		st.leave()
	})
	defer stop()
	return st.carry(moving, ws)
}

// resume gets a token for another WebSocket, after a pause.
func (f *forwarder) resume(ctx context.Context, s Session, cause error) (Session, error) {
	for {
		if err := f.pause(ctx, s.ID, cause); err != nil {
			return s, err
		}
		next, err := f.control.Resume(ctx, s.ID)
		if err == nil {
			return next, nil
		}
		cause = fmt.Errorf("resuming session %s: %w", s.ID, err)
		if errors.Is(err, ErrGone) || errors.Is(err, ErrFatal) {
			return s, cause
		}
	}
}

// terminate ends a session with Systems Manager, however it ended.
func (f *forwarder) terminate(ctx context.Context, s Session, cause error) {
	stopped := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), terminateWithin)
	defer cancel()
	err := f.control.Terminate(ctx, s.ID)
	switch {
	case !stopped:
		err = cause
	case err != nil:
		err = fmt.Errorf("terminating session %s: %w", s.ID, err)
	}
	f.emit(Ended{SessionID: s.ID, Err: err})
}

// serve serves connections once the handshake is done.
func (f *forwarder) serve(ctx context.Context, st *stream) {
	timer := time.NewTimer(handshakeWithin)
	defer timer.Stop()
	select {
	case <-st.ready:
	case <-st.over:
		return
	case <-timer.C:
		st.fail(st.unanswered())
		return
	}
	f.served = true
	f.emit(Connected{SessionID: st.id, AgentVersion: st.hs.version.String(), Multiplexed: st.hs.multiplexed(), Message: st.hs.message})
	if st.hs.multiplexed() {
		f.serveMux(st)
	} else {
		f.serveBasic(st)
	}
}

package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/xtaci/smux"
)

// linger is how long a local client may go on after the far end has closed, so
// that it can read what came last: closed with its own bytes unread, its
// connection would be reset, and what it had not read yet be lost.
const linger = 5 * time.Second

// serveMux serves any number of connections at a time, each a stream of smux,
// until the session is over.
//
// smux version 1 knows no windows of its own: what is buffered for slow local
// clients is bounded for all of them together (receiveBuffer); one that reads
// nothing at all will in the end hold up the others.
func (f *forwarder) serveMux(st *stream) {
	const receiveBuffer = 8 << 20
	config := smux.DefaultConfig()
	config.MaxReceiveBuffer = receiveBuffer
	config.KeepAliveTimeout = 365 * 24 * time.Hour // a lost channel is no reason to end
	config.KeepAliveDisabled = st.hs.version.after(noKeepAliveAfter)
	m, err := smux.Client(st, config)
	if err != nil {
		st.fail(fmt.Errorf("multiplexing: %w", err))
		return
	}
	var g sync.WaitGroup
	defer g.Wait()
	defer m.Close()
	g.Go(func() {
		// Agents open no streams; this returns when multiplexing has failed.
		for {
			opened, err := m.AcceptStream()
			if err != nil {
				st.fail(fmt.Errorf("%w: multiplexing: %w", ErrGone, err))
				return
			}
			opened.Close()
		}
	})
	for {
		select {
		case l := <-f.accepted:
			f.emit(Opened{Conn: l.number, From: l.RemoteAddr()})
			g.Go(func() { f.relay(st, m, l) })
		case <-st.over:
			return
		}
	}
}

// relay serves one connection over a stream of its own.
//
// Either end may finish sending first. The local client's end is passed on, and
// what the agent still sends is delivered. Agents close both ways of a connection
// at either end's first close, however, so that what their peers do after that is
// not seen here: the protocol has no more to offer.
func (f *forwarder) relay(st *stream, m *smux.Session, l *local) {
	remote, err := m.OpenStream()
	if err != nil {
		f.finished(l, fmt.Errorf("opening a connection through the session: %w", err))
		return
	}
	stop := context.AfterFunc(st.life, l.reset)
	defer stop()
	var up error
	var g sync.WaitGroup
	g.Go(func() {
		_, up = io.Copy(remote, l)
		if up == nil {
			up = remote.CloseWrite()
		} else {
			remote.Close() // the client is gone, or the session
		}
	})
	_, down := remote.WriteTo(l)
	if down == nil && l.received.Load() > 0 {
		l.closeWrite()
		l.SetReadDeadline(time.Now().Add(linger))
	} else {
		l.Close()
	}
	g.Wait()
	remote.Close()
	f.finished(l, cause(down, up))
}

// cause is the error with which a connection ended, of those that its two ways
// ended with: what follows from closing it ourselves is none.
func cause(errs ...error) error {
	for _, err := range errs {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			continue
		}
		if err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.ErrClosedPipe) {
			return err
		}
	}
	return nil
}

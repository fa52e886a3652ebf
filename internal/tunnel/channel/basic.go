package channel

import (
	"io"
	"sync"
	"time"

	"safeguard/internal/tunnel/wire"
)

// quiet is how long nothing must come from the agent before what it sends is
// taken for another connection's.
const quiet = 250 * time.Millisecond

// A basic is the one connection that old agents serve at a time. The stream's
// bytes are the connection's own, and nothing in them tells where one connection
// ends and the next begins: the client says that its connection has ended by a
// flag, and the agent dials again when the next bytes come. A connection that the
// far end closes is not reported at all.
type basic struct {
	st *stream

	mu      sync.Mutex
	current *local    // nil: what comes is thrown away
	heard   time.Time // when something came last
}

// serveBasic serves one connection after another until the session is over.
func (f *forwarder) serveBasic(st *stream) {
	b := &basic{st: st}
	var g sync.WaitGroup
	defer g.Wait()
	g.Go(b.pump)
	var waiting *local
	for {
		l := waiting
		if l == nil {
			select {
			case l = <-f.accepted:
			case <-st.over:
				return
			}
		}
		f.emit(Opened{Conn: l.number, From: l.RemoteAddr()})
		waiting = f.one(b, l)
		if st.ended() != nil {
			if waiting != nil {
				f.finished(waiting, nil)
			}
			return
		}
		b.settle()
	}
}

// one serves a connection until the client ends it or the session is over. It
// returns the next connection if one came meanwhile.
func (f *forwarder) one(b *basic, l *local) (waiting *local) {
	b.set(l)
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(b.st, l)
		done <- err
	}()
	accepted := f.accepted
	for {
		select {
		case next := <-accepted:
			f.emit(Waiting{Conn: next.number, From: next.RemoteAddr()})
			waiting, accepted = next, nil
		case err := <-done:
			if err == nil {
				b.hush(time.Second) // answers that are under way
			}
			b.set(nil)
			b.st.flag(wire.DisconnectToPort)
			f.finished(l, cause(err))
			return waiting
		case <-b.st.over:
			b.set(nil)
			l.Close()
			<-done
			f.finished(l, b.st.ended())
			return waiting
		}
	}
}

// pump hands what comes to the connection that is open.
func (b *basic) pump() {
	buf := make([]byte, 32<<10)
	for {
		n, err := b.st.Read(buf)
		if err != nil {
			return
		}
		b.mu.Lock()
		l := b.current
		b.heard = time.Now()
		b.mu.Unlock()
		if l != nil {
			if _, err := l.Write(buf[:n]); err != nil {
				l.Close() // which ends the copy from it
			}
		}
	}
}

func (b *basic) set(l *local) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.current = l
}

// settle waits until what the last connection was sent has come and gone.
func (b *basic) settle() {
	for !b.st.drained() {
		select {
		case <-b.st.over:
			return
		case <-time.After(quiet / 10):
		}
	}
	b.hush(quiet)
}

// hush waits until nothing has come for d.
func (b *basic) hush(d time.Duration) {
	for start := time.Now(); ; {
		b.mu.Lock()
		since := start
		if b.heard.After(start) {
			since = b.heard
		}
		b.mu.Unlock()
		wait := d - time.Since(since)
		if wait <= 0 {
			return
		}
		select {
		case <-time.After(wait):
		case <-b.st.over:
			return
		}
	}
}

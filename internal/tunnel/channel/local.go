package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A local is one connection of a local client.
type local struct {
	net.Conn
	number         int
	sent, received atomic.Int64
}

// Read counts what the client sends.
func (l *local) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.sent.Add(int64(n))
	return n, err
}

// Write counts what the client receives.
func (l *local) Write(p []byte) (int, error) {
	n, err := l.Conn.Write(p)
	l.received.Add(int64(n))
	return n, err
}

// closeWrite tells the client that nothing more will come.
func (l *local) closeWrite() {
	if half, ok := l.Conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
}

// reset breaks the connection: its session is gone, and the client must not take
// what it has got for all there is.
func (l *local) reset() {
	if tcp, ok := l.Conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	l.Close()
}

// accept hands on the connections of the listener until ctx ends. The error is
// that of a listener that fails though nobody closed it.
func (f *forwarder) accept(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for n := 1; ; n++ {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			if passing(err) {
				n--
				select {
				case <-time.After(100 * time.Millisecond):
				case <-ctx.Done():
				}
				continue
			}
			return fmt.Errorf("accepting connections on %s: %w", l.Addr(), err)
		}
		select {
		case f.accepted <- &local{Conn: conn, number: n}:
		case <-ctx.Done():
			conn.Close()
			return nil
		}
	}
}

// passing reports whether accepting may work again: a client went away before it
// was accepted, or the process has too many files open for now.
func passing(err error) bool {
	temporary, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && temporary.Temporary()
}

// finished reports the end of a connection.
func (f *forwarder) finished(l *local, err error) {
	l.Close()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	f.emit(Closed{Conn: l.number, Sent: l.sent.Load(), Received: l.received.Load(), Err: err})
}

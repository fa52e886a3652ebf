package agenttest

import (
	"context"
	"net"
	"sync"

	"safeguard/internal/tunnel/wire"
)

// A basic connects to the port once at the start, and again when bytes come after
// the connection has ended.
type basic struct {
	session *session

	// Under the session's lock.
	queue [][]byte // what came from the client; nil: its connection has ended
	conn  net.Conn
}

func (b *basic) output(payload []byte) {
	b.queue = append(b.queue, append([]byte(nil), payload...))
}

func (b *basic) flag(f wire.Flag) {
	if f == wire.DisconnectToPort {
		b.queue = append(b.queue, nil)
	}
}

func (b *basic) run() {
	var g sync.WaitGroup
	defer g.Wait()
	defer b.hangUp()
	for first := true; ; first = false {
		var payload []byte
		if !first {
			var err error
			if payload, err = b.take(); err != nil {
				return
			}
			if payload == nil {
				b.hangUp()
				continue
			}
		}
		conn, err := b.dial(&g)
		if err != nil {
			b.session.end(unreachable(err))
			return
		}
		conn.Write(payload)
	}
}

// take returns what came next from the client.
func (b *basic) take() ([]byte, error) {
	x := b.session
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(b.queue) == 0 {
		if x.closed {
			return nil, context.Canceled
		}
		x.changed.Wait()
	}
	payload := b.queue[0]
	b.queue = b.queue[1:]
	return payload, nil
}

func (b *basic) hangUp() {
	b.session.mu.Lock()
	defer b.session.mu.Unlock()
	if b.conn != nil {
		b.conn.Close()
		b.conn = nil
	}
}

// dial returns the connection, made anew if there is none.
func (b *basic) dial(g *sync.WaitGroup) (net.Conn, error) {
	x := b.session
	x.mu.Lock()
	conn := b.conn
	x.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	conn, err := x.service.options.Dial(x.ctx, x.address())
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	b.conn = conn
	x.mu.Unlock()
	g.Go(func() {
		buf := make([]byte, chunk)
		for {
			n, err := conn.Read(buf)
			if err == nil {
				err = x.send(wire.KindOutput, buf[:n])
			}
			if err != nil {
				break
			}
		}
		conn.Close()
		x.mu.Lock()
		defer x.mu.Unlock()
		if b.conn == conn {
			b.conn = nil
		}
	})
	return conn, nil
}

package agenttest

import (
	"context"
	"io"
	"net"
	"sync"

	"github.com/xtaci/smux"

	"safeguard/internal/tunnel/wire"
)

// A mux connects each stream of smux to the port.
type mux struct {
	*session
	input []byte // in order, not read by smux yet
}

func (*mux) flag(wire.Flag) {}

func (m *mux) output(payload []byte) { m.input = append(m.input, payload...) }

// Read reads what the client sent.
func (m *mux) Read(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.input) == 0 {
		if m.closed {
			return 0, context.Canceled
		}
		m.changed.Wait()
	}
	n := copy(p, m.input)
	m.input = m.input[n:]
	return n, nil
}

// Close is for smux; the session ends otherwise.
func (m *mux) Close() error {
	m.stop()
	return nil
}

func (m *mux) run() {
	x := m.session
	config := smux.DefaultConfig()
	config.KeepAliveDisabled = true
	server, err := smux.Server(m, config)
	if err != nil {
		x.end(err.Error())
		return
	}
	var g sync.WaitGroup
	defer g.Wait()
	defer server.Close()
	for {
		stream, err := server.AcceptStream()
		if err != nil {
			return
		}
		g.Go(func() {
			conn, err := x.service.options.Dial(x.ctx, x.address())
			if err != nil {
				x.send(wire.KindFlag, wire.ConnectToPortError.Payload())
				stream.Close()
				return
			}
			both(x, stream, conn)
		})
	}
}

// both copies between two connections. As in an agent, the first end of either
// closes both.
func both(x *session, stream *smux.Stream, conn net.Conn) {
	stop := make(chan struct{})
	var g sync.WaitGroup
	g.Go(func() {
		select {
		case <-x.ctx.Done():
			stream.Close()
			conn.Close()
		case <-stop:
		}
	})
	var copies sync.WaitGroup
	copies.Go(func() {
		io.Copy(stream, conn)
		stream.Close()
	})
	copies.Go(func() {
		io.Copy(conn, stream)
		conn.Close()
	})
	copies.Wait()
	close(stop)
	g.Wait()
}

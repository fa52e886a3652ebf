package channel_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"safeguard/internal/tunnel/agenttest"
	"safeguard/internal/tunnel/channel"
)

// A network is pipes in memory, so that tests can run on synctest's clock: what
// takes minutes takes none.
type network struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	frozen atomic.Pointer[atomic.Bool] // of the connections made now
}

func newNetwork() *network {
	n := &network{conns: make(chan net.Conn), closed: make(chan struct{})}
	n.frozen.Store(new(atomic.Bool))
	return n
}

func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

func (n *network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (n *network) dial() (net.Conn, error) {
	near, far := net.Pipe()
	frozen := n.frozen.Load()
	select {
	case n.conns <- &freezing{far, frozen}:
		return &freezing{near, frozen}, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// freeze loses everything on the connections made so far, without a word, as
// happens to a laptop that was carried into another network.
func (n *network) freeze() { n.frozen.Swap(new(atomic.Bool)).Store(true) }

type freezing struct {
	net.Conn
	frozen *atomic.Bool
}

func (f *freezing) Write(p []byte) (int, error) {
	if f.frozen.Load() {
		return len(p), nil
	}
	return f.Conn.Write(p)
}

// bubble forwards through networks in memory to serve, on synctest's clock.
func bubble(t *testing.T, a agenttest.Options, o channel.Options, serve func(net.Conn), test func(u *tunnel, wan *network, dial func() net.Conn)) {
	// smux pools channels, and those of one bubble may not be used outside of it: two
	// collections empty a pool.
	defer runtime.GC()
	defer runtime.GC()
	synctest.Test(t, func(t *testing.T) {
		wan, lan := newNetwork(), newNetwork()
		var targets sync.WaitGroup
		defer targets.Wait()
		a.Listener = wan
		a.Dial = func(context.Context, string) (net.Conn, error) {
			near, far := net.Pipe()
			targets.Go(func() {
				defer far.Close()
				serve(far)
			})
			return near, nil
		}
		service := agenttest.New(a)
		defer service.Close()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return wan.dial() }}
		defer transport.CloseIdleConnections()
		o.HTTPClient = &http.Client{Transport: transport}
		u := forwardOn(t, lan, &control{service: service, host: "db", port: "1"}, o)
		defer u.stop()
		test(u, wan, func() net.Conn {
			conn, err := lan.dial()
			if err != nil {
				t.Fatal(err)
			}
			return conn
		})
	})
}

func copyBack(c net.Conn) { io.Copy(c, c) }

func TestAgentFallsSilent(t *testing.T) {
	bubble(t, agenttest.Options{}, channel.Options{MaxRetries: 2}, copyBack, func(u *tunnel, _ *network, dial func() net.Conn) {
		conn := dial()
		roundTrip(t, conn, pattern(1000))
		u.service.Mute(true)
		conn.Write(pattern(10))
		<-u.done
		err := u.stop()
		gave, ok := errors.AsType[*channel.GaveUpError](err)
		if !ok || !strings.Contains(gave.Cause.Error(), "acknowledged nothing") {
			t.Errorf("got %v", err)
		}
		io.Copy(io.Discard, conn) // which has ended
	})
}

func TestNetworkIsGone(t *testing.T) {
	bubble(t, agenttest.Options{}, channel.Options{MaxRetries: 2}, copyBack, func(u *tunnel, wan *network, dial func() net.Conn) {
		conn := dial()
		roundTrip(t, conn, pattern(1000))
		wan.freeze()
		roundTrip(t, conn, pattern(1000))
		if e := await[channel.Resumed](u); e.Lost > time.Minute {
			t.Errorf("got %v", e)
		}
		conn.Close()
	})
}

func TestHandshakeNeverComes(t *testing.T) {
	bubble(t, agenttest.Options{Speechless: true}, channel.Options{MaxRetries: 2}, copyBack, func(u *tunnel, _ *network, _ func() net.Conn) {
		<-u.done
		if err := u.stop(); err == nil || !strings.Contains(err.Error(), "handshake") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSessionEndsForIdleness(t *testing.T) {
	bubble(t, agenttest.Options{}, channel.Options{MaxRetries: 2}, copyBack, func(u *tunnel, _ *network, dial func() net.Conn) {
		conn := dial()
		roundTrip(t, conn, pattern(1000))
		u.service.Say("Session was idle for too long")
		if e := await[channel.Restarted](u); !strings.Contains(e.String(), "idle for too long") {
			t.Errorf("got %v", e)
		}
		io.Copy(io.Discard, conn) // which has ended
		conn = dial()
		roundTrip(t, conn, pattern(1000))
		conn.Close()
	})
}

// TestSlowClient does not read for a while: the far end is held up, nothing is
// lost, and what is buffered is bounded.
func TestSlowClient(t *testing.T) {
	data := pattern(28 << 20)
	var written atomic.Int64
	serve := func(c net.Conn) {
		for part := data; len(part) > 0; {
			n, err := c.Write(part[:min(64<<10, len(part))])
			if err != nil {
				return
			}
			written.Add(int64(n))
			part = part[n:]
		}
	}
	bubble(t, agenttest.Options{}, channel.Options{}, serve, func(u *tunnel, _ *network, dial func() net.Conn) {
		conn := dial()
		time.Sleep(10 * time.Minute) // of synctest's clock
		if n := written.Load(); n > 24<<20 {
			t.Errorf("%d MiB were taken for a client that reads nothing", n>>20)
		}
		got, err := io.ReadAll(conn)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes arrived, want %d, %v", len(got), len(data), err)
		}
		if n := count[channel.Reconnecting](u); n > 0 {
			t.Errorf("the channel was lost %d times", n)
		}
		conn.Close()
	})
}

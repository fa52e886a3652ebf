package channel_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"safeguard/internal/tunnel/agenttest"
	"safeguard/internal/tunnel/channel"
)

// A control makes sessions of a fake service.
type control struct {
	service    *agenttest.Service
	host, port string
	start      func() error // the error of Start, if any
	resume     func() error
}

func (c *control) Start(context.Context) (channel.Session, error) {
	if c.start != nil {
		if err := c.start(); err != nil {
			return channel.Session{}, err
		}
	}
	id, url, token := c.service.Start(c.host, c.port)
	return channel.Session{ID: id, StreamURL: url, Token: token}, nil
}

func (c *control) Resume(_ context.Context, id string) (channel.Session, error) {
	if c.resume != nil {
		if err := c.resume(); err != nil {
			return channel.Session{}, err
		}
	}
	url, token, err := c.service.Resume(id)
	if errors.Is(err, agenttest.ErrGone) {
		err = fmt.Errorf("%w: %w", channel.ErrGone, err)
	}
	return channel.Session{ID: id, StreamURL: url, Token: token}, err
}

func (c *control) Terminate(_ context.Context, id string) error { return c.service.Terminate(id) }

func (c *control) Sign(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 signed")
	return nil
}

// A tunnel is a Forward in the background.
type tunnel struct {
	t       testing.TB
	service *agenttest.Service
	addr    string
	stop    func() error // ends Forward and returns its error
	done    <-chan struct{}

	mu     sync.Mutex
	events []channel.Event
	news   chan struct{}
}

// start forwards to a port through a fake agent. At the end of the test
// everything that it started must be gone.
func start(t testing.TB, port string, a agenttest.Options, o channel.Options) *tunnel {
	t.Helper()
	leaks(t)
	service := agenttest.New(a)
	t.Cleanup(service.Close)
	return forward(t, &control{service: service, host: "127.0.0.1", port: port}, o)
}

func forward(t testing.TB, c *control, o channel.Options) *tunnel {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return forwardOn(t, l, c, o)
}

func forwardOn(t testing.TB, l net.Listener, c *control, o channel.Options) *tunnel {
	t.Helper()
	u := &tunnel{t: t, service: c.service, addr: l.Addr().String(), news: make(chan struct{}, 1)}
	o.Events = func(e channel.Event) {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.events = append(u.events, e)
		select {
		case u.news <- struct{}{}:
		default:
		}
	}
	if o.MinWait == 0 {
		o.MinWait = time.Millisecond
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	var result error
	go func() {
		defer close(done)
		result = channel.Forward(ctx, l, c, o)
	}()
	u.done = done
	u.stop = func() error {
		cancel()
		<-done
		return result
	}
	t.Cleanup(func() {
		u.stop()
		if open := c.service.Open(); len(open) > 0 {
			t.Errorf("sessions left open: %q", open)
		}
		if t.Failed() {
			u.mu.Lock()
			defer u.mu.Unlock()
			for _, e := range u.events {
				t.Logf("%T: %s", e, e)
			}
		}
	})
	return u
}

// await waits for an event, among those that came already too.
func await[E channel.Event](u *tunnel) E {
	u.t.Helper()
	for seen := 0; ; {
		u.mu.Lock()
		fresh := u.events[seen:]
		seen = len(u.events)
		u.mu.Unlock()
		for _, e := range fresh {
			if e, ok := e.(E); ok {
				return e
			}
		}
		select {
		case <-u.news:
		case <-u.done:
			if u.mu.Lock(); seen == len(u.events) {
				u.mu.Unlock()
				var want E
				u.t.Fatalf("Forward ended without %T: %v", want, u.stop())
			}
			u.mu.Unlock()
		}
	}
}

func count[E channel.Event](u *tunnel) (n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, e := range u.events {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

func (u *tunnel) dial() *net.TCPConn {
	u.t.Helper()
	conn, err := net.Dial("tcp", u.addr)
	if err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// leaks fails the test if goroutines of the packages under test outlive it.
func leaks(t testing.TB) {
	t.Cleanup(func() {
		var left []string
		for range 1000 {
			left = left[:0]
			buf := make([]byte, 8<<20)
			for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
				if strings.Contains(g, "tunnel/channel.") || strings.Contains(g, "tunnel/agenttest.") || strings.Contains(g, "xtaci/smux.") || strings.Contains(g, "coder/websocket.") {
					left = append(left, g)
				}
			}
			if len(left) == 0 {
				return
			}
			time.Sleep(5 * time.Millisecond) // smux ends its goroutines on its own time
		}
		t.Errorf("%d goroutines left:\n%s", len(left), strings.Join(left, "\n\n"))
	})
}

// target listens and serves each connection with serve; it returns the port.
func target(t testing.TB, serve func(*net.TCPConn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var g sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		g.Wait()
	})
	g.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			g.Go(func() {
				defer conn.Close()
				serve(conn.(*net.TCPConn))
			})
		}
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func echo(conn *net.TCPConn) { io.Copy(conn, conn) }

// pattern is n bytes that repeat at no power of two.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i*7 + i/251 + i/65521)
	}
	return p
}

// roundTrip sends data through an echo and compares what comes back.
func roundTrip(t testing.TB, conn net.Conn, data []byte) {
	t.Helper()
	go conn.Write(data)
	got := make([]byte, len(data))
	if _, err := io.ReadFull(conn, got); err != nil {
		t.Errorf("reading %d bytes back: %v", len(data), err)
		return
	}
	if !bytes.Equal(got, data) {
		t.Errorf("what came back is not what was sent")
	}
}

func TestForwardsConnections(t *testing.T) {
	u := start(t, target(t, echo), agenttest.Options{Message: "be careful"}, channel.Options{})
	a, b := u.dial(), u.dial()
	roundTrip(t, a, pattern(100_000))
	roundTrip(t, b, pattern(300_000))
	roundTrip(t, a, pattern(1))
	c := await[channel.Connected](u)
	if !c.Multiplexed || c.AgentVersion != agenttest.Mux || c.Message != "be careful" {
		t.Errorf("got %+v", c)
	}
	a.Close()
	if e := await[channel.Closed](u); e.Sent != 100_001 || e.Received != 100_001 || e.Err != nil {
		t.Errorf("got %+v", e)
	}
	if err := u.stop(); err != nil {
		t.Errorf("Forward: %v", err)
	}
	if e := await[channel.Ended](u); e.Err != nil {
		t.Errorf("got %v", e)
	}
}

func TestManyConnections(t *testing.T) {
	u := start(t, target(t, echo), agenttest.Options{Seed: 3}, channel.Options{})
	u.service.SetFaults(agenttest.Faults{Drop: 0.01, Reorder: 0.02, Duplicate: 0.02})
	data := pattern(20_000)
	var g sync.WaitGroup
	for i := range 200 {
		conn := u.dial()
		g.Go(func() { roundTrip(t, conn, data[i:]) })
	}
	g.Wait()
	if n := count[channel.Opened](u); n != 200 {
		t.Errorf("%d connections opened, want 200", n)
	}
}

func TestEndings(t *testing.T) {
	t.Run("the far end closes", func(t *testing.T) {
		u := start(t, target(t, func(c *net.TCPConn) { c.Write([]byte("bye")) }), agenttest.Options{}, channel.Options{})
		if got, err := io.ReadAll(u.dial()); err != nil || string(got) != "bye" {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("the client finishes sending first", func(t *testing.T) {
		got := make(chan []byte, 1)
		u := start(t, target(t, func(c *net.TCPConn) {
			all, _ := io.ReadAll(c)
			got <- all
		}), agenttest.Options{}, channel.Options{})
		conn := u.dial()
		data := pattern(200_000)
		conn.Write(data)
		conn.CloseWrite()
		if all := <-got; !bytes.Equal(all, data) {
			t.Errorf("%d bytes arrived, want %d", len(all), len(data))
		}
		if rest, err := io.ReadAll(conn); err != nil || len(rest) != 0 {
			t.Errorf("got %q, %v", rest, err)
		}
	})
	t.Run("the port refuses", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		l.Close()
		u := start(t, port, agenttest.Options{}, channel.Options{})
		if got, err := io.ReadAll(u.dial()); len(got) != 0 {
			t.Errorf("got %q, %v", got, err)
		}
		await[channel.Refused](u)
	})
}

func TestChannelIsCut(t *testing.T) {
	for _, faults := range []agenttest.Faults{{}, {Drop: 0.05}, {Drop: 0.05, Reorder: 0.1, Duplicate: 0.05, Corrupt: 0.02, Delay: 0.05, MaxDelay: 20 * time.Millisecond}} {
		t.Run(fmt.Sprintf("%+v", faults), func(t *testing.T) {
			u := start(t, target(t, echo), agenttest.Options{Seed: 5}, channel.Options{MaxRetries: -1})
			u.service.SetFaults(faults)
			conn := u.dial()
			for i := range 4 {
				roundTrip(t, conn, pattern(200_000+i))
				u.service.Cut()
			}
			roundTrip(t, conn, pattern(200_000))
			if got := u.service.Opened(); got < 5 {
				t.Errorf("%d WebSockets, want 5 at least", got)
			}
			if n := count[channel.Restarted](u); n > 0 {
				t.Errorf("%d new sessions, want none", n)
			}
		})
	}
}

func TestAgentRestarts(t *testing.T) {
	u := start(t, target(t, echo), agenttest.Options{}, channel.Options{MaxRetries: 3})
	conn := u.dial()
	roundTrip(t, conn, pattern(1000))
	u.service.Restart()
	if _, err := io.ReadAll(conn); err != nil {
		t.Logf("the connection ended with %v", err)
	}
	await[channel.Restarted](u)
	roundTrip(t, u.dial(), pattern(1000))
}

func TestTokensExpire(t *testing.T) {
	u := start(t, target(t, echo), agenttest.Options{}, channel.Options{MaxRetries: 3})
	conn := u.dial()
	roundTrip(t, conn, pattern(1000))
	u.service.Expire()
	u.service.Cut()
	roundTrip(t, conn, pattern(1000))
	await[channel.Resumed](u)
}

func TestOldAgent(t *testing.T) {
	u := start(t, target(t, echo), agenttest.Options{AgentVersion: agenttest.Basic}, channel.Options{MaxRetries: 3})
	first, second := u.dial(), u.dial()
	roundTrip(t, first, pattern(100_000))
	await[channel.Waiting](u)
	u.service.Cut()
	roundTrip(t, first, pattern(100_000))
	first.Close()
	roundTrip(t, second, pattern(100_000))
	if await[channel.Connected](u).Multiplexed {
		t.Error("multiplexed with an agent that is too old")
	}
}

func TestGivesUp(t *testing.T) {
	u := start(t, target(t, echo), agenttest.Options{}, channel.Options{MaxRetries: 3})
	conn := u.dial()
	roundTrip(t, conn, pattern(1000))
	u.service.Refuse(true)
	u.service.Cut()
	io.ReadAll(conn)
	<-u.done
	err := u.stop()
	gave, ok := errors.AsType[*channel.GaveUpError](err)
	if !ok || gave.Attempts != 3 || !strings.Contains(err.Error(), "503") {
		t.Errorf("got %v", err)
	}
}

func TestFirstSessionFails(t *testing.T) {
	for name, test := range map[string]struct {
		agent agenttest.Options
		want  []string
	}{
		"KMS":                 {agenttest.Options{KMS: true}, []string{"KMS"}},
		"KMS, insisted on":    {agenttest.Options{KMS: true, Insist: true}, []string{"KMS"}},
		"a shell":             {agenttest.Options{SessionType: "Standard_Stream"}, []string{"Standard_Stream", "Port"}},
		"nonsense as version": {agenttest.Options{AgentVersion: "new"}, []string{`"new"`}},
		"refused in basic":    {agenttest.Options{AgentVersion: agenttest.Basic}, []string{"Unable to connect"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.agent.Dial = func(context.Context, string) (net.Conn, error) { return nil, errors.New("refused") }
			u := start(t, "1", test.agent, channel.Options{})
			<-u.done
			err := u.stop()
			if err == nil || slices.ContainsFunc(test.want, func(w string) bool { return !strings.Contains(err.Error(), w) }) {
				t.Errorf("got %v, want what says %q", err, test.want)
			}
		})
	}
}

// Package agenttest is a stand-in for the service of Session Manager's data
// channel and for the agent behind it, for tests: WebSockets, tokens, sequence
// numbers, acknowledgements, resending, smux or plain bytes, and real connections
// to the port that a session is for. It can do on purpose what networks, services
// and agents do by accident.
//
// It behaves as the public sources of amazon-ssm-agent read, and shares no code
// with the client beyond the format of messages.
package agenttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"safeguard/internal/tunnel/wire"
)

// The versions of agents with all that matters, and with one connection at a
// time.
const (
	Mux   = "3.3.1142.0"
	Basic = "3.0.100.0"
)

// Options say what agent it is. The zero value is a good one of version Mux.
type Options struct {
	AgentVersion string
	// KMS asks for encryption in the handshake, as agents never do for ports.
	KMS bool
	// Insist goes on with encryption though the client has declined.
	Insist bool
	// Speechless does not begin the handshake.
	Speechless bool
	// SessionType is what the handshake says; Port if empty.
	SessionType string
	// Message is for the customer.
	Message string
	// Patient resends as agents do: the oldest message alone, at most every 100 ms.
	// Else the fake resends as soon as an acknowledgement shows a gap, which makes
	// tests with many losses quick.
	Patient bool
	// Dial connects to a port; nil: TCP.
	Dial func(ctx context.Context, address string) (net.Conn, error)
	// Listener accepts the WebSockets; nil: a port of the loopback interface.
	Listener net.Listener
	// Seed of the faults.
	Seed uint64
}

// ErrGone is the error of Resume for a session that has ended.
var ErrGone = errors.New("session is not active")

// A Service is the fake. Its methods may be called at any time.
type Service struct {
	options Options
	server  *httptest.Server
	faults  faults

	mu       sync.Mutex
	sessions map[string]*session
	wg       sync.WaitGroup

	muted, refuse atomic.Bool
	dials         atomic.Int64 // WebSockets opened
	Resent        atomic.Int64 // messages that the agent sent again
}

// New starts a service; Close ends it.
func New(o Options) *Service {
	if o.AgentVersion == "" {
		o.AgentVersion = Mux
	}
	if o.SessionType == "" {
		o.SessionType = "Port"
	}
	if o.Dial == nil {
		o.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", address)
		}
	}
	s := &Service{options: o, sessions: make(map[string]*session)}
	s.faults.seed(o.Seed)
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.open))
	if o.Listener != nil {
		s.server.Listener.Close()
		s.server.Listener = o.Listener
	}
	s.server.Start()
	return s
}

// Close ends all sessions and waits for what they had open.
func (s *Service) Close() {
	for _, x := range s.all() {
		x.end("")
		x.cut()
	}
	s.server.Close()
	s.wg.Wait()
}

// Start starts a session that forwards to a port. The token opens its WebSocket.
func (s *Service) Start(host, port string) (id, url, token string) {
	id = "tester-" + uuid.NewString()[:17]
	x := newSession(s, id, host, port)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[id] = x
	return id, s.url(id), x.renew()
}

// Resume gives out a new token; the old one is refused from then on. The error
// is ErrGone if the session has ended or never was.
func (s *Service) Resume(id string) (url, token string, err error) {
	x := s.find(id)
	if x == nil || x.gone() {
		return "", "", ErrGone
	}
	return s.url(id), x.renew(), nil
}

// Terminate ends a session. The error is ErrGone if there never was one.
func (s *Service) Terminate(id string) error {
	x := s.find(id)
	if x == nil {
		return ErrGone
	}
	x.end("")
	return nil
}

// Open lists the sessions that have not ended.
func (s *Service) Open() []string {
	var ids []string
	for _, x := range s.all() {
		if !x.gone() {
			ids = append(ids, x.id)
		}
	}
	return ids
}

// Expire makes every token invalid that was given out.
func (s *Service) Expire() {
	for _, x := range s.all() {
		x.renew()
	}
}

// Cut breaks every WebSocket, as a network does that goes away, and returns how
// many there were.
func (s *Service) Cut() (n int) {
	for _, x := range s.all() {
		if x.cut() {
			n++
		}
	}
	return n
}

// Restart ends every session without a word, as an agent does that is restarted.
func (s *Service) Restart() {
	for _, x := range s.all() {
		x.stop()
		x.cut()
	}
}

// Say ends every session with a message of the service, as when one was idle for
// too long.
func (s *Service) Say(output string) {
	for _, x := range s.all() {
		x.end(output)
	}
}

// Mute makes the agent acknowledge nothing, or acknowledge again.
func (s *Service) Mute(muted bool) { s.muted.Store(muted) }

// Refuse makes the service answer WebSockets with HTTP status 503, or accept them
// again.
func (s *Service) Refuse(refuse bool) { s.refuse.Store(refuse) }

// Opened is how many WebSockets have been opened with a valid token.
func (s *Service) Opened() int { return int(s.dials.Load()) }

// SetFaults makes the network behave so from now on.
func (s *Service) SetFaults(f Faults) { s.faults.set(f) }

// Inject sends frames to the client of every session as they are, past sequence
// numbers and faults.
func (s *Service) Inject(frames ...[]byte) {
	for _, x := range s.all() {
		for _, f := range frames {
			x.write(f)
		}
	}
}

func (s *Service) url(id string) string {
	return "ws" + strings.TrimPrefix(s.server.URL, "http") + "/v1/data-channel/" + id + "?role=publish_subscribe"
}

func (s *Service) find(id string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id]
}

func (s *Service) all() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*session
	for _, x := range s.sessions {
		all = append(all, x)
	}
	return all
}

// open serves a client's WebSocket.
func (s *Service) open(w http.ResponseWriter, r *http.Request) {
	s.wg.Add(1)
	defer s.wg.Done()
	x := s.find(strings.TrimPrefix(r.URL.Path, "/v1/data-channel/"))
	if x == nil || s.refuse.Load() {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer ws.CloseNow()
	ws.SetReadLimit(wire.MaxFrame)
	kind, first, err := ws.Read(r.Context())
	var hello wire.Open
	if err != nil || kind != websocket.MessageText || json.Unmarshal(first, &hello) != nil {
		ws.Close(websocket.StatusPolicyViolation, "the first frame opens the channel")
		return
	}
	if hello.MessageSchemaVersion != wire.OpenSchema || hello.ClientVersion == "" || uuid.Validate(hello.RequestID) != nil || uuid.Validate(hello.ClientID) != nil {
		ws.Close(websocket.StatusPolicyViolation, "the first frame is incomplete")
		return
	}
	if !x.admit(ws, hello.TokenValue) {
		ws.Close(websocket.StatusPolicyViolation, "the token is not valid")
		return
	}
	s.dials.Add(1)
	x.serve(ws)
}

// address is where a session's connections go.
func (x *session) address() string { return net.JoinHostPort(x.host, x.port) }

// unreachable is what an agent says when it cannot reach the port.
func unreachable(err error) string {
	return fmt.Sprintf("Unable to connect to specified port: %v", err)
}

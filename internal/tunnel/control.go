package tunnel

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"

	"safeguard/internal/tunnel/channel"
)

// The documents that a tunnel may ask Systems Manager for.
const (
	RemoteDocument = "AWS-StartPortForwardingSessionToRemoteHost"
	LocalDocument  = "AWS-StartPortForwardingSession" // a port of the target itself
)

// A Control opens sessions of Systems Manager along a route. Its credentials are
// those of the moment: the SDK renews them, and if AWS says that they are too old
// all the same, Load is asked for new ones once. It may be used by several
// goroutines.
type Control struct {
	Route  Route
	Local  int    // the local port, for the record of the session
	Reason string // for the record of the session, "" for none
	// Load finds the AWS configuration anew.
	Load func(context.Context) (aws.Config, error)

	mu  sync.Mutex
	cfg *aws.Config
}

var _ channel.Control = (*Control)(nil)

// Document is the document of the sessions along a route.
func (r Route) Document() string {
	if local(r.Host) {
		return LocalDocument
	}
	return RemoteDocument
}

// local reports whether a host is the target itself.
func local(host string) bool {
	return host == "" || host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// Start opens a session.
func (c *Control) Start(ctx context.Context) (channel.Session, error) {
	in := &ssm.StartSessionInput{Target: &c.Route.Target, DocumentName: aws.String(c.Route.Document()), Parameters: map[string][]string{
		"portNumber": {strconv.Itoa(c.Route.Port)}, "localPortNumber": {strconv.Itoa(c.Local)},
	}}
	if *in.DocumentName == RemoteDocument {
		in.Parameters["host"] = []string{c.Route.Host}
	}
	if c.Reason != "" {
		in.Reason = &c.Reason
	}
	var s channel.Session
	err := c.call(ctx, func(client *ssm.Client) error {
		out, err := client.StartSession(ctx, in)
		if err == nil {
			s = channel.Session{ID: aws.ToString(out.SessionId), StreamURL: aws.ToString(out.StreamUrl), Token: aws.ToString(out.TokenValue)}
		}
		return err
	})
	if err != nil {
		return s, fmt.Errorf("start a session with %s: %w", c.Route.Target, Explain(err))
	}
	return s, nil
}

// Resume returns to a session. The error wraps channel.ErrGone if AWS does not
// know the session any more, or does not let this caller return to it.
func (c *Control) Resume(ctx context.Context, id string) (channel.Session, error) {
	s := channel.Session{ID: id}
	err := c.call(ctx, func(client *ssm.Client) error {
		out, err := client.ResumeSession(ctx, &ssm.ResumeSessionInput{SessionId: &id})
		if err == nil {
			s.StreamURL, s.Token = aws.ToString(out.StreamUrl), aws.ToString(out.TokenValue)
		}
		return err
	})
	if _, unknown := errors.AsType[*types.DoesNotExistException](err); unknown || codeOf(err) == "AccessDeniedException" {
		return s, fmt.Errorf("resume the session %s: %w: %w", id, channel.ErrGone, Explain(err))
	}
	if err != nil {
		return s, fmt.Errorf("resume the session %s: %w", id, Explain(err))
	}
	if s.StreamURL == "" || s.Token == "" { // AWS's answer for a session that has ended
		return s, fmt.Errorf("resume the session %s: %w", id, channel.ErrGone)
	}
	return s, nil
}

// Terminate ends a session.
func (c *Control) Terminate(ctx context.Context, id string) error {
	err := c.call(ctx, func(client *ssm.Client) error {
		_, err := client.TerminateSession(ctx, &ssm.TerminateSessionInput{SessionId: &id})
		return err
	})
	if err != nil {
		return fmt.Errorf("terminate the session %s: %w", id, Explain(err))
	}
	return nil
}

// emptyHash is the SHA-256 of no bytes: a WebSocket begins with a GET.
var emptyHash = func() string { h := sha256.Sum256(nil); return hex.EncodeToString(h[:]) }()

// Sign signs the request that opens a data channel. One that was signed by AWS in
// its query is left as it is.
func (c *Control) Sign(ctx context.Context, r *http.Request) error {
	if r.URL.Query().Has("X-Amz-Signature") {
		return nil
	}
	cfg, err := c.config(ctx, false)
	if err != nil {
		return err
	}
	credentials, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("no AWS credentials for the data channel: %w", err)
	}
	return v4.NewSigner().SignHTTP(ctx, credentials, r, emptyHash, "ssmmessages", cfg.Region, time.Now())
}

// call calls Systems Manager, and once more with credentials found anew if AWS
// says that these are too old.
func (c *Control) call(ctx context.Context, do func(*ssm.Client) error) error {
	for _, anew := range []bool{false, true} {
		cfg, err := c.config(ctx, anew)
		if err != nil {
			return err
		}
		if err = do(ssm.NewFromConfig(cfg)); !expired(err) || anew {
			return err
		}
	}
	return nil
}

func (c *Control) config(ctx context.Context, anew bool) (aws.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cfg == nil || anew {
		cfg, err := c.Load(ctx)
		if err != nil {
			return aws.Config{}, err
		}
		c.cfg = &cfg
	}
	return *c.cfg, nil
}

// expired reports whether AWS refused credentials for their age.
func expired(err error) bool {
	switch codeOf(err) {
	case "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId", "RequestExpired":
		return true
	}
	return false
}

// codeOf is the code of an AWS error, "" for any other.
func codeOf(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

package channel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"safeguard/internal/tunnel/wire"
)

// dialWithin is how long opening a WebSocket may take.
const dialWithin = 30 * time.Second

// dial opens a session's data channel: the WebSocket, and the token that lets
// messages through. Errors have neither the token nor a signature.
func dial(ctx context.Context, client *http.Client, c Control, s Session, id uuid.UUID) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.StreamURL, nil)
	if err != nil {
		return nil, fmt.Errorf("the address of the data channel of session %s: %w", s.ID, bare(err))
	}
	if !presigned(r.URL) {
		if err := c.Sign(ctx, r); err != nil {
			return nil, fmt.Errorf("signing the request for the data channel of session %s: %w", s.ID, err)
		}
	}
	ws, response, err := websocket.Dial(ctx, r.URL.String(), &websocket.DialOptions{HTTPClient: client, HTTPHeader: r.Header})
	if err != nil {
		if response != nil && response.StatusCode != http.StatusSwitchingProtocols {
			return nil, fmt.Errorf("opening the data channel of session %s at %s: %s", s.ID, r.URL.Host, response.Status)
		}
		return nil, fmt.Errorf("opening the data channel of session %s at %s: %w", s.ID, r.URL.Host, bare(err))
	}
	hello, err := json.Marshal(wire.Open{
		MessageSchemaVersion: wire.OpenSchema,
		RequestID:            uuid.NewString(),
		TokenValue:           s.Token,
		ClientID:             id.String(),
		ClientVersion:        clientVersion,
	})
	if err == nil {
		err = ws.Write(ctx, websocket.MessageText, hello)
	}
	if err != nil {
		ws.CloseNow()
		return nil, fmt.Errorf("opening the data channel of session %s at %s: %w", s.ID, r.URL.Host, err)
	}
	return ws, nil
}

// presigned reports whether a URL carries a signature.
func presigned(u *url.URL) bool {
	for name := range u.Query() {
		if strings.HasPrefix(strings.ToLower(name), "x-amz-") {
			return true
		}
	}
	return false
}

// bare is an error without the URL in it, which may be signed.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

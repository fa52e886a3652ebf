package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLogin logs in for a profile, against a server that answers like IAM
// Identity Center: twice "pending", then a token.
func TestLogin(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in map[string]any
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		switch r.URL.Path {
		case "/client/register":
			fmt.Fprint(w, `{"clientId":"client","clientSecret":"hush","clientSecretExpiresAt":4102444800}`)
		case "/device_authorization":
			if in["startUrl"] != "https://clinic.awsapps.com/start" || in["clientId"] != "client" {
				t.Errorf("got %v", in)
			}
			fmt.Fprint(w, `{"deviceCode":"device","userCode":"ABCD-EFGH","verificationUriComplete":"https://device.sso/?code=ABCD","interval":1,"expiresIn":600}`)
		case "/token":
			if asked++; asked < 3 {
				w.Header().Set("X-Amzn-Errortype", map[int]string{1: "AuthorizationPendingException", 2: "SlowDownException"}[asked])
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, `{"error":"authorization_pending"}`)
				return
			}
			fmt.Fprint(w, `{"accessToken":"token","refreshToken":"again","expiresIn":3600,"tokenType":"Bearer"}`)
		default:
			t.Errorf("unexpected call of %s", r.URL.Path)
		}
	}))
	defer srv.Close()
	home := t.TempDir()
	file := filepath.Join(home, "config")
	if err := os.WriteFile(file, []byte(`[profile prod]
sso_session = clinic
sso_account_id = 111111111111
sso_role_name = Reader
region = eu-central-1
[sso-session clinic]
sso_start_url = https://clinic.awsapps.com/start
sso_region = eu-west-1
`), 0o600); err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"HOME": home, "AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": file + "-none", "AWS_ENDPOINT_URL": srv.URL} {
		t.Setenv(k, v)
	}
	var device Device
	var waits []time.Duration
	err := Login(t.Context(), "prod", func(d Device) { device = d }, func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if device.Code != "ABCD-EFGH" || !strings.Contains(device.URL, "device.sso") {
		t.Errorf("got %+v", device)
	}
	if len(waits) != 2 || waits[1] <= waits[0] {
		t.Errorf("got the pauses %v, want two, the second longer", waits)
	}
	// The name is the SHA-1 of the session's: where AWS's own programs look.
	tokens, err := filepath.Glob(filepath.Join(home, ".aws/sso/cache/*.json"))
	if err != nil || len(tokens) != 1 {
		t.Fatalf("got the tokens %v, %v", tokens, err)
	}
	info, err := os.Stat(tokens[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v: others could read the token", info.Mode(), err)
	}
	data, err := os.ReadFile(tokens[0])
	if err != nil {
		t.Fatal(err)
	}
	var token map[string]string
	if err := json.Unmarshal(data, &token); err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"accessToken": "token", "refreshToken": "again", "region": "eu-west-1", "clientId": "client", "startUrl": "https://clinic.awsapps.com/start"} {
		if token[k] != want {
			t.Errorf("%s: got %q, want %q", k, token[k], want)
		}
	}
}

package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var screenshots = flag.String("screenshots", "", "write what a browser shows of the HTML report into this `DIR`")

// TestHTMLInBrowser opens the page in Chromium, light and dark, on a desktop and
// on a phone, and uses it: nothing is wider than the window, text has the
// contrast of WCAG AA, controls have names, and search, filter, sort and links
// work.
func TestHTMLInBrowser(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	page := rendered(t, "html")
	script, err := os.ReadFile("testdata/browser.js")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/report" {
			w.Write(page)
			return
		}
		fmt.Fprintf(w, `<!doctype html><meta name="color-scheme" content="light dark"><body><iframe src="/report" width="%s" height="900"></iframe><pre id="answer"></pre><script>%s
onload = () => look(document.querySelector("iframe")).then(JSON.stringify, e => "error: " + e).then(a => document.getElementById("answer").textContent = a)
</script>`, html.EscapeString(r.URL.Query().Get("width")), script)
	}))
	t.Cleanup(server.Close)
	for _, scheme := range []string{"light", "dark"} {
		for width, device := range map[int]string{1280: "desktop", 390: "phone"} {
			t.Run(scheme+" "+device, func(t *testing.T) {
				flags := []string{"--blink-settings=preferredColorScheme=1"}
				if scheme == "dark" {
					flags = []string{"--blink-settings=preferredColorScheme=0"}
				}
				shoot(t, chromium, scheme+"-"+device, width, append(flags, server.URL+"/report"))
				dom := run(t, chromium, append(flags, "--virtual-time-budget=20000", "--dump-dom", fmt.Sprintf("%s/?width=%d", server.URL, width)))
				_, answer, _ := bytes.Cut(dom, []byte(`<pre id="answer">`))
				answer, _, _ = bytes.Cut(answer, []byte("</pre>"))
				var got map[string]any
				if err := json.Unmarshal([]byte(html.UnescapeString(string(answer))), &got); err != nil {
					t.Fatalf("the browser answers %q: %v", answer, err)
				}
				want := map[string]any{
					"script": "js", "dark": scheme == "dark", "all": "6 of 6 results",
					"tooWide": []any{}, "spilling": []any{}, "faint": []any{}, "nameless": []any{}, "twice": []any{}, "nowhere": []any{},
					"critical": "1 of 6 results", "onlyCritical": true, "found": "1 of 6 results",
					"ascending": "ascending", "descending": "descending", "turned": true, "opened": true,
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestHTMLPrints makes a PDF of the page.
func TestHTMLPrints(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	dir := t.TempDir()
	if *screenshots != "" {
		dir = *screenshots
	}
	page, pdf := filepath.Join(t.TempDir(), "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(page, rendered(t, "html"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, chromium, []string{"--no-pdf-header-footer", "--print-to-pdf=" + pdf, "file://" + page})
	got, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(got, []byte("%PDF-")) {
		t.Errorf("the browser printed %.20q", got)
	}
}

// browser is Chromium's program; the test skips without it.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("neither chromium nor google-chrome is on PATH")
	return ""
}

// run is what the browser writes, started in a profile of its own.
func run(t *testing.T, chromium string, args []string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), chromium, slices.Concat([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + t.TempDir(),
	}, args)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", chromium, args, err, stderr.Bytes())
	}
	return out
}

// shoot writes a picture of the page for people to look at, where they asked.
func shoot(t *testing.T, chromium, name string, width int, args []string) {
	t.Helper()
	if *screenshots != "" {
		run(t, chromium, append([]string{
			fmt.Sprintf("--window-size=%d,2400", width), "--screenshot=" + filepath.Join(*screenshots, name+".png"),
		}, args...))
	}
}

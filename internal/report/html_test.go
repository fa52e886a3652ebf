package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"safeguard/internal/assessment"
)

// TestHTMLNeedsNothing looks for what would make a browser load something.
func TestHTMLNeedsNothing(t *testing.T) {
	t.Parallel()
	page := string(rendered(t, "html"))
	for _, bad := range []string{"<link", "src=", "@import", "url(", "fetch(", "XMLHttpRequest", "<iframe"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(page, "=a bucket for a week &lt;b&gt;|") {
		t.Error("text of the input is not escaped, or missing")
	}
}

func TestHTMLShowsCodeWithoutSecrets(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "main.tf")
	const src = `resource "aws_db_instance" "db" {
  engine   = "postgres"
  password = "hunter2secret"
  url      = "postgres://app:hunter2@db/x"
  key      = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
  script   = <<-EOT
    export X=hunter2
  EOT
  multi_az = false
}
`
	if err := os.WriteFile(file, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	render(t, "html", &out, func(h assessment.Handler) error {
		if err := h.Config(&assessment.Config{Schema: assessment.Schema, Target: "."}); err != nil {
			return err
		}
		return h.Result(&assessment.Result{
			Rule: "RDS_MULTI_AZ_SUPPORT", Verdict: assessment.NonCompliant, Resource: assessment.Resource{Address: "aws_db_instance.db"},
			Location: assessment.Location{File: file, Line: 1, EndLine: 10},
		})
	})
	page := out.String()
	for _, want := range []string{"multi_az = false", "engine   = &#34;postgres&#34;", "left out: may hold a secret"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, secret := range []string{"hunter2", "wJalrXUtnFEMI"} {
		if strings.Contains(page, secret) {
			t.Errorf("the page has %q", secret)
		}
	}
}

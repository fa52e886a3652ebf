package hipaa_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/hipaa"
	"safeguard/internal/tftest"
)

// withoutCode are the rules that people fix without Terraform code, and how.
var withoutCode = map[string]string{
	"EC2_STOPPED_INSTANCE":               "an image is made and the instance terminated, or it is started",
	"IAM_USER_UNUSED_CREDENTIALS_CHECK":  "what nobody uses is deleted",
	"KMS_CMK_NOT_SCHEDULED_FOR_DELETION": "the deletion is cancelled, by kms cancel-key-deletion",
}

// TestStartingCode holds every rule that machines do not fix to have code to
// start from, which is formatted and which terraform accepts.
func TestStartingCode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, r := range hipaa.Rules() {
		code := r.StartingCode()
		if code == "" {
			switch r.Guide().Fix.Kind {
			case hipaa.FixArchitecture, hipaa.FixAccount, hipaa.FixProcess:
				if withoutCode[r.Identifier] == "" {
					t.Errorf("%s has no code to start from", r.Identifier)
				}
			}
			continue
		}
		if withoutCode[r.Identifier] != "" {
			t.Errorf("%s has code to start from after all", r.Identifier)
		}
		if string(hclwrite.Format([]byte(code))) != code {
			t.Errorf("the code for %s is not formatted as terraform fmt does", r.Identifier)
		}
		for line := range strings.Lines(code) {
			if strings.HasPrefix(line, "#") && len(line) > 81 {
				t.Errorf("the code for %s has a comment wider than 80 columns: %s", r.Identifier, line)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, r.Identifier+".tf"), []byte(code), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("terraform", func(t *testing.T) {
		tf := tftest.Open(t)
		tf.Init(t, dir)
		tf.Validate(t, dir)
	})
}

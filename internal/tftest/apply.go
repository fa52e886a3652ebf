package tftest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// StateJSON applies dir, which Init has prepared, and returns the state as
// terraform show -json prints it. Nothing is created: terraform test makes up
// what AWS would say. ARNs, the names of buckets and what answers lists look as
// AWS would have them; all else that AWS computes is random text.
func (tf *Terraform) StateJSON(t testing.TB, dir string) []byte {
	t.Helper()
	plan := tf.PlanJSON(t, dir)
	state, err := tf.apply(t.Context(), dir, plan)
	if err != nil {
		t.Fatalf("apply %s: %v", dir, err)
	}
	return state
}

func (tf *Terraform) apply(ctx context.Context, dir string, plan []byte) ([]byte, error) {
	file, err := mocks(plan)
	if err != nil {
		return nil, err
	}
	tests := filepath.Join(dir, "tests")
	if err := os.MkdirAll(tests, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(tests, "apply.tftest.hcl"), file, 0o644); err != nil {
		return nil, err
	}
	out, err := tf.run(ctx, dir, "test", "-json", "-verbose", "-no-color")
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(out) {
		var m struct {
			State *struct {
				Root json.RawMessage `json:"root_module"`
			} `json:"test_state"`
		}
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, fmt.Errorf("read what terraform test says: %w", err)
		}
		if m.State != nil {
			return fmt.Appendf(nil, `{"format_version":"1.0","values":{"root_module":%s}}`, m.State.Root), nil
		}
	}
	return nil, errors.New("terraform test shows no state")
}

// answers are what AWS says of arguments that were not given, by the type of
// the resource and the name of the attribute.
var answers = map[string]string{
	"aws_instance.iam_instance_profile": "",
	"aws_internet_gateway.id":           "igw-0123456789abcdef0",
	"aws_lb_listener.protocol":          "HTTP",
}

// mocks is a test that applies a plan without creating anything.
func mocks(plan []byte) ([]byte, error) {
	var doc struct {
		Changes []struct {
			Address, Mode, Type string
			Change              struct {
				After   map[string]any
				Unknown map[string]any `json:"after_unknown"`
			}
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(plan, &doc); err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	var b bytes.Buffer
	for _, c := range doc.Changes {
		if c.Mode != "managed" {
			continue
		}
		values := map[string]string{}
		for name, unknown := range c.Change.Unknown {
			if unknown != true {
				continue
			}
			if answer, ok := answers[c.Type+"."+name]; ok {
				values[name] = answer
			} else if strings.HasSuffix(name, "arn") {
				values[name] = fmt.Sprintf("arn:aws:%s:%s:123456789012:%s/%s", strings.Split(c.Type, "_")[1], Region, name, strings.ReplaceAll(c.Address, `"`, "'"))
			}
		}
		if name, ok := c.Change.After["bucket"].(string); ok && c.Type == "aws_s3_bucket" {
			values["id"], values["arn"] = name, "arn:aws:s3:::"+name
		}
		fmt.Fprintf(&b, "override_resource {\n  target = %s\n  values = {\n", c.Address)
		for _, name := range slices.Sorted(maps.Keys(values)) {
			fmt.Fprintf(&b, "    %s = %q\n", name, values[name])
		}
		b.WriteString("  }\n}\n\n")
	}
	b.WriteString("run \"apply\" {\n  command = apply\n}\n")
	return b.Bytes(), nil
}

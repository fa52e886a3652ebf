package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/tftest"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files")
	record = flag.Bool("record", false, "plan the configurations in testdata anew with the terraform on PATH")
)

// TestRecord makes the plans in testdata of the configurations beside them.
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("the plans are recorded; -record makes them anew")
	}
	tf := tftest.Open(t)
	for _, name := range []string{"relations", "update"} {
		from, dir := filepath.Join("testdata", name), t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		tf.Init(t, dir)
		data := tf.PlanJSON(t, dir)
		if err := os.WriteFile(filepath.Join(from, "plan.json"), trimmed(t, data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// trimmed is a plan without what no reader of it needs, a resource a line.
func trimmed(t *testing.T, data []byte) []byte {
	t.Helper()
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	doc["planned_values"] = json.RawMessage(`{"root_module":{}}`)
	delete(doc, "relevant_attributes")
	doc["timestamp"] = json.RawMessage(`"2026-11-23T10:00:00Z"`)
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"access_key", "secret_key", "skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id"} {
		for _, value := range []string{`"offline"`, `true`} {
			out = bytes.ReplaceAll(out, []byte(`"`+secret+`":{"constant_value":`+value+`},`), nil)
			out = bytes.ReplaceAll(out, []byte(`,"`+secret+`":{"constant_value":`+value+`}`), nil)
		}
	}
	return append(bytes.ReplaceAll(out, []byte(`{"address":`), []byte("\n"+`{"address":`)), '\n')
}

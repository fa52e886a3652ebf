package plan

import (
	"encoding/json"
	"testing"
)

func TestOutputs(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"state file": `{"version": 4, "serial": 1, "outputs": {"db": {"value": "h:1", "type": "string"}, "secret": {"value": "x", "sensitive": true}}, "resources": []}`,
		"show":       `{"format_version": "1.0", "values": {"outputs": {"db": {"sensitive": false, "value": "h:1"}, "secret": {"sensitive": true, "value": "x"}}}}`,
		"plan":       `{"format_version": "1.2", "planned_values": {"outputs": {"db": {"sensitive": false, "value": "h:1"}, "secret": {"sensitive": true, "value": "x"}}}}`,
		"utf-8 mark": "\xEF\xBB\xBF" + `{"version": 4, "outputs": {"db": {"value": "h:1"}, "secret": {"value": "x", "sensitive": true}}}`,
	} {
		outputs, err := Outputs([]byte(src))
		if err != nil || outputs["db"] != (Output{Value: "h:1"}) || !outputs["secret"].Sensitive {
			t.Errorf("%s: got %v, %v", name, outputs, err)
		}
	}
	for name, src := range map[string]string{
		"not JSON": `{"outputs": `,
		"a list":   `[]`,
		"empty":    ``,
		"old":      `{"version": 3, "modules": [{"outputs": {}}]}`,
	} {
		if outputs, err := Outputs([]byte(src)); err == nil {
			t.Errorf("%s: got %v, want an error", name, outputs)
		}
	}
}

// FuzzOutputs: any text gives outputs or an error, and text that is no JSON an
// error.
func FuzzOutputs(f *testing.F) {
	f.Add([]byte(`{"outputs": {"a": {"value": [1, {}], "sensitive": true}}}`))
	f.Add([]byte(`{"values": {"outputs": null}, "modules": []}`))
	f.Add([]byte("\xFF\xFE{\x00}\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		outputs, err := Outputs(data)
		if err != nil && outputs != nil {
			t.Errorf("got outputs %v and error %v", outputs, err)
		}
		if err == nil && !json.Valid(utf8Text(data)) {
			t.Error("what is no JSON has outputs")
		}
	})
}

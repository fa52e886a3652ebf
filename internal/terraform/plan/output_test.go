package plan

import "testing"

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

package graph_test

import (
	"testing"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

func TestJSONWithPlaceholders(t *testing.T) {
	t.Parallel()
	hole := graph.Cause{Text: `module "x" has no value`, Base: `module.x["a"].var.cpu`, Exact: true}.Placeholder()
	ref := graph.Ref{Address: `aws_cloudwatch_log_group.g["a"]`, Attribute: "name"}.Placeholder()
	escaped := graph.Ref{Address: `aws_cloudwatch_log_group.g[\"a\"]`, Attribute: "name"}.Placeholder()
	for _, tt := range []struct {
		name, text string
		path       string
		want       logic.Truth // whether the value is the reference
		cause      string
	}{
		{"bare hole beside a known value", `[{"cpu": ` + hole + `, "name": "` + ref + `"}]`, "name", logic.True, ""},
		{"bare hole", `[{"cpu":` + hole + `}]`, "cpu", logic.Unknown, `module "x" has no value`},
		{"bare reference", `[{"name": ` + ref + `}]`, "name", logic.True, ""},
		{"escaped by an encoder", `[{"name":"` + escaped + `"}]`, "name", logic.True, ""},
		{"after an escaped quote", `[{"a":"\"","name":"` + ref + `"}]`, "name", logic.True, ""},
		{"holes side by side", `[{"cpu":` + hole + hole + `}]`, "cpu", logic.Unknown, `module "x" has no value`},
		{"hole for a member", `[{` + hole + `}]`, "cpu", logic.Unknown, `module "x" has no value`},
		{"not JSON", `[{]`, "cpu", logic.Unknown, "the value is not valid JSON: invalid character ']' looking for beginning of object key string"},
		{"cut off", `[{"name":"` + "\uE000" + `"}]`, "name", logic.Unknown, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := graph.String(tt.text).JSON()
			if es, ok := v.Elements(); ok && len(es) == 1 {
				v = es[0].Key(tt.path)
			}
			if tt.cause != "" {
				if v.Kind() != graph.KindUnknown || v.Cause().Text != tt.cause {
					t.Errorf("got %v because of %q, want unknown because of %q", v.Display(), v.Cause().Text, tt.cause)
				}
				return
			}
			if got := v.Is(ref); got != tt.want {
				t.Errorf("%q is the reference: got %v, want %v", v.Text(), got, tt.want)
			}
		})
	}
}

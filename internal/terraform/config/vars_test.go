package config_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/terraform/config"
)

func TestParseVars(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, src string
		want            []string
		diagnostic      string
	}{
		{"native", "x.tfvars", "# c\na = 1\nb = [\"x\", { y = true }]\nc = <<EOT\nt\nEOT\n",
			[]string{"a = cty.NumberIntVal(1)", `b = cty.TupleVal([]cty.Value{cty.StringVal("x"), cty.ObjectVal(map[string]cty.Value{"y":cty.True})})`, `c = cty.StringVal("t\n")`}, ""},
		{"json", "x.tfvars.json", `{"//": "c", "a": "${not.a.template}", "b": {"c${d}": [null, 1.5]}}`,
			[]string{`a = cty.StringVal("${not.a.template}")`, `b = cty.ObjectVal(map[string]cty.Value{"c${d}":cty.TupleVal([]cty.Value{cty.NullVal(cty.DynamicPseudoType), cty.NumberFloatVal(1.5)})})`}, ""},
		{"block", "x.tfvars", "a = 1\nb {}\n", []string{"a = cty.NumberIntVal(1)"}, "Unexpected block"},
		{"broken", "x.tfvars", "a = 1\nb = = 2\n", []string{"a = cty.NumberIntVal(1)", "b = cty.DynamicVal"}, "Invalid expression"},
		{"nested", "x.tfvars", "a = " + strings.Repeat("[", 1000), nil, "Unreadable file"},
		{"broken json", "x.tfvars.json", `{"a": }`, nil, "Invalid JSON"},
		{"duplicate json", "x.tfvars.json", `{"a": 1, "a": 2}`, []string{"a = cty.NumberIntVal(1)"}, "Duplicate argument"},
		{"list json", "x.tfvars.json", `[]`, nil, "Incorrect JSON value type"},
		{"empty", "x.tfvars", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), tt.file)
			write(t, file, tt.src)
			values, diags := config.ParseVars(file, nil)
			var got []string
			for _, name := range slices.Sorted(maps.Keys(values)) {
				v, _ := values[name].Value(nil)
				got = append(got, fmt.Sprintf("%s = %#v", name, v))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			summary := ""
			if len(diags) > 0 {
				summary = diags[0].Summary
			}
			if summary != tt.diagnostic {
				t.Errorf("got %v, want %q", diags, tt.diagnostic)
			}
		})
	}
	if _, diags := config.ParseVars(filepath.Join(t.TempDir(), "x.tfvars"), nil); len(diags) != 1 || !strings.Contains(diags[0].Detail, "no such file") {
		t.Errorf("a missing file: got %v", diags)
	}
}

func TestParseVarValue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw     string
		complex bool
		want    string
	}{
		{"a b", false, `cty.StringVal("a b")`},
		{`["${x}"]`, false, `cty.StringVal("[\"${x}\"]")`},
		{"", false, `cty.StringVal("")`},
		{`["a", 1]`, true, `cty.TupleVal([]cty.Value{cty.StringVal("a"), cty.NumberIntVal(1)})`},
		{"{\n a = 1\n}", true, `cty.ObjectVal(map[string]cty.Value{"a":cty.NumberIntVal(1)})`},
		{"a b", true, "Extra characters after expression"},
		{"", true, "Missing expression"},
		{strings.Repeat("(", 1000), true, "Unreadable file"},
	}
	for _, tt := range tests {
		e, diags := config.ParseVarValue(tt.raw, tt.complex)
		got := ""
		if len(diags) > 0 {
			got = diags[0].Summary
		} else {
			v, _ := e.Value(nil)
			got = fmt.Sprintf("%#v", v)
		}
		if got != tt.want {
			t.Errorf("%q, complex %v: got %s, want %s", tt.raw, tt.complex, got, tt.want)
		}
	}
}

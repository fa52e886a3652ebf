package funcs_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/funcs"
)

func TestTemplates(t *testing.T) {
	t.Parallel()
	var seen []funcs.Template
	scope := &funcs.Scope{BaseDir: "/base", Root: "/base", Files: &fakeFiles{content: []byte("hello")}}
	scope.Render = func(_ *funcs.Scope, tmpl funcs.Template) (cty.Value, error) {
		seen = append(seen, tmpl)
		switch {
		case tmpl.Source == "null":
			return cty.NullVal(cty.String), nil
		case tmpl.Source == "error":
			return cty.DynamicVal, errors.New("bad template")
		}
		return text(tmpl.Source + "!"), nil
	}
	obj := cty.ObjectVal(map[string]cty.Value{"a": text("x").Mark("cause"), "b": text("y").Mark(funcs.Sensitive)})
	file, str := lookup(t, "templatefile"), lookup(t, "templatestring")

	got, err := file.Call(scope, []cty.Value{text("t.txt"), obj})
	// Terraform marks the result for all variables, used or not; other marks
	// come with what the template uses.
	if want := text("hello!").Mark(funcs.Sensitive); err != nil || !got.RawEquals(want) {
		t.Errorf("got %#v and error %v, want %#v", got, err, want)
	}
	if len(seen) != 1 || seen[0].Name != "t.txt" || seen[0].Source != "hello" || !seen[0].Vars["a"].HasMark("cause") {
		t.Errorf("got templates %v", seen)
	}
	got, err = str.Call(scope, []cty.Value{text("x"), cty.MapVal(map[string]cty.Value{"a": text("1")})})
	if err != nil || !got.RawEquals(text("x!")) || seen[1].Name != "" {
		t.Errorf("got %#v and error %v", got, err)
	}
	got, err = str.Call(scope, []cty.Value{text("x"), cty.ObjectVal(map[string]cty.Value{"a": text(symbol)})})
	if err != nil || !got.RawEquals(text("x!")) || !seen[2].Vars["a"].RawEquals(text(symbol)) {
		t.Errorf("placeholder: got %#v and error %v", got, err)
	}
	for _, c := range []struct {
		args []cty.Value
		want string
	}{
		{[]cty.Value{text("null"), cty.EmptyObjectVal}, "null"},
		{[]cty.Value{text("error"), cty.EmptyObjectVal}, "bad template"},
		{[]cty.Value{text("x"), text("y")}, "must be a map"},
		{[]cty.Value{text("x"), cty.ObjectVal(map[string]cty.Value{"a b": text("1")})}, "invalid template variable name"},
		{[]cty.Value{text("x"), cty.NullVal(cty.DynamicPseudoType)}, "must not be null"},
	} {
		if _, err := str.Call(scope, c.args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%#v: got error %v, want one with %q", c.args, err, c.want)
		}
	}
	missing := &funcs.Scope{BaseDir: "/base", Root: "/base", Files: &fakeFiles{err: errors.New("gone")}}
	if _, err := file.Call(missing, []cty.Value{text("t.txt"), cty.ObjectVal(map[string]cty.Value{"a": text(symbol)})}); err == nil {
		t.Error("placeholder: the reason why the file is unreadable is lost")
	}
	if _, err := str.Call(&funcs.Scope{}, []cty.Value{text("x"), cty.EmptyObjectVal}); err == nil {
		t.Error("rendered a template without a renderer")
	}
}

// TestTemplateRecursion: a template that calls itself ends by its depth, one
// that calls itself twice by the number of all of them.
func TestTemplateRecursion(t *testing.T) {
	t.Parallel()
	f := lookup(t, "templatefile")
	for _, c := range []struct {
		times int
		want  string
		most  int
	}{
		{1, "maximum recursion depth", 64},
		{2, "more than 1000 templates", 1000},
	} {
		rendered := 0
		scope := &funcs.Scope{BaseDir: "/base", Root: "/base", Files: &fakeFiles{content: []byte("again")}}
		args := []cty.Value{text("t.txt"), cty.EmptyObjectVal}
		var first error
		scope.Render = func(nested *funcs.Scope, _ funcs.Template) (cty.Value, error) {
			rendered++
			for range c.times {
				if _, err := f.Call(nested, args); err != nil && (first == nil || strings.Contains(err.Error(), c.want)) {
					first = err
				}
			}
			return text("x"), nil
		}
		if _, err := f.Call(scope, args); err != nil {
			t.Fatal(err)
		}
		if first == nil || !strings.Contains(first.Error(), c.want) {
			t.Errorf("%d calls: got error %v, want one with %q", c.times, first, c.want)
		}
		if rendered > c.most {
			t.Errorf("%d calls: %d templates rendered, want at most %d", c.times, rendered, c.most)
		}
		// The next call counts anew.
		if _, err := f.Call(scope, args); err != nil {
			t.Errorf("second call: %v", err)
		}
	}
}

package funcs

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// startsWithFunc knows the beginning of some unknown strings.
var startsWithFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "str", Type: cty.String, AllowUnknown: true},
		{Name: "prefix", Type: cty.String},
	},
	Type:         function.StaticReturnType(cty.Bool),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		prefix := args[1].AsString()
		if args[0].IsKnown() {
			return cty.BoolVal(strings.HasPrefix(args[0].AsString(), prefix)), nil
		}
		head := args[0].Range().StringPrefix()
		switch {
		case strings.HasPrefix(head, prefix):
			return cty.True, nil
		case len(head) >= len(prefix):
			return cty.False, nil
		}
		return cty.UnknownVal(cty.Bool), nil
	},
})

// onTexts makes a function of strings alone.
func onTexts(result cty.Type, impl func(args []string) (cty.Value, error), params ...string) function.Function {
	spec := &function.Spec{
		Type:         function.StaticReturnType(result),
		RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			texts := make([]string, len(args))
			for i, arg := range args {
				texts[i] = arg.AsString()
			}
			return impl(texts)
		},
	}
	for _, name := range params {
		spec.Params = append(spec.Params, function.Parameter{Name: name, Type: cty.String})
	}
	return function.New(spec)
}

var endsWithFunc = onTexts(cty.Bool, func(args []string) (cty.Value, error) {
	return cty.BoolVal(strings.HasSuffix(args[0], args[1])), nil
}, "str", "suffix")

var strContainsFunc = onTexts(cty.Bool, func(args []string) (cty.Value, error) {
	return cty.BoolVal(strings.Contains(args[0], args[1])), nil
}, "str", "substr")

// replaceFunc takes a substring between slashes for a regular expression.
var replaceFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	str, substr, replacement := args[0], args[1], args[2]
	pattern, ok := slashed(substr)
	if !ok {
		n := strings.Count(str, substr)
		if err := checkText(len(str) + product(n, len(replacement))); err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(strings.ReplaceAll(str, substr, replacement)), nil
	}
	if err := checkPattern(pattern, str); err != nil {
		return cty.NilVal, err
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return cty.NilVal, err
	}
	// Each $ may insert the whole match once more.
	n := len(str) + 1
	size := func() int { return product(n, len(replacement)) + product(1+strings.Count(replacement, "$"), len(str)) }
	if checkText(size()) != nil {
		n = len(re.FindAllStringIndex(str, -1))
		if err := checkText(size()); err != nil {
			return cty.NilVal, err
		}
	}
	return cty.StringVal(re.ReplaceAllString(str, replacement)), nil
}, "str", "substr", "replace")

func slashed(s string) (pattern string, ok bool) {
	if len(s) > 1 && s[0] == '/' && s[len(s)-1] == '/' {
		return s[1 : len(s)-1], true
	}
	return "", false
}

// checkPattern declines a pattern and a text that take too long to match: the
// time is the product of the lengths of the compiled pattern and the text. It
// leaves errors of the pattern to who compiles it.
func checkPattern(pattern, text string) error {
	if len(pattern) < 1<<10 && len(text) < 1<<10 {
		return nil
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil
	}
	if product(len(prog.Inst), len(text)) > maxWork {
		return declinef("the pattern and the text are too long to match")
	}
	return nil
}

func regexLimit(args []cty.Value) error {
	pattern, ok := known(args, 0)
	text, ok2 := known(args, 1)
	if !ok || !ok2 {
		return nil
	}
	return checkPattern(pattern, text)
}

func joinLimit(args []cty.Value) error {
	sep, ok := known(args, 0)
	if !ok {
		return nil
	}
	n := 0
	for _, arg := range args[1:] {
		v, _ := arg.Unmark()
		if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
			continue
		}
		n += product(v.LengthInt(), len(sep)) + textOf(v)
	}
	return checkText(n)
}

func indentLimit(args []cty.Value) error {
	spaces, ok := knownInt(args, 0)
	text, ok2 := known(args, 1)
	if !ok || !ok2 {
		return nil
	}
	return checkText(len(text) + product(spaces, 1+strings.Count(text, "\n")))
}

package funcs

import (
	"errors"
	"maps"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// OpenTofu lets templates call templatefile up to a depth of 1024; Terraform
// not at all. A template may call it many times, so all are counted too.
const (
	maxTemplateDepth = 64
	maxTemplates     = 1000
)

func templateFileFunc(s *Scope) function.Function {
	return templateFunc("path", func(path string, vars map[string]cty.Value) (cty.Value, error) {
		source, err := s.readText(path)
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		return s.render(Template{Name: path, Source: source, Vars: vars})
	})
}

func templateStringFunc(s *Scope) function.Function {
	return templateFunc("template", func(source string, vars map[string]cty.Value) (cty.Value, error) {
		return s.render(Template{Source: source, Vars: vars})
	})
}

func templateFunc(param string, render func(string, map[string]cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: param, Type: cty.String, AllowMarked: true, AllowUnknown: true},
			{Name: "vars", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true},
		},
		// A template that is one interpolation may give any type.
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, textMarks := args[0].Unmark()
			vars, varsMarks := args[1].Unmark()
			if !text.IsKnown() || !vars.IsKnown() {
				return cty.DynamicVal.WithMarks(textMarks, varsMarks, ownMarks(args[1])), nil
			}
			if ty := vars.Type(); !ty.IsMapType() && !ty.IsObjectType() {
				return cty.NilVal, function.NewArgErrorf(1, "invalid vars value: must be a map")
			}
			values := vars.AsValueMap()
			for name := range values {
				if !hclsyntax.ValidIdentifier(name) {
					return cty.NilVal, function.NewArgErrorf(1, "invalid template variable name %q: must start with a letter, followed by zero or more letters, digits, and underscores", name)
				}
			}
			v, err := render(text.AsString(), values)
			if err != nil {
				return cty.NilVal, err
			}
			if v.IsNull() {
				return cty.NilVal, errors.New("the result of the template is null, which is not a valid result")
			}
			return v.WithMarks(textMarks, varsMarks, ownMarks(args[1])), nil
		},
	})
}

// ownMarks are those marks within the variables that Terraform knows. It puts
// them on the result even if the template does not use what they are on.
func ownMarks(vars cty.Value) cty.ValueMarks {
	marks := marksOf([]cty.Value{vars})
	maps.DeleteFunc(marks, func(m any, _ struct{}) bool { return m != Sensitive && m != Ephemeral })
	return marks
}

func (s *Scope) render(t Template) (cty.Value, error) {
	if s.Render == nil {
		return cty.NilVal, &Declined{Reason: "templates cannot be rendered here"}
	}
	nested := *s
	nested.depth++
	if nested.renders == nil {
		nested.renders = new(atomic.Int32)
	}
	if nested.depth > maxTemplateDepth {
		return cty.NilVal, errors.New("maximum recursion depth of templates reached")
	}
	if nested.renders.Add(1) > maxTemplates {
		return cty.NilVal, declinef("more than %d templates would be rendered", maxTemplates)
	}
	return s.Render(&nested, t)
}

// templateFileCarries: a placeholder may stand in a variable, not in the path.
func templateFileCarries(args []cty.Value) bool {
	return len(args) > 0 && !HasPlaceholder(args[0])
}

package funcs

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

var encodeTfvarsFunc = function.New(&function.Spec{
	Params: []function.Parameter{{
		Name: "value", Type: cty.DynamicPseudoType,
		AllowDynamicType: true, AllowUnknown: true,
	}},
	Type:         function.StaticReturnType(cty.String),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v := args[0]
		switch ty := v.Type(); {
		case !v.IsWhollyKnown():
			return cty.UnknownVal(cty.String), nil
		case !ty.IsObjectType() && !ty.IsMapType():
			return cty.NilVal, function.NewArgErrorf(0, "invalid value to encode: must be an object whose attribute names will become the encoded variable names")
		}
		f := hclwrite.NewEmptyFile()
		for name, e := range v.Elements() {
			if !hclsyntax.ValidIdentifier(name.AsString()) {
				return cty.NilVal, function.NewArgErrorf(0, "invalid variable name %q: must be a valid identifier, per Terraform's rules for input variable declarations", name.AsString())
			}
			f.Body().SetAttributeValue(name.AsString(), e)
		}
		return cty.StringVal(string(f.Bytes())), nil
	},
})

// maxTfvars keeps the parser of HCL within its stack: it takes more than two
// kilobytes for each level of nesting, and "!" is a level.
const maxTfvars = 64 << 10

func tfvarsLimit(args []cty.Value) error {
	if s, ok := known(args, 0); ok {
		return checkDocument(s, maxTfvars)
	}
	return nil
}

var decodeTfvarsFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "src", Type: cty.String}},
	Type:   function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		f, diags := hclsyntax.ParseConfig([]byte(args[0].AsString()), "<decode_tfvars argument>", hcl.InitialPos)
		if diags.HasErrors() {
			return cty.NilVal, fmt.Errorf("invalid tfvars syntax: %w", diags)
		}
		attrs, diags := f.Body.JustAttributes()
		if diags.HasErrors() {
			return cty.NilVal, fmt.Errorf("invalid tfvars content: %w", diags)
		}
		vals := make(map[string]cty.Value, len(attrs))
		for name, attr := range attrs {
			if loops(attr.Expr) {
				return cty.NilVal, declinef("the value of variable %q is made by a loop", name)
			}
			v, diags := attr.Expr.Value(nil)
			if diags.HasErrors() {
				return cty.NilVal, fmt.Errorf("invalid expression for variable %q: %w", name, diags)
			}
			vals[name] = v
		}
		v := cty.ObjectVal(vals)
		var w weight
		if err := w.add(v); err != nil {
			return cty.NilVal, err
		}
		return v, nil
	},
})

// loops reports whether an expression repeats another: a few nested loops run
// for ever.
func loops(expr hcl.Expression) (found bool) {
	node, ok := expr.(hclsyntax.Node)
	if !ok {
		return false
	}
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n.(type) {
		case *hclsyntax.ForExpr, *hclsyntax.TemplateJoinExpr:
			found = true
		}
		return nil
	})
	return found
}

var encodeExprFunc = function.New(&function.Spec{
	Params: []function.Parameter{{
		Name: "value", Type: cty.DynamicPseudoType,
		AllowDynamicType: true, AllowUnknown: true,
	}},
	Type:         function.StaticReturnType(cty.String),
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(cty.String), nil
		}
		text := string(hclwrite.TokensForValue(args[0]).Bytes())
		if text == "" {
			return cty.NilVal, errors.New("the value has no expression syntax")
		}
		return cty.StringVal(text), nil
	},
})

package config

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// ParseVars reads a file of variable values, in JSON if its name ends in
// .json. The expressions are constant: Terraform evaluates them without
// variables or functions, and strings in JSON as they are. With errors, the
// values that could be read are returned as well. The overlay may be nil.
func ParseVars(file string, overlay Overlay) (map[string]hclsyntax.Expression, []Diagnostic) {
	shown := path.Clean(filepath.ToSlash(file))
	src, problem := overlay.read(shown, DefaultMaxFileBytes)
	if problem != nil {
		return nil, []Diagnostic{*problem}
	}
	if strings.HasSuffix(shown, ".json") {
		return parseJSONVars(src, shown)
	}
	body, _, _, diags := parseNative(src, shown)
	values := map[string]hclsyntax.Expression{}
	if body == nil {
		return values, diags
	}
	for _, attr := range body.Attributes {
		values[attr.Name] = attr.Expr
	}
	for _, block := range body.Blocks {
		diags = append(diags, Diagnostic{
			Severity: Error, Summary: "Unexpected block", Range: block.DefRange(),
			Detail: "a file of variable values has arguments (name = value), no blocks",
		})
	}
	return values, capped(diags, shown)
}

func parseJSONVars(src []byte, shown string) (map[string]hclsyntax.Expression, []Diagnostic) {
	values := map[string]hclsyntax.Expression{}
	root, problem := parseJSON(src, shown)
	if problem != nil {
		return values, []Diagnostic{*problem}
	}
	t := jsonTree{path: shown}
	if root.kind != jsonObject {
		t.report(root.rng, "Incorrect JSON value type", "an object is needed here, with the values of variables")
		return values, t.diagnostics
	}
	for _, m := range root.members {
		if m.name == "//" {
			continue
		}
		if _, exists := values[m.name]; exists {
			t.report(m.nameRng, "Duplicate argument", "the variable %q was already set", m.name)
			continue
		}
		values[m.name] = t.expression(m.value, asLiteral)
	}
	return values, capped(t.diagnostics, shown)
}

// ParseVarValue reads a value as it stands on a command line or in the
// environment. Terraform takes it as it is if the variable's type is string,
// number or bool or none is given, and as an expression if it is complex.
func ParseVarValue(raw string, complex bool) (hclsyntax.Expression, []Diagnostic) {
	if !complex {
		return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(raw)}, nil
	}
	if offset, why := refuse([]byte(raw), '('); why != "" {
		return nil, []Diagnostic{refusal([]byte(raw), "", hcl.InitialPos, offset, why)}
	}
	e, diags := parseExpression(raw, "", hcl.InitialPos)
	return e, fromHCL(diags)
}

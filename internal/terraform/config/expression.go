package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// parseExpression is hclsyntax.ParseExpression with an error in the place of a
// panic, which hclsyntax raises when its own bookkeeping is off.
func parseExpression(src, path string, start hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics) {
	return parsed(hclsyntax.ParseExpression, src, path, start)
}

// parseTemplate is hclsyntax.ParseTemplate with an error in the place of a panic.
func parseTemplate(src, path string, start hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics) {
	return parsed(hclsyntax.ParseTemplate, src, path, start)
}

func parsed(parse func([]byte, string, hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics), src, path string, start hcl.Pos) (x hclsyntax.Expression, diags hcl.Diagnostics) {
	defer func() {
		if r := recover(); r != nil {
			x, diags = nil, hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  "Invalid expression",
				Detail:   fmt.Sprintf("The parser fails: %v.", r),
				Subject:  &hcl.Range{Filename: path, Start: start, End: start},
			}}
		}
	}()
	return parse([]byte(src), path, start)
}

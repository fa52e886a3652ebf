package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// ParseTemplate parses the text of a template; name is shown in errors. Text
// that would exhaust the parser's stack is refused.
func ParseTemplate(src, name string) (hclsyntax.Expression, error) {
	if offset, why := refuse([]byte(src), inBareTemplate); why != "" {
		return nil, fmt.Errorf("parse template %q, byte %d: %s", name, offset, why)
	}
	x, diags := parseTemplate(src, name, hcl.InitialPos)
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			return nil, fmt.Errorf("parse template %q, line %d: %s", name, d.Subject.Start.Line, d.Detail)
		}
	}
	return x, nil
}

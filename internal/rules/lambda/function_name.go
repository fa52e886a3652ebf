package lambda

import (
	"strings"

	"safeguard/internal/graph"
)

// permissionKey names the reference that functionNamed reads.
const permissionKey = "function_name without qualifier"

// functionNamed reads which function an aws_lambda_permission or
// aws_lambda_function_url is about: function_name may be a name, an ARN or part
// of one, with a version or alias behind it, or the ARN of an aws_lambda_alias.
func functionNamed(g *graph.Graph) func(*graph.Resource) graph.Value {
	return func(r *graph.Resource) graph.Value {
		v := r.Attr("function_name")
		if parts := graph.Parts(v.Text()); len(parts) > 0 && parts[0].Ref != nil {
			alias := g.ByAddress(parts[0].Ref.Address)
			if alias == nil || alias.Type != "aws_lambda_alias" {
				return v
			}
			v = alias.Attr("function_name")
		}
		if v.Kind() != graph.KindString {
			return v
		}
		bare := bareName(v.Text())
		if bare == v.Text() {
			return v
		}
		return graph.String(bare).From(graph.At(v.Location()))
	}
}

const functionMark = ":function:"

// bareName is the name within the ways to name a function literally.
func bareName(text string) string {
	parts := graph.Parts(text)
	for i, p := range parts {
		if _, name, found := strings.Cut(p.Literal, functionMark); found {
			parts = parts[i:]
			parts[0].Literal = name
			break
		}
	}
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.Ref != nil:
			b.WriteString(p.Ref.Placeholder())
		case p.Hole != nil:
			b.WriteString(p.Hole.Placeholder())
		default:
			name, _, qualified := strings.Cut(p.Literal, ":")
			b.WriteString(name)
			if qualified {
				return b.String()
			}
		}
	}
	return b.String()
}

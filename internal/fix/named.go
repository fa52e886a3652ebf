package fix

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/edit"
	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// nameArguments are the arguments that give resources of the shared pieces the
// names by which AWS knows them. An account has each once, at least in a Region.
var nameArguments = map[string]string{
	"aws_backup_vault":                   "name",
	"aws_cloudwatch_log_group":           "name",
	"aws_cloudwatch_log_resource_policy": "policy_name",
	"aws_iam_instance_profile":           "name",
	"aws_iam_policy":                     "name",
	"aws_iam_role":                       "name",
	"aws_kms_alias":                      "name",
	"aws_s3_bucket":                      "bucket",
	"aws_sns_topic":                      "name",
	"aws_wafv2_web_acl":                  "name",
}

// named gives the resources of a piece names that the configuration uses for
// nothing else, neither in this root nor in others, which may be of the same
// account, and begin as most of its names do.
func (p *pieces) named(w *world, code *snippet) (*snippet, error) {
	custom, err := (&site{root: p.root(), module: p.root().Module}).custom(w)
	if err != nil {
		return nil, err
	}
	var edits []edit.Edit
	for _, b := range code.body.Blocks {
		if b.Type != "resource" {
			continue
		}
		a := b.Body.Attributes[nameArguments[b.Labels[0]]]
		if a == nil {
			continue
		}
		at, literal, ok := firstLiteral(a.Expr)
		if !ok {
			continue
		}
		for _, suffix := range p.suffixes() {
			e := edit.Edit{Start: at.Start.Byte, End: at.End.Byte, New: suffixed(literal, suffix)}
			name := nameText(code.src, a.Expr, e)
			if p.taken(b.Labels[0], name, suffix == "") {
				continue
			}
			if e.New = p.prefixed(custom, b.Labels[0], e.New, len(a.Expr.(*hclsyntax.TemplateExpr).Parts) == 1); e.New != literal {
				edits = append(edits, e)
			}
			p.made[fmt.Sprint(p.index, " name ", b.Labels[0], " ", name)] = name
			break
		}
	}
	if len(edits) == 0 {
		return code, nil
	}
	src, err := edit.Apply(code.src, edits)
	if err != nil {
		return nil, err
	}
	return parseSnippet(string(src))
}

// maxNumber is the last number that is tried behind a name.
const maxNumber = 99

// directory is a name of a directory that a name of AWS may hold.
var directory = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$`)

// suffixes are what is tried behind a name, the best first: nothing, where there
// are several roots the directory of this one, and numbers.
func (p *pieces) suffixes() []string {
	all := []string{""}
	if dir := path.Base(p.graphs[p.index].Root); len(p.roots) > 1 && directory.MatchString(dir) {
		all = append(all, dir)
	}
	for i := 2; i <= maxNumber; i++ {
		all = append(all, strconv.Itoa(i))
	}
	return all
}

// suffixed puts a suffix behind the literal beginning of a name.
func suffixed(literal, suffix string) string {
	switch {
	case suffix == "":
		return literal
	case strings.HasSuffix(literal, "-"):
		return literal + suffix + "-"
	}
	return literal + "-" + suffix
}

// firstLiteral is the text with which a name begins, and where it stands.
func firstLiteral(x hclsyntax.Expression) (at hcl.Range, literal string, ok bool) {
	t, ok := x.(*hclsyntax.TemplateExpr)
	if !ok || len(t.Parts) == 0 {
		return at, "", false
	}
	v, ok := t.Parts[0].(*hclsyntax.LiteralValueExpr)
	if !ok {
		return at, "", false
	}
	return v.SrcRange, v.Val.AsString(), true
}

// nameText is the value that a name has after an edit, with placeholders for
// references, as values of the graph have them.
func nameText(src []byte, x hclsyntax.Expression, e edit.Edit) string {
	var text strings.Builder
	for i, part := range x.(*hclsyntax.TemplateExpr).Parts {
		switch part := part.(type) {
		case *hclsyntax.LiteralValueExpr:
			if i == 0 {
				text.WriteString(e.New)
			} else {
				text.WriteString(part.Val.AsString())
			}
		default:
			r := part.Range()
			address, attribute := cutLast(string(bytes.TrimSpace(src[r.Start.Byte:r.End.Byte])))
			text.WriteString(graph.Ref{Address: address, Attribute: attribute}.Placeholder())
		}
	}
	return text.String()
}

func cutLast(reference string) (address, attribute string) {
	i := strings.LastIndexByte(reference, '.')
	return reference[:max(i, 0)], reference[i+1:]
}

// taken reports whether the configuration uses a name for a resource of the type.
// For a plain name it is enough that a resource of this root may have it: one with
// the same beginning, of whose name the rest is not known.
func (p *pieces) taken(typ, name string, plain bool) bool {
	for i, g := range p.graphs {
		for _, r := range g.OfType(typ, "data."+typ) {
			text := r.Attr(nameArguments[typ]).Text()
			if text == "" {
				continue
			}
			same := graph.SameText(name, text)
			begins := graph.Parts(text)[0].Literal != ""
			if same == logic.True || same == logic.Unknown && plain && begins && i == p.index {
				return true
			}
		}
		for _, r := range g.OfType("data.aws_kms_key") {
			if typ == "aws_kms_alias" && r.Attr("key_id").Is(name) == logic.True {
				return true
			}
		}
	}
	for key, used := range p.made {
		root, rest, _ := strings.Cut(key, " ")
		if strings.HasPrefix(rest, "name "+typ+" ") && root != strconv.Itoa(p.index) && used == name {
			return true
		}
	}
	return false
}

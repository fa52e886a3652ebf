package fix

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/edit"
	"safeguard/internal/terraform/schema"
)

// A custom is what most resources of a module have in common, and new ones get.
type custom struct {
	tags   string // an expression: local.tags; "" if there are none
	prefix string // of names, as in a template: "${var.name}-"; "" if there is none
	bucket string // the name in code of a bucket whose name goes on after it, "" if there is none
}

// custom finds the custom of the module as it is before anything is added.
func (s *site) custom(w *world) (custom, error) {
	if c, ok := w.customs[s.module.Dir]; ok {
		return c, nil
	}
	blocks, err := s.blocks(w, func(b *hclsyntax.Block) bool { return b.Type == "resource" || b.Type == "module" })
	if err != nil {
		return custom{}, err
	}
	tags, prefixes := newPoll(), newPoll()
	buckets := map[string]string{}
	for _, b := range blocks {
		f := w.files[b.TypeRange.Filename]
		a := b.Body.Attributes["tags"]
		if a != nil || b.Type == "resource" && takesTags(b) {
			tags.vote(s.commonTags(w, f, a)...)
		}
		for _, name := range []string{"name", "bucket", "identifier", "cluster_identifier", "cluster_name", "function_name"} {
			a := b.Body.Attributes[name]
			if a == nil || !isTemplate(a.Expr) { // that names another resource
				continue
			}
			found := s.prefixesOf(w, f, a.Expr)
			prefixes.vote(found...)
			for _, prefix := range found {
				if name == "bucket" && b.Type == "resource" && strings.HasPrefix(f.text(a.Expr.Range()), `"`+prefix) {
					buckets[prefix] = b.Labels[1]
				}
			}
			break
		}
	}
	c := custom{tags: tags.winner(), prefix: prefixes.winner()}
	c.bucket = buckets[c.prefix]
	w.customs[s.module.Dir] = c
	return c, nil
}

func isTemplate(x hclsyntax.Expression) bool {
	_, ok := x.(*hclsyntax.TemplateExpr)
	return ok
}

func takesTags(b *hclsyntax.Block) bool {
	block := schema.Resource(b.Labels[0])
	return block != nil && block.Attr("tags") != nil
}

// commonTags is the expression that an argument tags consists of, or that it
// merges others into, if all of the module can use it.
func (s *site) commonTags(w *world, f *source, a *hclsyntax.Attribute) []string {
	if a == nil {
		return nil
	}
	x := a.Expr
	if call, ok := x.(*hclsyntax.FunctionCallExpr); ok && call.Name == "merge" && len(call.Args) > 1 {
		x = call.Args[0]
	}
	if _, ok := x.(*hclsyntax.ScopeTraversalExpr); !ok || !s.given(w, x, nil) {
		return nil
	}
	return []string{f.text(x.Range())}
}

// prefixesOf are the beginnings of a name that are made of what the module is
// given, each with a hyphen behind it: "${var.name}-", "${var.name}-${var.stage}-".
func (s *site) prefixesOf(w *world, f *source, x hclsyntax.Expression) []string {
	t, ok := x.(*hclsyntax.TemplateExpr)
	if !ok {
		return nil
	}
	var found []string
	prefix := ""
	for i := 0; i < len(t.Parts); i += 2 {
		part, ok := t.Parts[i].(*hclsyntax.ScopeTraversalExpr)
		if !ok || !s.given(w, part, nil) {
			break
		}
		after := "-" // the name ends here
		if i+1 < len(t.Parts) {
			literal, ok := t.Parts[i+1].(*hclsyntax.LiteralValueExpr)
			if !ok {
				break
			}
			after = literal.Val.AsString()
		}
		if !strings.HasPrefix(after, "-") {
			break
		}
		prefix += "${" + f.text(part.Range()) + "}-"
		found = append(found, prefix)
		if after != "-" {
			break
		}
	}
	return found
}

// given reports whether an expression is made of variables and locals alone, so
// that nothing has to be made before it is known, also by a module that labels.
// Seen are the definitions that are looked at already.
func (s *site) given(w *world, x hclsyntax.Expression, seen map[string]bool) bool {
	for _, t := range x.Variables() {
		name := t.RootName() + "." + stepName(t[min(1, len(t)-1)])
		if seen[name] {
			continue
		}
		if seen == nil {
			seen = map[string]bool{}
		}
		seen[name] = true
		switch t.RootName() {
		case "var", "path", "terraform":
		case "local":
			a := s.module.Locals[stepName(t[min(1, len(t)-1)])]
			if a == nil || !s.given(w, a.Expr, seen) {
				return false
			}
		case "module":
			_, b, err := s.declared(w, "module", stepName(t[min(1, len(t)-1)]))
			if err != nil || b == nil {
				return false
			}
			for _, a := range b.Body.Attributes {
				if !s.given(w, a.Expr, seen) {
					return false
				}
			}
		default:
			return false
		}
		for _, step := range t[1:] {
			if _, ok := step.(hcl.TraverseAttr); !ok {
				return false
			}
		}
	}
	return true
}

// A poll finds what most say.
type poll struct {
	asked int
	votes map[string]int
}

func newPoll() *poll { return &poll{votes: map[string]int{}} }

// vote counts one that was asked, and what it says.
func (p *poll) vote(answers ...string) {
	p.asked++
	for _, a := range answers {
		p.votes[a]++
	}
}

// winner is the longest answer that more than half of them gave, and at least
// two; "" if there is none.
func (p *poll) winner() string {
	best := ""
	for _, a := range sortedKeys(p.votes) {
		if n := p.votes[a]; n > 1 && 2*n > p.asked && len(a) > len(best) {
			best = a
		}
	}
	return best
}

// tagged gives the resources in code that have no tags those of the module's
// custom.
func (s *site) tagged(w *world, code *snippet) (*snippet, error) {
	c, err := s.custom(w)
	if err != nil || c.tags == "" {
		return code, err
	}
	var edits []edit.Edit
	for _, b := range code.body.Blocks {
		if b.Type != "resource" || !takesTags(b) || b.Body.Attributes["tags"] != nil {
			continue
		}
		at, text := code.lineStart(b.CloseBraceRange.Start.Byte), "\n  tags = "+c.tags+"\n"
		if a := b.Body.Attributes["depends_on"]; a != nil {
			at, text = code.lineStart(a.SrcRange.Start.Byte), "  tags = "+c.tags+"\n\n"
			for before := code.lineStart(at - 1); strings.HasPrefix(strings.TrimSpace(string(code.src[before:at])), "#"); before = code.lineStart(at - 1) {
				at = before
			}
		}
		edits = append(edits, edit.Edit{Start: at, End: at, New: text})
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

// lineStart is where the line of an offset begins.
func (s *snippet) lineStart(offset int) int {
	return strings.LastIndexByte(string(s.src[:max(offset, 0)]), '\n') + 1
}

// prefixed puts the prefix of names before a name that begins with a literal,
// behind what AWS wants there.
func (p *pieces) prefixed(c custom, typ, literal string, whole bool) string {
	switch {
	case c.prefix == "" || typ == "aws_s3_bucket" && !p.fits(c):
		return literal
	case strings.HasPrefix(literal, "/"):
		if !whole {
			return literal
		}
		return literal + "/" + strings.TrimSuffix(c.prefix, "-")
	}
	head := 0
	for _, wanted := range []string{"alias/", "aws-waf-logs-"} {
		if strings.HasPrefix(literal, wanted) {
			head = len(wanted)
		}
	}
	return literal[:head] + c.prefix + literal[head:]
}

// maxPrefix is how long a prefix may be so that names of buckets with the account
// and the Region in them keep to the 63 characters that AWS allows.
const maxPrefix = 24

// fits reports whether names of buckets may have the prefix, going by one that has.
func (p *pieces) fits(c custom) bool {
	for _, r := range p.graphs[p.index].OfType("aws_s3_bucket") {
		if r.Module == "" && r.Name == c.bucket {
			name, known := r.Attr("bucket").Literal()
			return known && strings.LastIndexByte(name, '-') < maxPrefix
		}
	}
	return false
}

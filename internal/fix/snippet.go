package fix

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/edit"
)

// A snippet is the code of a change, parsed.
type snippet struct {
	src  []byte
	body *hclsyntax.Body
}

func parseSnippet(code string) (*snippet, error) {
	src := hclwrite.Format([]byte(tight(dedent(code))))
	f, diags := hclsyntax.ParseConfig(src, "repair", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fmt.Errorf("the code of a repair is broken: %w", diags)
	}
	return &snippet{src, f.Body.(*hclsyntax.Body)}, nil
}

// blank are the blank lines that nobody writes: at the beginning and end of a
// block, and more than one.
var blank = regexp.MustCompile(`(\{\n)\n+|\n\n+(\n\n)|\n(\n[ \t]*\})`)

// tight is code without them: pieces of code that were put together have some.
func tight(code string) string {
	for {
		shorter := blank.ReplaceAllString(code, "$1$2$3")
		if shorter == code {
			return code
		}
		code = shorter
	}
}

// dedent takes off the indentation that all lines share, and blank lines at
// both ends.
func dedent(code string) string {
	lines := strings.Split(strings.Trim(strings.ReplaceAll(code, "\t", "  "), "\n "), "\n")
	shared := -1
	for _, l := range lines[1:] {
		if t := strings.TrimLeft(l, " "); t != "" && (shared < 0 || len(l)-len(t) < shared) {
			shared = len(l) - len(t)
		}
	}
	// The first line has lost its own indentation to the trimming: the last
	// line of a block tells what it was.
	for i, l := range lines[1:] {
		lines[i+1] = strings.TrimRight(l[min(max(shared, 0), len(l)):], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// resolve replaces the traversals in the code for which expr has a text, and
// parses again.
func (s *snippet) resolve(expr func(hcl.Traversal) (text string, used int, err error)) (*snippet, error) {
	within := map[hclsyntax.Node]bool{} // parts of templates
	var found []*hclsyntax.ScopeTraversalExpr
	hclsyntax.VisitAll(s.body, func(n hclsyntax.Node) hcl.Diagnostics {
		switch x := n.(type) {
		case *hclsyntax.TemplateExpr:
			for _, part := range x.Parts {
				within[part] = true
			}
		case *hclsyntax.ScopeTraversalExpr:
			found = append(found, x)
		}
		return nil
	})
	// Visited in any order, and what expr declares comes in that of the code.
	slices.SortFunc(found, func(a, b *hclsyntax.ScopeTraversalExpr) int {
		return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte
	})
	var edits []edit.Edit
	for _, x := range found {
		text, used, err := expr(x.Traversal)
		if err != nil {
			return nil, err
		}
		if used > 0 {
			e := edit.Edit{Start: x.Traversal.SourceRange().Start.Byte, End: x.Traversal[used-1].SourceRange().End.Byte, New: text}
			if within[x] && used == len(x.Traversal) && inQuotes(text) { // a template in a template
				e = edit.Edit{Start: e.Start - len("${"), End: e.End + len("}"), New: text[1 : len(text)-1]}
			}
			edits = append(edits, e)
		}
	}
	src, err := edit.Apply(s.src, edits)
	if err != nil {
		return nil, err
	}
	return parseSnippet(string(src))
}

// inQuotes reports whether an expression is a string or template in quotes.
func inQuotes(code string) bool {
	x, diags := hclsyntax.ParseExpression([]byte(code), "", hcl.InitialPos)
	if diags.HasErrors() || !strings.HasPrefix(code, `"`) {
		return false
	}
	switch x.(type) {
	case *hclsyntax.TemplateExpr, *hclsyntax.TemplateWrapExpr:
		return true
	}
	return false
}

// mentions reports whether the code refers to something by the root name.
func (s *snippet) mentions(root string) bool { return bodyMentions(s.body, root) }

func bodyMentions(body *hclsyntax.Body, root string) bool {
	found := false
	hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.ScopeTraversalExpr)
		found = found || ok && x.Traversal.RootName() == root
		return nil
	})
	return found
}

// without is the snippet without some of its blocks.
func (s *snippet) without(drop func(*hclsyntax.Block) bool) (*snippet, error) {
	var edits []edit.Edit
	for _, b := range s.body.Blocks {
		if drop(b) {
			end := b.CloseBraceRange.End.Byte
			for end < len(s.src) && s.src[end] == '\n' {
				end++
			}
			edits = append(edits, edit.Edit{Start: b.TypeRange.Start.Byte, End: end})
		}
	}
	src, err := edit.Apply(s.src, edits)
	if err != nil {
		return nil, err
	}
	return parseSnippet(string(src))
}

// attributes are the arguments of a body of the snippet, in order.
func attributes(body *hclsyntax.Body) []*hclsyntax.Attribute {
	var attrs []*hclsyntax.Attribute
	for _, a := range body.Attributes {
		attrs = append(attrs, a)
	}
	slices.SortFunc(attrs, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return attrs
}

// comment is what the comments in a block say, in one line.
func (s *snippet) comment(b *hclsyntax.Block) string {
	var lines []string
	for line := range strings.Lines(s.text(hcl.RangeBetween(b.OpenBraceRange, b.CloseBraceRange))) {
		if about, ok := strings.CutPrefix(strings.TrimSpace(line), "#"); ok {
			lines = append(lines, strings.TrimSpace(about))
		}
	}
	return strings.Join(lines, " ")
}

// text is the source of a range of the snippet.
func (s *snippet) text(r hcl.Range) string { return string(s.src[r.Start.Byte:r.End.Byte]) }

// block is the source of a block with all its lines at the indentation.
func (s *snippet) block(b *hclsyntax.Block, indent string) string {
	r := hcl.RangeBetween(b.TypeRange, b.CloseBraceRange)
	return reindent(s.text(r), strings.Repeat(" ", r.Start.Column-1), indent)
}

// value is the source of an argument's expression, for a line at the
// indentation.
func (s *snippet) value(a *hclsyntax.Attribute, indent string) string {
	return reindent(s.text(a.Expr.Range()), strings.Repeat(" ", a.SrcRange.Start.Column-1), indent)
}

// reindent changes the indentation of all lines but the first.
func reindent(text, from, to string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines[1:] {
		if l = strings.TrimPrefix(l, from); l != "" {
			l = to + l
		}
		lines[i+1] = l
	}
	return strings.Join(lines, "\n")
}

// laid is a text whose levels are two spaces each, from the indentation on, with
// levels of the unit.
func laid(text, indent, unit string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines[1:] {
		rest := strings.TrimPrefix(l, indent)
		if inner := strings.TrimLeft(rest, " "); inner != "" {
			lines[i+1] = indent + strings.Repeat(unit, (len(rest)-len(inner))/2) + inner
		}
	}
	return strings.Join(lines, "\n")
}

// indentOf is the white space before the byte at offset in its line.
func indentOf(src []byte, offset int) string {
	start := bytes.LastIndexByte(src[:offset], '\n') + 1
	line := src[start:offset]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/edit"
)

// A merge puts code into a body of native syntax and leaves every other byte
// as it is.
type merge struct {
	file  *source
	code  *snippet
	draft *draft
	// change changes an argument that is there.
	change func(have *hclsyntax.Attribute, want string) error
}

// A container is the body that code goes into: of a block, or of a whole file.
type container struct {
	body       *hclsyntax.Body
	open, shut int    // bytes after the opening and before the closing brace
	outer      string // the indentation of the block
	indent     string // and that of its lines
}

func (f *source) container(b *hclsyntax.Block) container {
	outer := indentOf(f.src, b.TypeRange.Start.Byte)
	indent := outer + f.unit()
	if first := f.firstLine(b); first > 0 {
		indent = indentOf(f.src, first)
	}
	return container{body: b.Body, open: b.OpenBraceRange.End.Byte, shut: b.CloseBraceRange.Start.Byte, outer: outer, indent: indent}
}

// firstLine is where the first argument or block of a body starts, 0 if it does
// not stand in a line of its own.
func (f *source) firstLine(b *hclsyntax.Block) int {
	first := 0
	for _, a := range b.Body.Attributes {
		if at := a.SrcRange.Start.Byte; first == 0 || at < first {
			first = at
		}
	}
	for _, inner := range b.Body.Blocks {
		if at := inner.TypeRange.Start.Byte; first == 0 || at < first {
			first = at
		}
	}
	if first > 0 && f.lineStart(first) <= b.OpenBraceRange.Start.Byte {
		return 0
	}
	return first
}

// unit is by how much the file indents one level: two spaces, as terraform fmt
// does, unless its first indented line tells otherwise.
func (f *source) unit() string {
	for line := range bytes.Lines(f.src) {
		text := bytes.TrimLeft(line, " \t")
		if n := len(line) - len(text); n > 0 && len(bytes.TrimSpace(text)) > 0 && text[0] != '#' && text[0] != '*' && text[0] != '/' {
			if n > 8 { // that is alignment
				break
			}
			return string(line[:n])
		}
	}
	return "  "
}

// laid is code whose levels are two spaces each as the file indents. Heredocs
// stay as they are: there white space has a meaning.
func (f *source) laid(code, indent string) string {
	unit := f.unit()
	if unit == "  " || strings.Contains(code, "<<") {
		return code
	}
	return laid(code, indent, unit)
}

// into merges the body of the code into the container.
func (m *merge) into(c container, code *hclsyntax.Body) error {
	var missing []*hclsyntax.Attribute
	for _, a := range attributes(code) {
		have := c.body.Attributes[a.Name]
		if have == nil {
			missing = append(missing, a)
			continue
		}
		want := m.code.value(a, indentOf(m.file.src, have.SrcRange.Start.Byte))
		if want == m.file.text(have.Expr.Range()) {
			continue
		}
		if err := m.change(have, want); err != nil {
			return err
		}
	}
	var blocks []*hclsyntax.Block
	for _, b := range code.Blocks {
		inner := m.nested(c, b.Type)
		if inner == nil {
			blocks = append(blocks, b)
			continue
		}
		for _, have := range inner {
			if err := m.into(m.file.container(have), b.Body); err != nil {
				return err
			}
		}
	}
	m.insert(c, missing, blocks)
	return nil
}

// nested are the blocks of a type in the container; of dynamic ones the content.
func (m *merge) nested(c container, typ string) []*hclsyntax.Block {
	var found []*hclsyntax.Block
	for _, b := range c.body.Blocks {
		switch {
		case b.Type == typ:
			found = append(found, b)
		case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == typ:
			found = append(found, contents(b)...)
		}
	}
	return found
}

func contents(dynamic *hclsyntax.Block) []*hclsyntax.Block {
	var found []*hclsyntax.Block
	for _, b := range dynamic.Body.Blocks {
		if b.Type == "content" {
			found = append(found, b)
		}
	}
	return found
}

// insert adds arguments and blocks that the container lacks.
func (m *merge) insert(c container, attrs []*hclsyntax.Attribute, blocks []*hclsyntax.Block) {
	if len(attrs)+len(blocks) == 0 {
		return
	}
	if m.file.oneLine(c) {
		m.expand(c, attrs, blocks)
		return
	}
	if len(attrs) > 0 {
		m.file.paragraph(c).write(m, attrs, c.indent)
	}
	if len(blocks) > 0 {
		at := m.file.lineStart(c.shut)
		var text strings.Builder
		for i, b := range blocks {
			if i > 0 || len(attrs) > 0 || len(c.body.Attributes)+len(c.body.Blocks) > 0 {
				text.WriteByte('\n')
			}
			text.WriteString(c.indent + m.block(b, c.indent) + "\n")
		}
		m.draft.insert(m.file, at, text.String())
	}
}

// expand rewrites a body that stands in one line.
func (m *merge) expand(c container, attrs []*hclsyntax.Attribute, blocks []*hclsyntax.Block) {
	var text strings.Builder
	text.WriteByte('\n')
	have := attributes(c.body)
	width := longest(append(slices.Clone(have), attrs...))
	for _, a := range have {
		text.WriteString(c.indent + pad(a.Name, width) + " = " + m.file.text(a.Expr.Range()) + "\n")
	}
	text.WriteString(m.lines(attrs, width, c.indent))
	for i, b := range blocks {
		if i > 0 || len(have)+len(attrs) > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(c.indent + m.block(b, c.indent) + "\n")
	}
	text.WriteString(c.outer)
	m.draft.replace(m.file, c.open, c.shut, text.String())
}

// oneLine reports whether the braces of the container stand in one line.
func (f *source) oneLine(c container) bool {
	return bytes.IndexByte(f.src[c.open:c.shut], '\n') < 0
}

// A paragraph is where new arguments go: arguments in successive lines, whose
// equals signs terraform fmt aligns.
type paragraph struct {
	at    int // where an argument that joins it goes
	width int // of the names in it; 0 if there are none
	end   int // where arguments go that would change its alignment
	lines []*hclsyntax.Attribute
	top   bool
	last  bool // nothing but the end of the body or a blank line follows
}

// trailing are the arguments that people write last, and leading first.
var (
	trailing = []string{"tags", "tags_all", "depends_on"}
	leading  = []string{"count", "for_each", "provider", "source", "version"}
)

// paragraph finds the place for new arguments in the container: after the last
// argument that precedes its nested blocks and is not one of those that come
// last, or first, by custom.
func (f *source) paragraph(c container) paragraph {
	firstBlock := c.shut
	for _, b := range c.body.Blocks {
		firstBlock = min(firstBlock, b.TypeRange.Start.Byte)
	}
	all := slices.DeleteFunc(attributes(c.body), func(a *hclsyntax.Attribute) bool { return a.SrcRange.Start.Byte > firstBlock })
	after := -1
	for i, a := range all {
		if !slices.Contains(trailing, a.Name) && (after < 0 || !slices.Contains(leading, a.Name)) {
			after = i
		}
	}
	if after < 0 {
		at := f.lineEnd(c.open)
		return paragraph{at: at, end: at, top: true, last: f.blankAfter(at, c.shut)}
	}
	final := all[after]
	p := paragraph{at: f.lineEnd(final.SrcRange.End.Byte)}
	if oneLine(final) && !slices.Contains(leading, final.Name) {
		p.width = final.EqualsRange.Start.Byte - final.NameRange.Start.Byte - 1
	}
	first := after
	for first > 0 && follows(all[first-1], all[first]) {
		first--
	}
	for after+1 < len(all) && follows(all[after], all[after+1]) {
		after++
	}
	p.lines = all[first : after+1]
	p.end = f.lineEnd(all[after].SrcRange.End.Byte)
	p.last = f.blankAfter(p.end, c.shut)
	return p
}

// follows reports whether an argument stands in the line after that of another.
func follows(a, next *hclsyntax.Attribute) bool {
	return oneLine(a) && oneLine(next) && next.SrcRange.Start.Line == a.SrcRange.End.Line+1
}

func oneLine(a *hclsyntax.Attribute) bool { return a.SrcRange.Start.Line == a.SrcRange.End.Line }

// blankAfter reports whether the line at offset is blank or ends the body.
func (f *source) blankAfter(at, shut int) bool {
	return f.lineStart(shut) <= at || len(bytes.TrimSpace(f.src[at:f.lineEnd(at)])) == 0
}

// write adds arguments. Those that fit the paragraph's alignment join it, so
// that no other line has to change; the others make a paragraph of their own.
// A paragraph of which every line changes anyway is aligned anew.
func (p paragraph) write(m *merge, attrs []*hclsyntax.Attribute, indent string) {
	if p.width > 0 && m.changes(p.lines) {
		p = p.widened(m, attrs)
	}
	var join, own []*hclsyntax.Attribute
	for _, a := range attrs {
		if len(a.Name) <= p.width && singleLine(m.code, a) {
			join = append(join, a)
		} else {
			own = append(own, a)
		}
	}
	if len(join) > 0 {
		m.draft.insert(m.file, p.at, m.lines(join, p.width, indent))
	}
	if len(own) == 0 {
		return
	}
	var text strings.Builder
	for i, group := range groups(m.code, own) {
		if i > 0 || !p.top {
			text.WriteByte('\n')
		}
		text.WriteString(m.lines(group, longest(group), indent))
	}
	if !p.last {
		text.WriteByte('\n')
	}
	m.draft.insert(m.file, p.end, text.String())
}

// changes reports whether the draft changes the values of all the arguments.
func (m *merge) changes(attrs []*hclsyntax.Attribute) bool {
	return !slices.ContainsFunc(attrs, func(a *hclsyntax.Attribute) bool {
		r := a.Expr.Range()
		return !slices.ContainsFunc(m.draft.edits[m.file], func(e edit.Edit) bool {
			return e.Start >= r.Start.Byte && e.End <= r.End.Byte
		})
	})
}

// widened aligns the lines of a paragraph so that the arguments fit.
func (p paragraph) widened(m *merge, attrs []*hclsyntax.Attribute) paragraph {
	for _, a := range attrs {
		if singleLine(m.code, a) {
			p.width = max(p.width, len(a.Name))
		}
	}
	for _, a := range p.lines {
		m.draft.replace(m.file, a.NameRange.End.Byte, a.EqualsRange.Start.Byte, pad("", p.width-len(a.Name))+" ")
	}
	return p
}

// lines writes arguments with the equals signs aligned to the width.
func (m *merge) lines(attrs []*hclsyntax.Attribute, width int, indent string) string {
	var text strings.Builder
	for _, a := range attrs {
		text.WriteString(indent + pad(a.Name, width) + " = " + m.file.laid(m.code.value(a, indent), indent) + "\n")
	}
	return text.String()
}

// block is the source of a block of the code for a line at the indentation.
func (m *merge) block(b *hclsyntax.Block, indent string) string {
	return m.file.laid(m.code.block(b, indent), indent)
}

// groups puts arguments of one line together and lets each of several lines
// stand alone.
func groups(code *snippet, attrs []*hclsyntax.Attribute) [][]*hclsyntax.Attribute {
	var gs [][]*hclsyntax.Attribute
	open := false
	for _, a := range attrs {
		single := singleLine(code, a)
		if single && open {
			gs[len(gs)-1] = append(gs[len(gs)-1], a)
		} else {
			gs = append(gs, []*hclsyntax.Attribute{a})
		}
		open = single
	}
	return gs
}

func singleLine(code *snippet, a *hclsyntax.Attribute) bool {
	return !strings.Contains(code.text(a.Expr.Range()), "\n")
}

func longest(attrs []*hclsyntax.Attribute) int {
	n := 0
	for _, a := range attrs {
		n = max(n, len(a.Name))
	}
	return n
}

func pad(s string, width int) string { return s + strings.Repeat(" ", max(width-len(s), 0)) }

package fix

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/edit"
)

// A source is one file.
type source struct {
	world  *world
	path   string
	before []byte // on disk; nil for a new file
	base   []byte // as it was when the graphs were made
	lines  []int  // where the lines of the base begin, once somebody asked
	content
}

// content is what a source would be. It is replaced, never changed in place, but
// for what is found out about it.
type content struct {
	src   []byte
	moves []edit.Edit // from base to src, in their order
	style style

	parsed bool
	items  []item          // the blocks, in their order
	loose  *hclsyntax.Body // instead of items where arguments stand outside of blocks
}

// style says whether terraform fmt would leave a file as it is.
type style uint8

const (
	unknown style = iota
	tidy
	untidy
)

// An item is a block at the top of a file, with the whole lines it stands in. A
// change to one part of a file leaves the others parsed: only where they stand
// is another place then.
type item struct {
	start, end int // from the start of its first line to the end of its last, without the line break
	*outline
}

// An outline is a block as it was parsed.
type outline struct {
	block *hclsyntax.Block
	start int // of its item then
	uses  map[reference]int
}

// A reference is a variable, local or policy document that an expression names:
// "var", "local" or the type, and its name.
type reference struct{ kind, name string }

// settle makes what is now the base.
func (f *source) settle() {
	if len(f.moves) > 0 {
		f.base, f.lines, f.moves = f.src, nil, nil
	}
}

func (f *source) json() bool { return strings.HasSuffix(f.path, ".json") }

// parse reads the syntax of a file in native syntax as it would be.
func (f *source) parse() error {
	if f.parsed {
		return nil
	}
	if f.json() {
		return fmt.Errorf("%s is in JSON syntax", f.path)
	}
	items, loose, err := outlines(f.path, f.src, 0, len(f.src))
	if err != nil {
		return err
	}
	f.parsed, f.items, f.loose = true, items, loose
	return nil
}

// outlines parses whole lines of a file.
func outlines(path string, src []byte, start, end int) (items []item, loose *hclsyntax.Body, err error) {
	pos := hcl.Pos{Line: 1 + bytes.Count(src[:start], []byte("\n")), Column: 1, Byte: start}
	parsed, diags := hclsyntax.ParseConfig(src[start:end], path, pos)
	if diags.HasErrors() {
		return nil, nil, fmt.Errorf("parse %s: %w", path, diags)
	}
	body := parsed.Body.(*hclsyntax.Body)
	if len(body.Attributes) > 0 {
		return nil, body, nil
	}
	for _, b := range body.Blocks {
		first := bytes.LastIndexByte(src[:b.TypeRange.Start.Byte], '\n') + 1
		last := b.CloseBraceRange.End.Byte
		if i := bytes.IndexByte(src[last:], '\n'); i >= 0 {
			last += i
		} else {
			last = len(src)
		}
		items = append(items, item{first, last, &outline{block: b, start: first}})
	}
	return items, nil, nil
}

// fresh is the block of an item with the places where it stands now.
func (f *source) fresh(i int) (*hclsyntax.Block, error) {
	it := &f.items[i]
	if it.start == it.outline.start {
		return it.block, nil
	}
	again, _, err := outlines(f.path, f.src, it.start, it.end)
	if err != nil || len(again) != 1 {
		return nil, fmt.Errorf("parse %s again: %w", f.path, err)
	}
	again[0].uses = it.uses
	it.outline = again[0].outline
	return it.block, nil
}

// blocks are the blocks at the top of the file that are wanted. Wanted is asked
// about blocks of which all but the places is right.
func (f *source) blocks(wanted func(*hclsyntax.Block) bool) ([]*hclsyntax.Block, error) {
	if err := f.parse(); err != nil {
		return nil, err
	}
	var found []*hclsyntax.Block
	if f.loose != nil {
		for _, b := range f.loose.Blocks {
			if wanted(b) {
				found = append(found, b)
			}
		}
		return found, nil
	}
	for i := range f.items {
		if !wanted(f.items[i].block) {
			continue
		}
		b, err := f.fresh(i)
		if err != nil {
			return nil, err
		}
		found = append(found, b)
	}
	return found, nil
}

// argument finds an argument that stands outside of blocks, as in files of
// values.
func (f *source) argument(name string) (*hclsyntax.Attribute, error) {
	if err := f.parse(); err != nil || f.loose == nil {
		return nil, err
	}
	return f.loose.Attributes[name], nil
}

// blockAt finds the block that began in a line of the base: the outermost one
// that wanted accepts. It is nil if there is none.
func (f *source) blockAt(line int, wanted func(*hclsyntax.Block) bool) (*hclsyntax.Block, error) {
	start := f.offset(line)
	end := f.lineEnd(start)
	around, err := f.blocks(func(b *hclsyntax.Block) bool { return f.loose != nil })
	if err != nil {
		return nil, err
	}
	for i, it := range f.items {
		if it.start > end || it.end < start {
			continue
		}
		b, err := f.fresh(i)
		if err != nil {
			return nil, err
		}
		around = append(around, b)
	}
	return blockWithin(around, start, end, wanted), nil
}

func blockWithin(blocks []*hclsyntax.Block, start, end int, wanted func(*hclsyntax.Block) bool) *hclsyntax.Block {
	for _, b := range blocks {
		if at := b.TypeRange.Start.Byte; at >= start && at < end && wanted(b) {
			return b
		}
		if b.TypeRange.Start.Byte < end && b.CloseBraceRange.End.Byte >= start {
			if inner := blockWithin(b.Body.Blocks, start, end, wanted); inner != nil {
				return inner
			}
		}
	}
	return nil
}

// offset is where the first byte of a line of the base stands now.
func (f *source) offset(line int) int {
	if f.lines == nil {
		f.lines = []int{0}
		for i, c := range f.base {
			if c == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	}
	if line > len(f.lines) {
		return len(f.src)
	}
	at := f.lines[max(line-1, 0)]
	for _, m := range f.moves {
		at = m.Moved(at)
	}
	return at
}

// used counts how often the file refers to something.
func (f *source) used(r reference) (int, error) {
	if err := f.parse(); err != nil {
		return 0, err
	}
	if f.loose != nil {
		return references(f.loose)[r], nil
	}
	n := 0
	for _, it := range f.items {
		if it.uses == nil {
			it.uses = references(it.block.Body)
		}
		n += it.uses[r]
	}
	return n, nil
}

// references counts what the expressions of a body refer to.
func references(body *hclsyntax.Body) map[reference]int {
	found := map[reference]int{}
	hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		x, ok := node.(*hclsyntax.ScopeTraversalExpr)
		if !ok || len(x.Traversal) < 2 {
			return nil
		}
		kind, steps := x.Traversal.RootName(), x.Traversal[1:]
		if kind == "data" && len(steps) > 1 {
			kind, steps = stepName(steps[0]), steps[1:]
		}
		found[reference{kind, stepName(steps[0])}]++
		return nil
	})
	return found
}

// apply changes the file. The edits are against what it is now; where the file
// was as terraform fmt leaves it, it is so again. The error is for edits that
// contradict each other, and such after which the file would not parse.
func (f *source) apply(edits ...edit.Edit) error {
	f.style = f.formatted()
	_ = f.parse() // what is in JSON syntax or broken is one region
	if f.world != nil {
		f.world.log = append(f.world.log, change{f, f.content})
	}
	edits = slices.Clone(edits)
	if bytes.Contains(f.src[:bytes.IndexByte(f.src, '\n')+1], []byte("\r\n")) { // as the lines of the file end
		for i, e := range edits {
			edits[i].New = strings.ReplaceAll(strings.ReplaceAll(e.New, "\r\n", "\n"), "\n", "\r\n")
		}
	}
	slices.SortStableFunc(edits, func(a, b edit.Edit) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	next := content{moves: slices.Clone(f.moves), style: f.style, parsed: !f.json()}
	at, done := 0, 0 // bytes and items of the file before
	for _, r := range f.regions(slices.Compact(edits)) {
		next.src = append(next.src, f.src[at:r.start]...)
		next.keep(f.items[done:r.first], len(next.src)-r.start)
		text, err := next.rewrite(f.path, f.src[r.start:r.end], r.edits, r.start)
		if err != nil {
			return err
		}
		start := len(next.src)
		next.src = append(next.src, text...)
		if next.parsed {
			items, loose, err := outlines(f.path, next.src, start, len(next.src))
			if err != nil {
				return err
			}
			if loose != nil && len(r.edits) > 0 && r.end-r.start < len(f.src) {
				return fmt.Errorf("%s: arguments would stand outside of blocks", f.path)
			}
			next.items, next.loose = append(next.items, items...), loose
		}
		at, done = r.end, r.last
	}
	next.keep(f.items[done:], len(next.src)-at)
	next.src = append(next.src, f.src[at:]...)
	f.content = next
	return nil
}

// keep takes over items that stand further down by some bytes.
func (c *content) keep(items []item, by int) {
	for _, it := range items {
		c.items = append(c.items, item{it.start + by, it.end + by, it.outline})
	}
}

// rewrite makes edits in the text that was at an offset of the file, and comes
// after what there is of the new one.
func (c *content) rewrite(path string, text []byte, edits []edit.Edit, offset int) ([]byte, error) {
	make := func(edits []edit.Edit, offset int) error {
		here := slices.Clone(edits)
		for i := range here {
			here[i] = edit.Edit{File: path, Start: here[i].Start - offset, End: here[i].End - offset, New: here[i].New}
		}
		out, err := edit.Apply(text, here)
		if err != nil {
			return err
		}
		// From the last to the first, so that each counts in the bytes before it.
		for _, e := range slices.Backward(here) {
			c.moves = append(c.moves, edit.Edit{Start: e.Start + len(c.src), End: e.End + len(c.src), New: e.New})
		}
		text = out
		return nil
	}
	if err := make(edits, offset); err != nil {
		return nil, err
	}
	if c.style == tidy {
		if err := make(formatting(text), 0); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// A region is a part of a file, in whole lines, that can be parsed and formatted
// by itself, and what changes in it.
type region struct {
	start, end  int
	first, last int // its items
	edits       []edit.Edit
}

// regions are those around edits, which are in their order.
func (f *source) regions(edits []edit.Edit) []region {
	if !f.parsed || f.loose != nil {
		return []region{{0, len(f.src), 0, len(f.items), edits}}
	}
	var regions []region
	for _, e := range edits {
		if e.Start < 0 || e.End < e.Start || e.End > len(f.src) {
			return []region{{0, len(f.src), 0, len(f.items), edits}} // which is an error
		}
		r := f.region(e)
		if n := len(regions); n > 0 && r.start < regions[n-1].end {
			before := &regions[n-1]
			before.end, before.last = max(before.end, r.end), max(before.last, r.last)
			before.edits = append(before.edits, e)
			continue
		}
		regions = append(regions, r)
	}
	return regions
}

// region is the one around an edit: up to where a blank line and a block come
// before it and after it, since terraform fmt aligns what stands without one.
func (f *source) region(e edit.Edit) region {
	first, _ := slices.BinarySearchFunc(f.items, e.Start, func(it item, at int) int { return it.end - at })
	last := first
	for last < len(f.items) && f.items[last].start <= e.End {
		last++
	}
	for first > 0 && first < len(f.items) && !f.apart(first) {
		first--
	}
	for last > 0 && last < len(f.items) && !f.apart(last) {
		last++
	}
	r := region{end: len(f.src), first: first, last: last, edits: []edit.Edit{e}}
	if first > 0 {
		r.start = min(f.items[first-1].end+1, len(f.src))
	}
	if last < len(f.items) {
		r.end = f.items[last].start
	}
	return r
}

// apart reports whether a blank line is between an item and the one before it.
func (f *source) apart(i int) bool {
	between := f.src[f.items[i-1].end:f.items[i].start]
	for line := range bytes.Lines(bytes.TrimPrefix(between, []byte("\n"))) {
		if len(bytes.TrimSpace(line)) == 0 {
			return true
		}
	}
	return false
}

// formatted tells the style of the file.
func (f *source) formatted() style {
	switch {
	case f.style != unknown:
		return f.style
	case !f.json() && bytes.Equal(f.src, hclwrite.Format(f.src)):
		return tidy
	}
	return untidy
}

// formatting are the edits for the white space that terraform fmt wants.
func formatting(text []byte) []edit.Edit {
	want := bytes.SplitAfter(hclwrite.Format(text), []byte("\n"))
	var edits []edit.Edit
	at, i := 0, 0
	for line := range bytes.Lines(text) {
		if i >= len(want) {
			break
		}
		if !bytes.Equal(line, want[i]) {
			edits = append(edits, edit.Edit{Start: at, End: at + len(line), New: string(want[i])})
		}
		at += len(line)
		i++
	}
	return edits
}

func (f *source) lineStart(offset int) int { return bytes.LastIndexByte(f.src[:offset], '\n') + 1 }

func (f *source) lineEnd(offset int) int {
	if i := bytes.IndexByte(f.src[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(f.src)
}

// text is what stands in a range of the file as it would be.
func (f *source) text(r hcl.Range) string { return string(f.src[r.Start.Byte:r.End.Byte]) }

package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/terraform/schema"
)

// A writer writes the changes of one repair into a world.
type writer struct {
	world  *world
	site   *site // of the target's module
	target *graph.Resource
	pieces *pieces
	given  map[string]bool
	gentle bool              // see definer
	part   bool              // see definer
	done   map[string]bool   // changes that were made for another instance of the block
	added  map[string]string // names of blocks that were added beside the target's block, by the names in code
	notes  []string          // what a reviewer should know of how it was written
}

// write makes the changes in their order: each sees what the last one made.
func (w *writer) write(r rule.Repair) error {
	for _, c := range r.Changes {
		if key := w.once(c); key != "" {
			if w.done[key] {
				continue
			}
			w.done[key] = true
		}
		var err error
		if on := subject(c); on != nil && inJSON(on) || on == nil && inJSON(w.target) {
			if err := w.writeJSON(c); err != nil {
				return err
			}
			continue
		}
		switch c := c.(type) {
		default:
			err = fmt.Errorf("a change of type %T", c)
		case rule.Set:
			err = w.set(c)
		case rule.Append:
			err = w.append(c)
		case rule.Unset:
			err = w.unset(c)
		case rule.Tag:
			err = w.tag(c)
		case rule.Need:
			err = w.need(c)
		case rule.Allow:
			err = w.allow(c)
		case rule.Retype:
			err = w.retype(c)
		case rule.Encoded:
			err = w.encoded(c)
		case rule.Narrow:
			err = w.narrow(c)
		case rule.Redirect:
			err = w.redirect(c)
		case rule.Exchange:
			err = w.exchange(c)
		case rule.Add:
			err = w.beside(c)
		case rule.Statement:
			err = w.statement(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// once is a key for a change that is made once for all instances of the block
// that it is about; "" for one that may differ, as values that callers pass do.
func (w *writer) once(c rule.Change) string {
	switch c := c.(type) {
	case rule.Append:
		if c.On != nil {
			return fmt.Sprint("append ", c.On.Location(), c.At, c.Code)
		}
	case rule.Set:
		if strings.Contains(c.Code, "argument.") { // a second time it would take what it has set
			return fmt.Sprint("set ", w.on(c.On).Location(), c.At, c.Code)
		}
	case rule.Retype:
		return fmt.Sprint("retype ", c.On.Location())
	case rule.Add:
		if c.Beside != nil {
			return fmt.Sprint("add ", c.Beside.Location(), c.Code)
		}
		if c.Another {
			return fmt.Sprint("add another ", w.target.Location(), c.Code)
		}
		if code, err := parseSnippet(c.Code); err == nil && !code.mentions("self") { // else what is there already is found
			return fmt.Sprint("add once ", w.target.Location(), c.Code)
		}
	}
	return ""
}

// blockOf finds the block that a change is about.
func (w *writer) blockOf(on *graph.Resource, at graph.Location) (*site, *source, *hclsyntax.Block, error) {
	on = w.on(on)
	s := w.site
	if on.Module != w.target.Module {
		var err error
		if s, err = siteOf(w.site.root, on.Module); err != nil {
			return nil, nil, nil, err
		}
	}
	if at != (graph.Location{}) && at != on.Location() {
		f, b, err := w.world.block(at, func(b *hclsyntax.Block) bool { return b.Type != "resource" && b.Type != "data" })
		if err != nil {
			return nil, nil, nil, err
		}
		if b.Type == "dynamic" {
			if inner := contents(b); len(inner) == 1 {
				b = inner[0]
			}
		}
		return s, f, b, nil
	}
	f, b, err := w.world.resourceBlock(on)
	return s, f, b, err
}

func (w *writer) on(r *graph.Resource) *graph.Resource {
	if r == nil {
		return w.target
	}
	return r
}

// resolved finds the block that a change is about, and its code in the terms of
// the place.
func (w *writer) resolved(on *graph.Resource, at graph.Location, text string) (*site, *source, *hclsyntax.Block, *snippet, error) {
	s, _, _, err := w.blockOf(on, at)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	within, err := w.metaOf(w.on(on))
	if err != nil {
		return nil, nil, nil, nil, err
	}
	code, err := w.resolve(text, s, within)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	// A shared piece may have changed the file.
	s, f, block, err := w.blockOf(on, at)
	return s, f, block, code, err
}

// set merges code into a block.
func (w *writer) set(c rule.Set) error {
	s, f, block, code, err := w.resolved(c.On, c.At, c.Code)
	if err != nil {
		return err
	}
	if code, err = code.resolve(func(t hcl.Traversal) (string, int, error) { return f.written(block, t) }); err != nil {
		return err
	}
	if of, ob, err := s.overriding(w.world, block, code.body); err != nil {
		return err
	} else if ob != nil {
		f, block = of, ob
	}
	if c.At == (graph.Location{}) {
		if err := supported(w.on(c.On).Type, code.body); err != nil {
			return err
		}
		if err := anew(f, block, code.body); err != nil {
			return err
		}
		if err := countable(f, block, code.body); err != nil {
			return err
		}
	}
	d := newDraft()
	define := &definer{world: w.world, draft: d, given: w.given, gentle: w.gentle, part: w.part}
	m := &merge{file: f, code: code, draft: d, change: func(have *hclsyntax.Attribute, want string) error {
		return define.set(s, f, have, want)
	}}
	if err := m.into(f.container(block), code.body); err != nil {
		return err
	}
	w.notes = append(w.notes, define.notes...)
	if err := d.commit(); err != nil || c.At != (graph.Location{}) {
		return err
	}
	var types []string
	for _, b := range code.body.Blocks {
		types = append(types, b.Type)
	}
	return w.appear(w.on(c.On), types)
}

// supported is an error for arguments and blocks that the provider does not
// know.
func supported(typ string, body *hclsyntax.Body) error {
	block := schema.Resource(typ)
	if block == nil {
		return nil
	}
	for name := range body.Attributes {
		if block.Attr(name) == nil && block.Nested(name) == nil && name != "count" {
			return fmt.Errorf("%s has no argument %s", typ, name)
		}
	}
	for _, b := range body.Blocks {
		if block.Nested(b.Type) == nil && block.Attr(b.Type) == nil && b.Type != "lifecycle" {
			return fmt.Errorf("%s has no block %s", typ, b.Type)
		}
	}
	return nil
}

// append adds nested blocks to a block, but those that it has already: several
// findings may ask for the same.
func (w *writer) append(c rule.Append) error {
	_, f, block, code, err := w.resolved(c.On, c.At, c.Code)
	if err != nil {
		return err
	}
	in := f.container(block)
	missing := slices.DeleteFunc(slices.Clone(code.body.Blocks), func(b *hclsyntax.Block) bool {
		return slices.ContainsFunc(in.body.Blocks, func(have *hclsyntax.Block) bool {
			return sameTokens(f.text(have.Range()), code.block(b, in.indent))
		})
	})
	d := newDraft()
	(&merge{file: f, code: code, draft: d}).insert(in, nil, missing)
	return d.commit()
}

// overriding finds the block of an override file that says something else on
// what the code sets.
func (s *site) overriding(w *world, block *hclsyntax.Block, code *hclsyntax.Body) (*source, *hclsyntax.Block, error) {
	for _, file := range s.module.Files {
		if !file.Override || file.JSON || len(block.Labels) != 2 {
			continue
		}
		f, err := w.open(file.Path)
		if err != nil {
			return nil, nil, err
		}
		b, err := f.declared(block.Type, block.Labels...)
		if err != nil {
			return nil, nil, err
		}
		if b == nil {
			continue
		}
		for name := range code.Attributes {
			if b.Body.Attributes[name] != nil {
				return f, b, nil
			}
		}
		for _, inner := range code.Blocks {
			if slices.ContainsFunc(b.Body.Blocks, func(have *hclsyntax.Block) bool { return have.Type == inner.Type }) {
				return f, b, nil
			}
		}
	}
	return nil, nil, nil
}

// unset removes arguments and nested blocks.
func (w *writer) unset(c rule.Unset) error {
	_, f, block, err := w.blockOf(c.On, c.At)
	if err != nil {
		return err
	}
	d := newDraft()
	for name, a := range block.Body.Attributes {
		if slices.Contains(c.Names, name) {
			f.cut(d, a.SrcRange)
		}
	}
	for _, b := range block.Body.Blocks {
		if slices.Contains(c.Names, b.Type) || b.Type == "dynamic" && slices.Contains(c.Names, b.Labels[0]) {
			f.cut(d, hcl.RangeBetween(b.TypeRange, b.CloseBraceRange))
		}
	}
	return d.commit()
}

// cut removes whole lines, and a blank line before them if one follows too.
func (f *source) cut(d *draft, r hcl.Range) {
	start, end := f.lineStart(r.Start.Byte), f.lineEnd(r.End.Byte)
	if strings.TrimSpace(string(f.src[start:r.Start.Byte])) != "" || strings.TrimSpace(string(f.src[r.End.Byte:end])) != "" {
		d.replace(f, r.Start.Byte, r.End.Byte, "") // it shares its lines
		return
	}
	before := f.lineStart(max(start-1, 0))
	after := strings.TrimSpace(string(f.src[end:f.lineEnd(end)]))
	if first := strings.HasSuffix(strings.TrimSpace(string(f.src[before:start])), "{"); first && after == "" && end < len(f.src) {
		end = f.lineEnd(end)
	}
	if start > 0 && strings.TrimSpace(string(f.src[before:start])) == "" && (after == "" || after == "}") {
		start = before
	}
	d.replace(f, start, end, "")
}

// A meta tells how often a block is there: by count, by for_each or once.
type meta struct {
	kind string // "count", "for_each" or ""
	code string // the expression
}

// metaOf reads the count or for_each of a resource's block as it would be.
func (w *writer) metaOf(r *graph.Resource) (meta, error) {
	if inJSON(r) {
		f, n, err := w.jsonBlock(r, graph.Location{})
		if err != nil {
			return meta{}, err
		}
		return f.jsonMeta(n), nil
	}
	f, block, err := w.world.resourceBlock(r)
	if err != nil {
		return meta{}, err
	}
	return f.meta(repetition(block)), nil
}

func (f *source) meta(a *hclsyntax.Attribute) meta {
	if a == nil {
		return meta{}
	}
	return meta{a.Name, f.text(a.Expr.Range())}
}

// self is the target as an expression in a block that is there as often as
// within says.
func (w *writer) self(s *site, within meta) (string, error) {
	base := w.target.Type + "." + w.target.Name
	if w.target.Data {
		base = "data." + base
	}
	if s.module != w.site.module {
		return "", fmt.Errorf("%s cannot be referred to from another module", w.target.Address)
	}
	own, err := w.metaOf(w.target)
	if err != nil {
		return "", err
	}
	switch {
	case own.kind == "":
		return base, nil
	case own.kind == "for_each" && within.code == base:
		return "each.value", nil
	case own.kind == within.kind && own.kind == "count":
		return base + "[count.index]", nil
	case own.kind == within.kind:
		return base + "[each.key]", nil
	case own.kind == "count" && !strings.HasSuffix(w.target.Address, "[0]"):
		return "", fmt.Errorf("%s is one of several, and what it needs is there once", w.target.Address)
	case own.kind == "count":
		return base + "[0]", nil
	}
	return "", fmt.Errorf("%s is one of several, and what it needs is there once", w.target.Address)
}

// resolve puts expressions for self and shared into code for a block of the
// site.
func (w *writer) resolve(code string, s *site, within meta) (*snippet, error) {
	parsed, err := parseSnippet(code)
	if err != nil {
		return nil, err
	}
	return parsed.resolve(func(t hcl.Traversal) (string, int, error) {
		of := within
		if len(t) > 1 && w.done[w.shared(t.RootName()+"."+stepName(t[1]))] {
			of = meta{}
		}
		if text, used, err := renamed(t, w.added, of); used > 0 || err != nil {
			return text, used, err
		}
		switch t.RootName() {
		case "self":
			text, err := w.self(s, within)
			return text, 1, err
		case "shared":
			if name := w.elsewhere(); name != "" && len(t) > 1 && stepName(t[1]) != account {
				return "", 0, fmt.Errorf("it is made by provider %s, which may be another Region or account than that of shared keys, buckets and topics", name)
			}
			return w.pieces.reference(w.world, s, t)
		}
		return "", 0, nil
	})
}

// elsewhere is the provider configuration that the target names, "" for the
// default one.
func (w *writer) elsewhere() string {
	if inJSON(w.target) {
		if f, n, err := w.jsonBlock(nil, graph.Location{}); err == nil && n.member("provider") != nil {
			return string(f.src[n.member("provider").start:n.member("provider").end])
		}
		return ""
	}
	f, b, err := w.world.resourceBlock(w.target)
	if err != nil || b.Body.Attributes["provider"] == nil {
		return ""
	}
	return f.text(b.Body.Attributes["provider"].Expr.Range())
}

func stepName(step hcl.Traverser) string {
	if a, ok := step.(hcl.TraverseAttr); ok {
		return a.Name
	}
	return ""
}

// need makes a shared piece in the root.
func (w *writer) need(c rule.Need) error {
	piece, ok := catalogue[c.Piece]
	if !ok {
		return fmt.Errorf("there is no shared piece %q", c.Piece)
	}
	_, err := w.pieces.address(w.world, c.Piece, piece, "id")
	return err
}

// written is the text for argument.NAME: what is written for that argument.
func (f *source) written(b *hclsyntax.Block, t hcl.Traversal) (string, int, error) {
	if t.RootName() != "argument" || len(t) < 2 {
		return "", 0, nil
	}
	a := b.Body.Attributes[stepName(t[1])]
	if a == nil {
		return "", 0, fmt.Errorf("%s: it has no argument %s", place(b.TypeRange), stepName(t[1]))
	}
	return f.text(a.Expr.Range()), 2, nil
}

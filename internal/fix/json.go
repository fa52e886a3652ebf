package fix

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// A jsonFile is a file in JSON syntax as it would be, with its places.
type jsonFile struct {
	*source
	tree *jsonNode
}

func (w *world) jsonOf(path string) (*jsonFile, error) {
	f, err := w.open(path)
	if err != nil {
		return nil, err
	}
	tree, err := parseTree(f.src)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", path, err)
	}
	return &jsonFile{f, tree}, nil
}

// inJSON reports whether a resource is declared in JSON syntax.
func inJSON(r *graph.Resource) bool { return strings.HasSuffix(r.Location().File, ".json") }

// jsonBlock finds the object that a change is about.
func (w *writer) jsonBlock(on *graph.Resource, at graph.Location) (*jsonFile, *jsonNode, error) {
	on = w.on(on)
	f, err := w.world.jsonOf(on.Location().File)
	if err != nil {
		return nil, nil, err
	}
	if at != (graph.Location{}) && at != on.Location() {
		start := f.offset(at.Line)
		if n := f.tree.at(start, f.lineEnd(start)); n != nil {
			return f, n, nil
		}
		return nil, nil, fmt.Errorf("%s: the block is no longer there", at)
	}
	mode := "resource"
	if on.Data {
		mode = "data"
	}
	n := f.tree.block(mode, on.Type, on.Name)
	if n == nil {
		return nil, nil, fmt.Errorf("%s: the block is no longer there", on.Location())
	}
	return f, n, nil
}

// writeJSON makes a change to a resource in JSON syntax.
func (w *writer) writeJSON(c rule.Change) error {
	switch c := c.(type) {
	case rule.Set:
		return w.jsonSet(c.On, c.At, c.Code)
	case rule.Unset:
		return w.jsonUnset(c)
	case rule.Add:
		return w.jsonAdd(c)
	case rule.Append:
		return w.jsonAppend(c)
	case rule.Tag:
		return w.jsonTag(c)
	case rule.Statement:
		return w.jsonStatement(c)
	case rule.Retype:
		return w.jsonRetype(c)
	case rule.Encoded:
		return w.jsonEncoded(c)
	case rule.Narrow:
		return w.jsonNarrow(c)
	case rule.Redirect:
		return w.jsonRedirect(c)
	case rule.Exchange:
		return w.jsonExchange(c)
	case rule.Need:
		return w.need(c)
	case rule.Allow:
		return w.allow(c)
	}
	return fmt.Errorf("%s: no repair is written in JSON syntax", w.target.Location())
}

// jsonMeta reads the count or for_each of an object.
func (f *jsonFile) jsonMeta(n *jsonNode) meta {
	for _, kind := range []string{"count", "for_each"} {
		if v := n.member(kind); v != nil {
			code := string(f.src[v.start:v.end])
			if v.kind == '"' {
				code = strings.TrimSuffix(strings.TrimPrefix(v.text, "${"), "}")
			}
			return meta{kind, code}
		}
	}
	return meta{}
}

func (w *writer) jsonSet(on *graph.Resource, at graph.Location, text string) error {
	s, err := siteOf(w.site.root, w.on(on).Module)
	if err != nil {
		return err
	}
	f, n, err := w.jsonBlock(on, graph.Location{})
	if err != nil {
		return err
	}
	code, err := w.resolve(text, s, f.jsonMeta(n))
	if err != nil {
		return err
	}
	if f, n, err = w.jsonBlock(on, at); err != nil {
		return err
	}
	if code, err = code.resolve(func(t hcl.Traversal) (string, int, error) { return f.jsonWritten(n, t) }); err != nil {
		return err
	}
	if at == (graph.Location{}) {
		if err := supported(w.on(on).Type, code.body); err != nil {
			return err
		}
	}
	if err := f.anew(n, code.body); err != nil {
		return err
	}
	d := newDraft()
	define := &definer{world: w.world, draft: d, given: w.given, gentle: w.gentle, part: w.part}
	m := &jsonMerge{file: f, code: code, draft: d, change: func(have *jsonNode, name string, want hclsyntax.Expression) error {
		return define.setJSON(s, f, have, name, code.text(want.Range()))
	}}
	if err := m.into(n, code.body); err != nil {
		return err
	}
	w.notes = append(w.notes, define.notes...)
	return d.commit()
}

// jsonWritten is the text for argument.NAME: what is written for that argument.
func (f *jsonFile) jsonWritten(n *jsonNode, t hcl.Traversal) (string, int, error) {
	if t.RootName() != "argument" || len(t) < 2 {
		return "", 0, nil
	}
	v := n.member(stepName(t[1]))
	if v == nil {
		return "", 0, fmt.Errorf("%s: it has no argument %s", f.path, stepName(t[1]))
	}
	return f.native(v), 2, nil
}

// native is a value as an expression: most of JSON reads the same there.
func (f *jsonFile) native(v *jsonNode) string {
	if x := v.expression(); x != nil {
		return v.text[x.Range().Start.Byte:x.Range().End.Byte]
	}
	return string(f.src[v.start:v.end])
}

// jsonAppend adds nested blocks to an object.
func (w *writer) jsonAppend(c rule.Append) error {
	f, n, err := w.jsonBlock(c.On, graph.Location{})
	if err != nil {
		return err
	}
	s, err := siteOf(w.site.root, w.on(c.On).Module)
	if err != nil {
		return err
	}
	code, err := w.resolve(c.Code, s, f.jsonMeta(n))
	if err != nil {
		return err
	}
	if f, n, err = w.jsonBlock(c.On, c.At); err != nil {
		return err
	}
	d := newDraft()
	if err := f.appendJSON(d, n, code); err != nil {
		return err
	}
	return d.commit()
}

// jsonTag gives the target a tag: in the object that tags is, or merged with
// what else it comes from.
func (w *writer) jsonTag(c rule.Tag) error {
	f, n, err := w.jsonBlock(nil, graph.Location{})
	if err != nil {
		return err
	}
	in := cmp.Or(c.In, "tags")
	d := newDraft()
	member := fmt.Sprintf("%q: %s", c.Key, quoted(c.Value))
	key := c.Key
	if !hclsyntax.ValidIdentifier(key) {
		key = strconv.Quote(key)
	}
	switch v := n.member(in); {
	case v == nil:
		inner := f.memberIndent(n)
		f.addMembers(d, n, []string{fmt.Sprintf("%q: {\n%s  %s\n%s}", in, inner, member, inner)})
	case v.kind == '{' && v.member(c.Key) != nil:
		d.replace(f.source, v.member(c.Key).start, v.member(c.Key).end, quoted(c.Value))
	case v.kind == '{':
		f.addMembers(d, v, []string{member})
	case v.expression() != nil:
		d.replace(f.source, v.start, v.end, interpolated(fmt.Sprintf("merge(%s, { %s = %q })", f.native(v), key, c.Value)))
	default:
		return fmt.Errorf("%s: %s is no object and no expression: no tag can be added", w.target.Location(), in)
	}
	return d.commit()
}

// jsonUnset removes members.
func (w *writer) jsonUnset(c rule.Unset) error {
	f, n, err := w.jsonBlock(c.On, c.At)
	if err != nil {
		return err
	}
	gone := func(name string) bool { return slices.Contains(c.Names, name) }
	d := newDraft()
	kept := -1 // the last member before that stays
	for i, m := range n.members {
		switch {
		case !gone(m.name):
			kept = i
		case i+1 < len(n.members) && slices.ContainsFunc(n.members[i:], func(m jsonMember) bool { return !gone(m.name) }):
			d.replace(f.source, m.start, n.members[i+1].start, "")
		case kept >= 0: // nothing stays behind it
			d.replace(f.source, n.members[kept].value.end, n.members[len(n.members)-1].value.end, "")
			return d.commit()
		default:
			d.replace(f.source, m.start, n.members[len(n.members)-1].value.end, "")
			return d.commit()
		}
	}
	return d.commit()
}

// jsonAdd declares resources in the file of the target.
func (w *writer) jsonAdd(c rule.Add) error {
	if c.Beside != nil {
		s, err := siteOf(w.site.root, c.Beside.Module)
		if err != nil {
			return err
		}
		other := &writer{world: w.world, site: s, target: c.Beside, pieces: w.pieces, given: w.given, gentle: w.gentle, part: w.part, done: map[string]bool{}, added: map[string]string{}}
		return other.jsonAdd(rule.Add{Code: c.Code})
	}
	again := fmt.Sprint("add ", w.target.Location(), c.Code)
	if w.done[again] {
		return nil // for another instance of the block
	}
	w.done[again] = true
	code, err := w.site.reuse(w.world, c.Code)
	if err != nil {
		return err
	}
	if err := w.alone(code); err != nil {
		return err
	}
	f, n, err := w.jsonBlock(nil, graph.Location{})
	if err != nil {
		return err
	}
	within := f.jsonMeta(n)
	if within.kind == "for_each" && code.mentions("self") {
		within.code = w.target.Type + "." + w.target.Name
	}
	names, err := w.names(code)
	if err != nil {
		return err
	}
	for _, b := range code.body.Blocks {
		for f.tree.block(b.Type, b.Labels[0], names[key(b)]) != nil {
			return fmt.Errorf("%s: there is an %s named %s already", f.path, b.Labels[0], names[key(b)])
		}
	}
	maps.Copy(w.added, names)
	if code, err = w.resolve(string(code.src), w.site, within); err != nil {
		return err
	}
	if code, err = code.resolve(func(t hcl.Traversal) (string, int, error) { return f.jsonWritten(n, t) }); err != nil {
		return err
	}
	for _, b := range code.body.Blocks {
		if err := w.jsonDeclare(code, b, names, within); err != nil {
			return err
		}
	}
	return nil
}

// jsonDeclare adds one block to the file of the target.
func (w *writer) jsonDeclare(code *snippet, b *hclsyntax.Block, names map[string]string, within meta) error {
	f, err := w.world.jsonOf(w.target.Location().File)
	if err != nil {
		return err
	}
	name := b.Labels[1]
	if chosen := names[key(b)]; chosen != "" {
		name = chosen
	}
	root := f.tree.objects()
	if len(root) != 1 {
		return fmt.Errorf("%s: it is no single object", f.path)
	}
	d := newDraft()
	into, path := root[0], []string{b.Type, b.Labels[0], name}
	for len(path) > 1 {
		next := into.member(path[0])
		if next == nil || next.kind != '{' {
			break
		}
		into, path = next, path[1:]
	}
	if into.member(path[0]) != nil {
		return fmt.Errorf("%s: %s is no object: it cannot be added to", f.path, path[0])
	}
	indent := f.memberIndent(into)
	body, err := jsonBody(code, b.Body, indent+strings.Repeat("  ", len(path)-1))
	if err != nil {
		return err
	}
	if about := code.comment(b); about != "" {
		body = "{\n" + indent + strings.Repeat("  ", len(path)) + `"//": ` + quoted(about) + "," + strings.TrimPrefix(body, "{")
	}
	if within.kind != "" {
		inner := indent + strings.Repeat("  ", len(path))
		body = "{\n" + inner + fmt.Sprintf("%q: %s,", within.kind, interpolated(within.code)) + strings.TrimPrefix(body, "{")
	}
	for i := len(path) - 1; i > 0; i-- {
		outer := indent + strings.Repeat("  ", i-1)
		body = fmt.Sprintf("{\n%s  %q: %s\n%s}", outer, path[i], body, outer)
	}
	f.addMembers(d, into, []string{fmt.Sprintf("%q: %s", path[0], body)})
	return d.commit()
}

// jsonBody is a body of the code as a JSON object.
func jsonBody(code *snippet, body *hclsyntax.Body, indent string) (string, error) {
	var members []string
	for _, a := range attributes(body) {
		value, err := jsonValue(code, a.Expr, indent+"  ")
		if err != nil {
			return "", err
		}
		if a.Name == "depends_on" { // names, not values, of blocks as a whole
			value = strings.NewReplacer("${", "", "}", "").Replace(instance.ReplaceAllString(value, ""))
		}
		members = append(members, fmt.Sprintf("%q: %s", a.Name, value))
	}
	several := map[string][]string{}
	var order []string
	for _, b := range body.Blocks {
		value, err := jsonBody(code, b.Body, indent+"  ")
		if err != nil {
			return "", err
		}
		if several[b.Type] == nil {
			order = append(order, b.Type)
		}
		several[b.Type] = append(several[b.Type], value)
	}
	for _, typ := range order {
		value := several[typ][0]
		if len(several[typ]) > 1 {
			value = "[" + strings.Join(several[typ], ", ") + "]"
		}
		members = append(members, fmt.Sprintf("%q: %s", typ, value))
	}
	if len(members) == 0 {
		return "{}", nil
	}
	return "{\n" + indent + "  " + strings.Join(members, ",\n"+indent+"  ") + "\n" + indent + "}", nil
}

// jsonValue is an expression of the code as a JSON value: literals as they are,
// everything else as an interpolation.
func jsonValue(code *snippet, x hclsyntax.Expression, indent string) (string, error) {
	switch x := x.(type) {
	case *hclsyntax.TupleConsExpr:
		var elements []string
		for _, e := range x.Exprs {
			value, err := jsonValue(code, e, indent)
			if err != nil {
				return "", err
			}
			elements = append(elements, value)
		}
		return "[" + strings.Join(elements, ", ") + "]", nil
	case *hclsyntax.ObjectConsExpr:
		var members []string
		for _, item := range x.Items {
			value, err := jsonValue(code, item.ValueExpr, indent+"  ")
			if err != nil {
				return "", err
			}
			members = append(members, fmt.Sprintf("%q: %s", keyName(item.KeyExpr), value))
		}
		return "{\n" + indent + "  " + strings.Join(members, ",\n"+indent+"  ") + "\n" + indent + "}", nil
	case *hclsyntax.TemplateExpr:
		if !x.IsStringLiteral() { // a quoted template reads the same in JSON
			return code.text(x.Range()), nil
		}
	}
	v, diags := x.Value(&hcl.EvalContext{})
	if diags.HasErrors() || !v.IsWhollyKnown() || v.Type() == cty.DynamicPseudoType && !v.IsNull() {
		return interpolated(code.text(x.Range())), nil
	}
	out, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return "", fmt.Errorf("write %s as JSON: %w", code.text(x.Range()), err)
	}
	if !json.Valid(out) {
		return "", fmt.Errorf("write %s as JSON", code.text(x.Range()))
	}
	return string(out), nil
}

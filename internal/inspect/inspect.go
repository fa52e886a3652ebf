// Package inspect shows what the evaluator sees, so that nobody has to guess
// why a verdict is what it is: every resource instance with its attributes and
// nested blocks, what is unknown and why, and which text stands for the
// identity of another resource. Secrets are left out and listed as such.
package inspect

import (
	"encoding/json"
	"fmt"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// A Resource is one instance, ready to print.
type Resource struct {
	Address  string         `json:"address"`
	Type     string         `json:"type"`
	Root     string         `json:"root"`
	Location graph.Location `json:"location"`
	// Values are the known values alone, nested and typed as in Terraform's
	// plan JSON.
	Values    map[string]any `json:"values"`
	Unknown   []Unknown      `json:"unknown"`
	Symbols   []Symbol       `json:"symbols"`
	Sensitive []string       `json:"sensitive"`
	Via       []Via          `json:"via"`
	// Uncertain says why it is not known whether there is such an instance.
	Uncertain string `json:"uncertain,omitempty"`

	readable bool // values hold text with symbols too
}

// An Unknown is an attribute, or a part of one, that is not known.
type Unknown struct {
	Path  string `json:"path"`
	Cause string `json:"cause"`
}

// A Symbol is text that stands for the identity of a resource.
type Symbol struct {
	Path     string `json:"path"`
	RefersTo string `json:"refers_to"` // aws_s3_bucket.phi.id
}

// symbol is text that is nothing but a reference, as text for people shows it.
type symbol string

// A Via is the way of a value through variables and locals.
type Via struct {
	Path     string         `json:"path"`
	Name     string         `json:"name"` // module.phi.var.encrypted
	Location graph.Location `json:"location"`
}

// Of reads an instance. Text that holds symbols is not among the values, since
// its value is not known, unless it is to be readable for people.
func Of(g *graph.Graph, r *graph.Resource, readable bool) *Resource {
	out := &Resource{
		readable: readable,
		Address:  r.Address, Type: r.Type, Root: g.Root, Location: r.Location(),
		Unknown: []Unknown{}, Symbols: []Symbol{}, Sensitive: []string{}, Via: []Via{},
	}
	if r.Maybe {
		out.Uncertain = r.Cause.Text
	}
	out.Values = out.body(r.Body, "")
	return out
}

// planner is what a front end implements that can put nested blocks into the
// form that Terraform's plans have: single ones as an object, sets in order.
type planner interface {
	Planned(typ string) (bs graph.Blocks, single bool)
}

func (out *Resource) body(b graph.Body, path string) map[string]any {
	values := map[string]any{}
	attrs, blocks := b.Names()
	for _, name := range attrs {
		v := b.Attr(name)
		at := join(path, name)
		for _, hop := range v.Via() {
			out.Via = append(out.Via, Via{at, hop.Name, hop.Location})
		}
		if x, ok := out.value(redacted(b, name, v), at); ok {
			values[name] = x
		}
	}
	for _, typ := range blocks {
		if slices.Contains(attrs, typ) {
			continue
		}
		bs, single := b.Blocks(typ), false
		if p, ok := b.(planner); ok {
			bs, single = p.Planned(typ)
		}
		list := make([]any, 0, len(bs.Items))
		at := join(path, typ)
		for i, item := range bs.Items {
			if item.Maybe {
				out.Unknown = append(out.Unknown, Unknown{at, item.Cause.Text})
				list = nil
				break
			}
			if single {
				values[typ] = out.body(item.Body, at)
				list = nil
				break
			}
			list = append(list, out.body(item.Body, fmt.Sprintf("%s[%d]", at, i)))
		}
		if list != nil {
			values[typ] = list
		}
	}
	return values
}

// redacted is v, the value of an attribute of b, with secrets marked: those
// under telling names, and the value of an environment variable or setting that
// is written as a block with its name beside it.
func redacted(b graph.Body, attribute string, v graph.Value) graph.Value {
	if attribute == "value" {
		if name, ok := b.Attr("name").Literal(); ok {
			attribute = name
		}
	}
	return v.Redacted(attribute)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// value is v as JSON would have it; ok is false if nothing of it is known.
func (out *Resource) value(v graph.Value, path string) (x any, ok bool) {
	if v.IsSensitive() {
		out.Sensitive = append(out.Sensitive, path)
		return nil, false
	}
	switch v.Kind() {
	case graph.KindBool:
		return v.IsTrue() == logic.True, true
	case graph.KindNumber:
		text, _ := v.Literal()
		return json.Number(text), true
	case graph.KindString:
		return out.text(v, path)
	case graph.KindList:
		es, _ := v.Elements()
		list := make([]any, 0, len(es))
		for i, e := range es {
			// An element that is not known keeps its place.
			x, ok := out.element(e, fmt.Sprintf("%s[%d]", path, i))
			if !ok {
				x = nil
			}
			list = append(list, x)
		}
		return list, true
	case graph.KindMap:
		m := map[string]any{}
		for _, k := range v.Keys() {
			if graph.HasPlaceholder(k) {
				out.Unknown = append(out.Unknown, Unknown{path, graph.String(k).Cause().Text})
				return nil, false
			}
			if x, ok := out.element(v.Key(k), join(path, k)); ok {
				m[k] = x
			}
		}
		return m, true
	case graph.KindUnknown:
		out.Unknown = append(out.Unknown, Unknown{path, v.Cause().Text})
	}
	return nil, false
}

// element is a value within a list or map, where null is a value.
func (out *Resource) element(v graph.Value, path string) (x any, ok bool) {
	if v.Kind() == graph.KindNull {
		return nil, true
	}
	return out.value(v, path)
}

// text is a string: with a hole or references in it, it is not known.
func (out *Resource) text(v graph.Value, path string) (any, bool) {
	s := v.Text()
	if !graph.HasPlaceholder(s) {
		return s, true
	}
	for _, ref := range v.Refs() {
		out.Symbols = append(out.Symbols, Symbol{path, ref.String()})
	}
	if graph.HasHole(s) {
		out.Unknown = append(out.Unknown, Unknown{path, v.Cause().Text})
	}
	shown := graph.Display(s)
	if refs := v.Refs(); len(refs) == 1 && shown == refs[0].String() {
		return symbol(shown), out.readable
	}
	return shown, out.readable
}

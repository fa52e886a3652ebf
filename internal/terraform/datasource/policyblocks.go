package datasource

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// interpolate turns &{ into ${ in v, nil, a string or a []string: the
// provider's way to write a policy variable, which documents of version
// 2008-10-17 do not have.
func interpolate(v any, version string) (any, error) {
	switch v := v.(type) {
	case string:
		if !strings.Contains(v, "&{") {
			return v, nil
		}
		if version == version2008 {
			return nil, fmt.Errorf("&{ in %q, in a document of version %s", graph.Display(v), version)
		}
		return strings.ReplaceAll(v, "&{", "${"), nil
	case []string:
		out := slices.Clone(v)
		for i := range out {
			s, err := interpolate(out[i], version)
			if err != nil {
				return nil, err
			}
			out[i], _ = s.(string)
		}
		return out, nil
	}
	return v, nil
}

// eitherPrincipals reads principals and not_principals, of which AWS takes one:
// see either.
func (a *arguments) eitherPrincipals(b graph.Body, version string) (pos, neg []principal, err error) {
	pos, posOpen, err := a.principals(b.Blocks("principals"), version)
	if err != nil {
		return nil, nil, err
	}
	neg, negOpen, err := a.principals(b.Blocks("not_principals"), version)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case negOpen && len(pos) > 0:
		neg = nil
	case posOpen && len(neg) > 0:
		pos = nil
	}
	return pos, neg, nil
}

// principals reads blocks of principals; open says that it is not known
// whether there are any.
func (a *arguments) principals(bs graph.Blocks, version string) (ps []principal, open bool, err error) {
	var maybe []principal
	for _, b := range bs.Items {
		if b.Maybe {
			h := derived(b.Cause).Placeholder()
			maybe = append(maybe, principal{h, h})
			continue
		}
		typ, _ := a.text(b.Attr("type"))
		ids, _ := a.set(b.Attr("identifiers"))
		p := principal{typ: typ, identifiers: oneOrMore(ids)}
		if len(ids) == 0 {
			p.identifiers = []string{}
		}
		ps = append(ps, p)
	}
	ps = providerSet(ps, principal.serialize)
	for i := range ps {
		if ps[i].identifiers, err = interpolate(ps[i].identifiers, version); err != nil {
			return nil, false, err
		}
	}
	return append(ps, maybe...), len(ps) == 0 && len(maybe) > 0, nil
}

// conditions reads condition blocks. Blocks for one test and variable are
// merged when the document is written, so that a block of which it is not
// known whether it merges with another may widen that: then that gets a hole
// among its values.
func (a *arguments) conditions(bs graph.Blocks, version string) ([]condition, error) {
	var cs []condition
	for _, b := range bs.Items {
		if !b.Maybe {
			cs = append(cs, a.condition(b))
		}
	}
	cs = providerSet(cs, condition.serialize)
	for i := range cs {
		for j, v := range cs[i].values {
			v, err := interpolate(v, version)
			if err != nil {
				return nil, err
			}
			cs[i].values[j], _ = v.(string)
		}
	}
	certain := len(cs)
	for i, c := range cs {
		if !c.literal() {
			h := hole(c.test + c.variable)
			widen(cs[:i], c, h)
			widen(cs[i+1:], c, h)
		}
	}
	for _, b := range bs.Items {
		if !b.Maybe {
			continue
		}
		c, h := a.condition(b), derived(b.Cause).Placeholder()
		merged := false
		for i := range cs[:certain] {
			if cs[i].same(c) == logic.True {
				cs[i].values = append(cs[i].values, h)
				merged = true
			}
		}
		widen(cs[:certain], c, h)
		if !merged {
			cs = append(cs, condition{test: h, variable: h, values: []string{h}})
		}
	}
	return cs, nil
}

// widen adds a hole to the values of conditions that c may merge with.
func widen(cs []condition, c condition, hole string) {
	for i := range cs {
		if cs[i].same(c) == logic.Unknown {
			cs[i].values = append(cs[i].values, hole)
		}
	}
}

func (a *arguments) condition(b graph.Body) (c condition) {
	c.test, _ = a.text(b.Attr("test"))
	c.variable, _ = a.text(b.Attr("variable"))
	c.values, _ = a.texts(b.Attr("values"))
	return c
}

// same decides whether two conditions are about one test and variable.
func (c condition) same(d condition) logic.Truth {
	return graph.SameText(c.test, d.test).And(graph.SameText(c.variable, d.variable))
}

func (c condition) literal() bool {
	return !graph.HasPlaceholder(c.test) && !graph.HasPlaceholder(c.variable)
}

// providerSet puts items in the order in which the provider iterates over a
// set of them, each once: by the decimal text of the checksum of their
// serialized form.
func providerSet[T any](items []T, serialize func(T) string) []T {
	if len(items) < 2 {
		return items
	}
	type keyed struct {
		key  string
		item T
	}
	ks := make([]keyed, len(items))
	for i, item := range items {
		ks[i] = keyed{checksum(serialize(item)), item}
	}
	slices.SortStableFunc(ks, func(x, y keyed) int { return cmp.Compare(x.key, y.key) })
	ks = slices.CompactFunc(ks, func(x, y keyed) bool { return x.key == y.key })
	out := make([]T, len(ks))
	for i, k := range ks {
		out[i] = k.item
	}
	return out
}

func checksum(s string) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(s))), 10)
}

// serialize is the form that the Terraform plugin SDK computes checksums of:
// attributes by name, sets in the order of their elements' checksums.
func (p principal) serialize() string {
	ids, ok := p.identifiers.([]string)
	if !ok {
		id, _ := p.identifiers.(string)
		ids = []string{id}
	}
	ids = providerSet(ids, func(s string) string { return s + ";" })
	var b strings.Builder
	b.WriteString("identifiers:{")
	for _, id := range ids {
		b.WriteString(id + ";")
	}
	b.WriteString("};type:" + p.typ + ";")
	return b.String()
}

func (c condition) serialize() string {
	var b strings.Builder
	b.WriteString("test:" + c.test + ";values:(")
	for _, v := range c.values {
		b.WriteString(v + ";")
	}
	b.WriteString(");variable:" + c.variable + ";")
	return b.String()
}

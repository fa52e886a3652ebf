package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
)

// keyKind is how the instances of a block are told apart.
type keyKind uint8

const (
	keyNone    keyKind = iota // neither count nor for_each
	keyInt                    // count
	keyString                 // for_each
	keyUnknown                // count or for_each is not known: one representative
)

// An expansion is what count or for_each makes of a block.
type expansion struct {
	kind     keyKind
	elements []element
	cause    graph.Cause // why it is not known
}

// An element is one instance of an expansion.
type element struct {
	key    cty.Value // NilVal without count and for_each
	suffix string    // of the address: [0], ["a"], [*]
	each   *eachValues
	count  cty.Value
	maybe  bool
}

// expand evaluates count or for_each.
func (s *scope) expand(count, forEach hclsyntax.Expression) expansion {
	switch {
	case count != nil:
		return s.expandCount(count)
	case forEach != nil:
		return s.expandForEach(forEach)
	}
	return expansion{elements: []element{{}}}
}

func (s *scope) expandCount(x hclsyntax.Expression) expansion {
	v, err := s.eval(x)
	if err != nil {
		return open(graph.Cause{Text: err.Error()}, nil)
	}
	n, err := convert.Convert(opaque(v), cty.Number)
	if err != nil {
		return open(graph.Cause{Text: at(x.Range(), fmt.Errorf("count is not a number: %v", err)).Error()}, nil)
	}
	n, _ = n.Unmark()
	if !n.IsKnown() {
		return open(expansionCause(v, x, "count"), nil)
	}
	if n.IsNull() {
		return open(graph.Cause{Text: at(x.Range(), fmt.Errorf("count is null")).Error()}, nil)
	}
	i, _ := n.AsBigFloat().Int64()
	if i > maxInstances {
		return open(graph.Cause{Text: at(x.Range(), fmt.Errorf("count is %d: more than %d instances are not told apart", i, maxInstances)).Error()}, nil)
	}
	e := expansion{kind: keyInt}
	for j := range max(i, 0) {
		k := cty.NumberIntVal(j)
		e.elements = append(e.elements, element{key: k, suffix: keySuffix(k), count: k})
	}
	return e
}

func expansionCause(v cty.Value, x hclsyntax.Expression, what string) graph.Cause {
	c := causeOf(opaque(v))
	if c.Text == "" {
		c.Text = at(x.Range(), fmt.Errorf("%s is not known", what)).Error()
	}
	return c
}

func (s *scope) expandForEach(x hclsyntax.Expression) expansion {
	v, err := s.eval(x)
	if err != nil {
		return open(graph.Cause{Text: err.Error()}, nil)
	}
	bare, _ := v.Unmark()
	if !bare.IsKnown() {
		return open(expansionCause(v, x, "for_each"), representativeOf(v))
	}
	ty := bare.Type()
	if bare.IsNull() || !(ty.IsMapType() || ty.IsObjectType() || ty.IsSetType() || ty.IsTupleType() && bare.LengthInt() == 0) {
		return open(graph.Cause{Text: at(x.Range(), fmt.Errorf("for_each must be a map or a set of strings, not %s", ty.FriendlyName())).Error()}, nil)
	}
	if n := bare.LengthInt(); n > maxInstances {
		return open(graph.Cause{Text: at(x.Range(), fmt.Errorf("for_each has %d elements: more than %d instances are not told apart", n, maxInstances)).Error()}, nil)
	}
	e := expansion{kind: keyString}
	for it := bare.ElementIterator(); it.Next(); {
		k, val := it.Element()
		if ty.IsSetType() {
			k = val
		}
		k, _ = k.Unmark()
		k, err := convert.Convert(k, cty.String)
		if err != nil || k.IsNull() {
			return open(graph.Cause{Text: at(x.Range(), fmt.Errorf("for_each needs keys that are strings")).Error()}, nil)
		}
		if !k.IsKnown() || graph.HasPlaceholder(k.AsString()) {
			return open(expansionCause(k, x, "a key of for_each"), &representative{key: k, value: val})
		}
		each := &eachValues{key: k, value: val, over: x}
		if ty.IsSetType() {
			each.value, each.over = k, nil
		}
		e.elements = append(e.elements, element{key: k, suffix: keySuffix(k), each: each})
	}
	slices.SortFunc(e.elements, func(a, b element) int { return strings.Compare(a.key.AsString(), b.key.AsString()) })
	return e
}

// open is the expansion of a block with an unknown number of instances: one
// representative.
func open(c graph.Cause, rep *representative) expansion {
	if rep == nil {
		k := graph.Cause{Text: c.Text}
		if c.Base != "" {
			k.Base, k.Exact = c.Base+"[*]", true
		}
		rep = &representative{key: cty.StringVal(k.Placeholder()), value: because(k)}
	}
	key := rep.key
	if b, _ := key.Unmark(); !b.IsKnown() || b.IsNull() {
		key = cty.StringVal(holeText(rep.key))
	}
	return expansion{kind: keyUnknown, cause: c, elements: []element{{
		key: key, suffix: "[*]", maybe: true,
		each:  &eachValues{key: key, value: rep.value},
		count: unknown(cty.Number, c),
	}}}
}

// pickKey finds the element with a key among those of a block. The index is -1
// where there is none; v is then the unknown in its place.
func pickKey(address string, kind keyKind, keys []cty.Value, key cty.Value, cause graph.Cause) (i int, v cty.Value, err error) {
	if kind == keyUnknown {
		if k, _ := key.Unmark(); k.Type() == cty.String && k.IsKnown() && !k.IsNull() && !graph.HasPlaceholder(k.AsString()) {
			// One certain instance, not each of them as [0] and each.key mean.
			return -1, because(graph.Cause{Text: orElse(cause.Text, "for_each is not known"), Base: address}), nil
		}
		return 0, cty.NilVal, nil
	}
	bare, _ := opaque(key).Unmark()
	if !bare.IsKnown() {
		c := derived(causeOf(opaque(key)))
		c.Base = address
		return -1, because(c), nil
	}
	if bare.IsNull() {
		return -1, cty.NilVal, fmt.Errorf("the key of %s is null", address)
	}
	want := cty.String
	if kind == keyInt {
		want = cty.Number
	}
	if bare, err = convert.Convert(bare, want); err != nil {
		return -1, cty.NilVal, fmt.Errorf("the key of %s: %v", address, err)
	}
	if kind == keyInt {
		f := bare.AsBigFloat()
		if n, _ := f.Int64(); f.IsInt() && n >= 0 && n < int64(len(keys)) {
			return int(n), cty.NilVal, nil
		}
	} else {
		n, found := slices.BinarySearchFunc(keys, bare.AsString(), func(k cty.Value, s string) int { return strings.Compare(k.AsString(), s) })
		if found {
			return n, cty.NilVal, nil
		}
	}
	return -1, cty.NilVal, fmt.Errorf("%s has no instance %s", address, keySuffix(bare))
}

// quoteKey quotes a key as Terraform does in addresses.
func quoteKey(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch r {
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '"':
			b.WriteString(`\"`)
		case '\\':
			b.WriteString(`\\`)
		case '$', '%':
			b.WriteRune(r)
			if i+1 < len(s) && s[i+1] == '{' {
				b.WriteRune(r)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

package eval

import (
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/schema"
)

// Planned are the nested blocks of a type as a plan shows them: single ones as
// an object, those of a set in its own order and none twice. Where a block of a
// set is not known in whole, its order is not known either, and the blocks stay
// as written.
func (b *body) Planned(typ string) (bs graph.Blocks, single bool) {
	nested := b.nested(typ)
	return b.sorted(typ, nested), nested != nil && nested.IsSingle()
}

func (b *body) sorted(typ string, nested *schema.Nested) graph.Blocks {
	bs := b.Blocks(typ)
	if nested == nil || nested.Mode != schema.Set || len(bs.Items) < 2 {
		return bs
	}
	values := make([]cty.Value, len(bs.Items))
	ty := nested.Block.ImpliedType()
	for i, item := range bs.Items {
		if item.Maybe {
			return bs
		}
		v, _ := blockValue(item.Body, nested.Block).UnmarkDeep()
		if v = planned(v); hasPlaceholder(v) || !v.IsWhollyKnown() {
			return bs
		}
		c, err := convertTo(v, ty)
		if err != nil {
			return bs
		}
		values[i] = c
	}
	sorted := graph.Blocks{At: bs.At}
	for it := cty.SetVal(values).ElementIterator(); it.Next(); {
		_, e := it.Element()
		for i, v := range values {
			if v.RawEquals(e) {
				sorted.Items = append(sorted.Items, bs.Items[i])
				break
			}
		}
	}
	return sorted
}

// planned replaces attributes that AWS chooses in an object by null, which
// does not change the order of known ones.
func planned(v cty.Value) cty.Value {
	if !v.Type().IsObjectType() || !v.IsKnown() || v.IsNull() {
		return v
	}
	m := map[string]cty.Value{}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if !e.IsKnown() {
			e = cty.NullVal(e.Type())
		}
		m[k.AsString()] = e
	}
	return cty.ObjectVal(m)
}

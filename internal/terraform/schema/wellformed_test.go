package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/layout"
)

// TestEveryType decodes everything that is embedded.
func TestEveryType(t *testing.T) {
	t.Parallel()
	seen := map[*Block]bool{}
	for _, section := range []int{layout.Resources, layout.DataSources} {
		before, count := "", 0
		for typ := range embedded.names(section) {
			if typ <= before || !strings.HasPrefix(typ, "aws_") {
				t.Errorf("type %q follows %q", typ, before)
			}
			before = typ
			count++
			b := embedded.find(section, typ)
			if b == nil {
				t.Fatalf("%s is not found", typ)
			}
			for _, problem := range problems(b, seen) {
				t.Errorf("%s: %s", typ, problem)
			}
			if !b.ImpliedType().IsObjectType() {
				t.Errorf("%s: implied type is %#v", typ, b.ImpliedType())
			}
		}
		if count < 600 {
			t.Errorf("section %d has %d types, want 600 or more", section, count)
		}
	}
	if len(seen) < 5000 || len(seen) != embedded.count(layout.Blocks) {
		t.Errorf("reached %d blocks of %d", len(seen), embedded.count(layout.Blocks))
	}
}

func problems(b *Block, seen map[*Block]bool) (found []string) {
	if seen[b] {
		return nil
	}
	seen[b] = true
	c := b.load()
	before := ""
	for i := range c.attrs {
		a := &c.attrs[i]
		if a.Name <= before {
			found = append(found, fmt.Sprintf("attribute %q follows %q", a.Name, before))
		}
		before = a.Name
		found = append(found, attrProblems(a)...)
		if a.elem != nil && (b.Nested(a.Name) == nil || b.Nested(a.Name).Block != a.elem || !b.Nested(a.Name).Attribute) {
			found = append(found, a.Name+" has elements but no nested block")
		}
	}
	before = ""
	for i := range c.nested {
		n := &c.nested[i]
		if n.Name <= before {
			found = append(found, fmt.Sprintf("block %q follows %q", n.Name, before))
		}
		before = n.Name
		if n.Max != 0 && n.Max < n.Min || n.Mode > Map || n.Attribute != (b.Attr(n.Name) != nil) {
			found = append(found, fmt.Sprintf("block %q: %+v", n.Name, *n))
		}
		for _, problem := range problems(n.Block, seen) {
			found = append(found, n.Name+"."+problem)
		}
	}
	return found
}

func attrProblems(a *Attr) (found []string) {
	if a.Required == (a.Optional || a.Computed) {
		found = append(found, fmt.Sprintf("%s: required %v, optional %v, computed %v", a.Name, a.Required, a.Optional, a.Computed))
	}
	if a.Type() == cty.NilType || a.Type().HasDynamicTypes() {
		found = append(found, fmt.Sprintf("%s: type %#v", a.Name, a.Type()))
	}
	if a.Identity && (a.Type() != cty.String || !a.Computed) {
		found = append(found, a.Name+": an identity that is no computed string")
	}
	if a.ForceNew && !a.Required && !a.Optional {
		found = append(found, a.Name+": replaces but cannot be set")
	}
	if a.fallback == 0 {
		return found
	}
	v, ok := a.Default()
	if !ok || v.IsNull() || !v.IsWhollyKnown() || !v.Type().Equals(a.Type()) {
		found = append(found, fmt.Sprintf("%s: default %#v, %v", a.Name, v, ok))
	}
	return found
}

// BenchmarkFirstLookup is what a program pays for its first type: nothing is
// decoded yet. The second type is one with very deep blocks.
func BenchmarkFirstLookup(b *testing.B) {
	for _, typ := range []string{"aws_s3_bucket", "aws_wafv2_web_acl"} {
		b.Run(typ, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f := &file{data: raw}
				f.decode(f.find(layout.Resources, typ).record)
			}
		})
	}
}

// BenchmarkWholeType decodes all blocks of a type with very deep ones.
func BenchmarkWholeType(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		f := &file{data: raw}
		seen := map[*Block]bool{}
		var walk func(block *Block)
		walk = func(block *Block) {
			if seen[block] {
				return
			}
			seen[block] = true
			for _, n := range f.decode(block.record).nested {
				walk(n.Block)
			}
		}
		walk(f.find(layout.Resources, "aws_wafv2_web_acl"))
	}
}

package link

import (
	"strings"
	"testing"

	"safeguard/internal/terraform/schema"
)

// TestTablesAreKnown holds the types and attributes of the tables against the
// schema of the AWS provider.
func TestTablesAreKnown(t *testing.T) {
	t.Parallel()
	for main, ps := range parts {
		for _, p := range ps {
			at := p.typ
			if p.own {
				at = main
			}
			if schema.Resource(main) == nil || schema.Resource(p.typ) == nil {
				t.Errorf("%s has the part %s: one of them is no resource", main, p.typ)
				continue
			}
			b := schema.Resource(at)
			names := strings.Split(p.path, ".")
			for _, name := range names[:len(names)-1] {
				if n := b.Nested(name); n != nil {
					b = n.Block
				} else {
					t.Errorf("%s has no block %s", at, name)
				}
			}
			if b.Attr(names[len(names)-1]) == nil {
				t.Errorf("%s has no attribute %s", at, p.path)
			}
		}
	}
	for aws, k := range kinds {
		for _, typ := range k.types {
			if schema.Resource(typ) == nil {
				t.Errorf("%s: there is no %s", aws, typ)
			}
		}
		if k.argument != "" && schema.Resource(k.types[0]).Attr(k.argument) == nil {
			t.Errorf("%s has no %s", k.types[0], k.argument)
		}
	}
}

package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// anew is an error where code that makes a resource anew, as one with a lifecycle
// does, meets a lifecycle that stands against it.
func anew(f *source, have *hclsyntax.Block, code *hclsyntax.Body) error {
	if !replaces(code) {
		return nil
	}
	for _, b := range have.Body.Blocks {
		if b.Type != "lifecycle" {
			continue
		}
		if a := b.Body.Attributes["prevent_destroy"]; a != nil && f.text(a.Expr.Range()) != "false" {
			return fmt.Errorf("%s: prevent_destroy forbids to make it anew", place(a.SrcRange))
		}
		ignored := b.Body.Attributes["ignore_changes"]
		if ignored == nil {
			continue
		}
		if f.text(ignored.Expr.Range()) == "all" {
			return fmt.Errorf("%s: ignore_changes keeps Terraform from changing it", place(ignored.SrcRange))
		}
		for _, t := range ignored.Expr.Variables() {
			if code.Attributes[t.RootName()] != nil {
				return fmt.Errorf("%s: ignore_changes keeps Terraform from changing %s", place(ignored.SrcRange), t.RootName())
			}
		}
	}
	return nil
}

// anew is anew for an object in JSON syntax.
func (f *jsonFile) anew(have *jsonNode, code *hclsyntax.Body) error {
	if !replaces(code) {
		return nil
	}
	for _, o := range have.nested("lifecycle") {
		if v := o.member("prevent_destroy"); v != nil && string(f.src[v.start:v.end]) != "false" {
			return fmt.Errorf("%s: prevent_destroy forbids to make it anew", f.path)
		}
		v := o.member("ignore_changes")
		if v == nil {
			continue
		}
		for _, e := range append(slices.Clone(v.elements), v) {
			if e.text == "all" || code.Attributes[e.text] != nil {
				return fmt.Errorf("%s: ignore_changes keeps Terraform from changing %s", f.path, e.text)
			}
		}
	}
	return nil
}

func replaces(code *hclsyntax.Body) bool {
	return slices.ContainsFunc(code.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "lifecycle" })
}

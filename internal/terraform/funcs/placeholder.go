package funcs

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// HasPlaceholder reports whether a string within v, or a key or attribute
// name, holds a placeholder: text that the evaluator put between the runes
// U+E000 to U+E002 to stand for a string that is not known yet. Functions that
// only move text carry placeholders unchanged; the others see an unknown
// string. Placeholders go through JSON and YAML, so they should consist of
// characters that neither escapes.
//
// A value that is too large to look through counts as if it held one.
func HasPlaceholder(v cty.Value) bool {
	var w weight
	return w.add(v) != nil || w.placeholders
}

// AsUnknown returns v as Terraform sees it: every string that holds a
// placeholder is unknown, but for the text before the placeholder. A map or an
// object with a placeholder in a key is unknown as a whole.
func AsUnknown(v cty.Value) cty.Value {
	var w weight
	switch err := w.add(v); {
	case err != nil:
		return cty.UnknownVal(v.Type())
	case !w.placeholders:
		return v
	}
	out, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		bare, marks := v.Unmark()
		if bare.IsNull() || !bare.IsKnown() {
			return v, nil
		}
		switch ty := bare.Type(); {
		case ty == cty.String:
			if i := placeholderIndex(bare.AsString()); i >= 0 {
				refined := cty.UnknownVal(cty.String).Refine().NotNull().StringPrefix(bare.AsString()[:i])
				return refined.NewValue().WithMarks(marks), nil
			}
		case ty.IsMapType(), ty.IsObjectType():
			for k := range bare.Elements() {
				if placeholderIndex(k.AsString()) >= 0 {
					return cty.UnknownVal(ty).RefineNotNull().WithMarks(marks), nil
				}
			}
		}
		return v, nil
	})
	if err != nil {
		return cty.DynamicVal
	}
	return out
}

// placeholderIndex returns the offset of the first of the runes U+E000 to
// U+E002, or -1.
func placeholderIndex(s string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], "\xee\x80")
		if i < 0 {
			return -1
		}
		from += i
		if from+2 < len(s) && s[from+2] <= 0x82 {
			return from
		}
		from += 2
	}
}

// carry is for functions that do not look into text.
func carry([]cty.Value) bool { return true }

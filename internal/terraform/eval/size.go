package eval

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// Definitions that use each other twice grow exponentially. A value that is
// larger than this, in elements and in bytes of text, is not kept.
const (
	maxElements = 250_000
	textPerUnit = 64 // bytes of text that count as one element
)

// checkSize is an error if v is too large.
func checkSize(v cty.Value) error {
	left := maxElements
	if !fits(v, &left) {
		return limitError(fmt.Sprintf("the value has more than %d elements, or more than %d MB of text", maxElements, maxElements*textPerUnit>>20))
	}
	return nil
}

// fits takes the size of v off what is left, and gives up when nothing is.
func fits(v cty.Value, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	v, _ = v.Unmark()
	if v == cty.NilVal || !v.IsKnown() || v.IsNull() {
		return true
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		*left -= len(v.AsString()) / textPerUnit
		return *left >= 0
	case ty.IsPrimitiveType() || ty.IsCapsuleType():
		return true
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); !fits(e, left) {
			return false
		}
	}
	return true
}

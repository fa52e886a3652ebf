package funcs

import (
	"math/big"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

const maxIntegerDigits = 10_000

// parseIntFunc is parseint. The one of cty reports the text of its argument,
// which is the same error but for its words.
var parseIntFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "number", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true},
		{Name: "base", Type: cty.Number, AllowMarked: true, AllowUnknown: true},
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if ty := args[0].Type(); ty != cty.String {
			return cty.Number, function.NewArgErrorf(0, "first argument must be a string, not %s", ty.FriendlyName())
		}
		return cty.Number, nil
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		text, textMarks := args[0].Unmark()
		number, numberMarks := args[1].Unmark()
		if !text.IsKnown() || !number.IsKnown() {
			return cty.UnknownVal(cty.Number).WithMarks(textMarks, numberMarks), nil
		}
		var base int
		if err := gocty.FromCtyValue(number, &base); err != nil {
			return cty.NilVal, argError(1, err)
		}
		if base < 2 || base > 62 {
			return cty.NilVal, function.NewArgErrorf(1, "base must be a whole number between 2 and 62 inclusive")
		}
		n, ok := new(big.Int).SetString(text.AsString(), base)
		if !ok {
			return cty.NilVal, function.NewArgErrorf(0, "cannot parse %q as a base %d integer", text.AsString(), base)
		}
		return cty.NumberVal(new(big.Float).SetInt(n)).WithMarks(textMarks, numberMarks), nil
	},
})

func parseIntLimit(args []cty.Value) error {
	if s, ok := known(args, 0); ok && len(s) > maxIntegerDigits {
		return declinef("the integer has more than %d digits", maxIntegerDigits)
	}
	return nil
}

func notNull(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() }

package funcs

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// maxWidth is the greatest width or precision that format pads to.
const maxWidth = 10_000

// A verb is one % sequence of a format string.
type verb struct {
	mode  byte
	size  int  // the greater of width and precision
	plain bool // neither flags, width nor precision
	arg   int  // from 0
}

// verbs reads the sequences of a format string. It is lenient: what is wrong
// with the string, format itself will say.
func verbs(format string) []verb {
	var out []verb
	next := 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			continue
		}
		v := verb{plain: true, arg: next}
	scan:
		for ; i < len(format); i++ {
			switch c := format[i]; {
			case c >= '0' && c <= '9':
				n := 0
				for ; i < len(format) && format[i] >= '0' && format[i] <= '9'; i++ {
					n = min(10*n+int(format[i]-'0'), 1<<30)
				}
				i--
				v.size = max(v.size, n)
				v.plain = false
			case strings.IndexByte("#+- .", c) >= 0:
				v.plain = false
			case c == '[':
				n := 0
				for i++; i < len(format) && format[i] >= '0' && format[i] <= '9'; i++ {
					n = min(10*n+int(format[i]-'0'), 1<<30)
				}
				v.arg = n - 1
			default:
				v.mode = c
				break scan
			}
		}
		next = v.arg + 1
		out = append(out, v)
	}
	return out
}

func formatLimit(args []cty.Value) error {
	format, ok := known(args, 0)
	if !ok {
		return nil
	}
	n := len(format)
	sizes := make([]int, len(args)-1)
	for i, arg := range args[1:] {
		sizes[i] = textOf(arg)
	}
	for _, v := range verbs(format) {
		if v.size > maxWidth {
			return declinef("the format pads to more than %d characters", maxWidth)
		}
		n += v.size
		if v.arg >= 0 && v.arg < len(sizes) {
			n += quoted(v.mode, sizes[v.arg], args[1+v.arg])
		}
		if err := checkText(n); err != nil {
			return err
		}
	}
	return nil
}

// quoted is the length of a value in the result of format, at most: JSON and
// quoted text may be six times as long as the text, and a number can be asked
// for in binary digits.
func quoted(mode byte, size int, arg cty.Value) int {
	v, _ := arg.Unmark()
	switch ty := v.Type(); {
	case v.IsNull() || !v.IsKnown():
		return 0
	case ty == cty.String && mode != 'q':
		return size
	case ty == cty.Number:
		exp := v.AsBigFloat().MantExp(nil)
		return 64 + max(exp, -exp)
	}
	return 6 * size
}

// formatListLimit takes every verb to print all arguments: lists once, other
// values once for each element of the longest list.
func formatListLimit(args []cty.Value) error {
	format, ok := known(args, 0)
	if !ok {
		return nil
	}
	rows, text := 1, len(format)
	for _, arg := range args[1:] {
		v, _ := arg.Unmark()
		if ty := v.Type(); !v.IsNull() && v.IsKnown() && (ty.IsListType() || ty.IsSetType() || ty.IsTupleType()) {
			rows = max(rows, v.LengthInt())
			text += 6 * textOf(v) / max(1, v.LengthInt())
		} else {
			text += 6 * textOf(v)
		}
	}
	vs := verbs(format)
	for _, v := range vs {
		if v.size > maxWidth {
			return declinef("the format pads to more than %d characters", maxWidth)
		}
		text += v.size
	}
	return checkText(product(rows, text, max(1, len(vs))))
}

// formatCarries: only the verbs that print a text as it is leave placeholders
// whole. Widths count their characters, and %d would read them.
func formatCarries(args []cty.Value) bool {
	format, ok := known(args, 0)
	if !ok {
		return false
	}
	for _, v := range verbs(format) {
		if v.arg < 0 || v.arg >= len(args)-1 || v.plain && strings.IndexByte("svq", v.mode) >= 0 {
			continue
		}
		if HasPlaceholder(args[1+v.arg]) {
			return false
		}
	}
	return true
}

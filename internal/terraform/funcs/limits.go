package funcs

import (
	"errors"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// No call takes or makes more than this. The numbers are far above what a
// configuration that plans at all holds, and small enough for a scan to go on.
const (
	maxFile   = 64 << 20 // bytes of a file
	maxText   = 64 << 20 // bytes of a text that is made
	maxValues = 1 << 20  // values in all arguments together, nested ones included
	maxParsed = 1 << 18  // values in a document: to parse one takes longest
	maxDepth  = 1000     // of nested values
	maxDigits = 1 << 17  // binary digits of a number before the point, or after it
	maxWork   = 1 << 28  // elementary steps
)

// weight measures values, so that no call is made on one that is too large.
// Values share their parts: one of 30 levels can have 2^30 leaves.
type weight struct {
	values       int
	text         int // bytes of all strings
	placeholders bool
	invalid      bool // a string is not UTF-8
	sensitive    bool
	marked       bool
	marks        cty.ValueMarks // collected unless nil
}

func (w *weight) add(vals ...cty.Value) error {
	for _, v := range vals {
		if err := w.walk(v, 0); err != nil {
			return err
		}
	}
	return nil
}

// marksOf returns all marks within values, as far as they are measured.
func marksOf(vals []cty.Value) cty.ValueMarks {
	w := weight{marks: make(cty.ValueMarks)}
	_ = w.add(vals...)
	return w.marks
}

func (w *weight) walk(v cty.Value, depth int) error {
	if v == cty.NilVal {
		return errors.New("an argument is not a value")
	}
	w.values++
	if w.values > maxValues {
		return declinef("the arguments hold more than %d values", maxValues)
	}
	if depth > maxDepth {
		return declinef("the arguments are nested more than %d levels deep", maxDepth)
	}
	if v.IsMarked() {
		w.marked = true
		w.sensitive = w.sensitive || v.HasMark(Sensitive)
		bare, marks := v.Unmark()
		if w.marks != nil {
			w.marks.Insert(marks.All())
		}
		v = bare
	}
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		w.addText(v.AsString())
	case ty == cty.Number:
		f := v.AsBigFloat()
		if f.IsInf() {
			return nil
		}
		if exp := f.MantExp(nil); exp > maxDigits || exp < -maxDigits {
			return declinef("a number has more than %d binary digits", maxDigits)
		}
	case ty.IsObjectType():
		for name := range ty.AttributeTypes() { // far cheaper than Elements
			w.addText(name)
			if err := w.walk(v.GetAttr(name), depth+1); err != nil {
				return err
			}
		}
	case ty.IsMapType():
		for k, e := range v.Elements() {
			w.addText(k.AsString())
			if err := w.walk(e, depth+1); err != nil {
				return err
			}
		}
	case v.CanIterateElements():
		for _, e := range v.Elements() {
			if err := w.walk(e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *weight) addText(s string) {
	w.text += len(s)
	w.placeholders = w.placeholders || placeholderIndex(s) >= 0
	w.invalid = w.invalid || !utf8.ValidString(s)
}

// textOf returns how many bytes of text v holds, about.
func textOf(v cty.Value) int {
	var w weight
	if w.add(v) != nil {
		return maxText
	}
	return w.text + 8*w.values
}

// checkText declines to make a text of n bytes if that is too many. Callers
// may let n overflow: a negative number is too many.
func checkText(n int) error {
	if n < 0 || n > maxText {
		return declinef("the result would be longer than %d bytes", maxText)
	}
	return nil
}

// product multiplies sizes and stops at a number above all limits.
func product(factors ...int) int {
	p := 1
	for _, f := range factors {
		if f <= 0 {
			return 0
		}
		if p > 1<<40/f {
			return 1 << 40
		}
		p *= f
	}
	return p
}

// checkDocument declines text in a nested notation that would cost far more
// memory than it is long, or more stack than there is: parsers recurse.
func checkDocument(s string, maxBytes int) error {
	if len(s) > maxBytes {
		return declinef("the document is longer than %d bytes", maxBytes)
	}
	depth, values := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '[', '{', '(':
			depth++
			values++
			if depth > maxDepth {
				return declinef("the document is nested more than %d levels deep", maxDepth)
			}
		case ']', '}', ')':
			depth = max(0, depth-1)
		case ',', '\n':
			values++
		}
	}
	if values > maxParsed {
		return declinef("the document holds more than %d values", maxParsed)
	}
	return nil
}

// known returns the text of argument i, or false if there is none to measure.
func known(args []cty.Value, i int) (string, bool) {
	if i >= len(args) {
		return "", false
	}
	v, _ := args[i].Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// knownInt returns argument i if it is an int, clamped to what an int holds.
func knownInt(args []cty.Value, i int) (int, bool) {
	if i >= len(args) {
		return 0, false
	}
	v, _ := args[i].Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.Number {
		return 0, false
	}
	n, _ := v.AsBigFloat().Int64()
	return int(n), true
}

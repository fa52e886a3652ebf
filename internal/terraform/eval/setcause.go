package eval

import (
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
)

// withSetCauses gives the unknown elements of a set their cause back: the marks
// of elements are kept on the set as a whole. Where there are several causes
// nobody knows whose is whose, so that one stands for all without its base.
func withSetCauses(elements []graph.Value, marks cty.ValueMarks) {
	var cause graph.Cause
	causes, unknowns := 0, 0
	for m := range marks {
		if c, ok := m.(causeMark); ok {
			causes++
			if cause.Text == "" || c.Text < cause.Text {
				cause = c.Cause
			}
		}
	}
	if causes == 0 {
		return
	}
	for _, e := range elements {
		if e.Kind() == graph.KindUnknown {
			unknowns++
		}
	}
	switch {
	case causes > 1:
		cause = graph.Cause{Text: cause.Text}
	case unknowns > 1:
		cause = derived(cause)
	}
	for i, e := range elements {
		if e.Kind() == graph.KindUnknown {
			elements[i] = graph.UnknownValue(cause)
		}
	}
}

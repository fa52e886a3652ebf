package fix

import (
	"slices"
	"strings"

	"safeguard/internal/edit"
)

// A draft collects edits of several files against what they are now, so that
// they are made together or not at all.
type draft struct {
	order []*source
	edits map[*source][]edit.Edit
}

func newDraft() *draft { return &draft{edits: map[*source][]edit.Edit{}} }

func (d *draft) replace(f *source, start, end int, text string) {
	if f.src != nil && string(f.src[start:end]) == text {
		return
	}
	if d.edits[f] == nil {
		d.order = append(d.order, f)
	}
	d.edits[f] = append(d.edits[f], edit.Edit{Start: start, End: end, New: text})
}

func (d *draft) insert(f *source, at int, text string) { d.replace(f, at, at, text) }

// appendText adds text at the end of a file, after a blank line.
func (d *draft) appendText(f *source, text string) {
	text = f.laid(text, "")
	switch {
	case len(f.src) == 0 && d.edits[f] == nil:
	case len(f.src) > 0 && !strings.HasSuffix(string(f.src), "\n"):
		text = "\n\n" + text
	default:
		text = "\n" + text
	}
	d.insert(f, len(f.src), text)
}

// commit makes the edits.
func (d *draft) commit() error {
	for _, f := range d.order {
		edits := d.edits[f]
		// The same insertion twice is meant once: two instances of one block
		// ask for the same.
		var unique []edit.Edit
		for _, e := range edits {
			if !slices.Contains(unique, e) {
				unique = append(unique, e)
			}
		}
		if err := f.apply(unique...); err != nil {
			return err
		}
	}
	return nil
}

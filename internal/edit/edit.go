// Package edit says how bytes of a user's files change. Edits are data: ranges
// against bytes that were read, independent of each other, applied by whoever
// was asked to change files and by nobody else.
package edit

import (
	"cmp"
	"fmt"
	"slices"
)

// An Edit replaces the bytes [Start, End) of a file with New. An insertion has
// Start equal to End.
type Edit struct {
	File       string
	Start, End int
	New        string
}

// Apply makes the edits of one file in src and returns the result; src stays
// as it is. Identical edits count once; insertions at the same place go in
// their order. An edit out of range, or two that overlap, are an error, and
// nothing is applied.
func Apply(src []byte, edits []Edit) ([]byte, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	sorted = slices.Compact(sorted)
	var out []byte
	at := 0
	for _, e := range sorted {
		switch {
		case e.Start < 0 || e.End < e.Start || e.End > len(src):
			return nil, fmt.Errorf("edit bytes %d to %d of %s: it has %d bytes", e.Start, e.End, e.File, len(src))
		case e.Start < at:
			return nil, fmt.Errorf("edit bytes %d to %d of %s: another edit changes them too", e.Start, e.End, e.File)
		}
		out = append(out, src[at:e.Start]...)
		out = append(out, e.New...)
		at = e.End
	}
	return append(out, src[at:]...), nil
}

// Moved is where the byte at offset stands after the edit. A byte that the
// edit replaces moves to the start of what replaces it.
func (e Edit) Moved(offset int) int {
	switch {
	case offset >= e.End:
		return offset + len(e.New) - (e.End - e.Start)
	case offset > e.Start:
		return e.Start
	}
	return offset
}

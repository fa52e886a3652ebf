package triage

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An Edit is what people typed for an item in a spreadsheet.
type Edit struct {
	Key                     string
	Owner, Status, Comments string
	// Optimistic and Pessimistic replace the estimate, in hours; Actual is what
	// it took. Nil where nothing is typed.
	Optimistic, Pessimistic, Actual *float64
}

// The columns of a spreadsheet that people edit, and the key of the row.
const (
	ColumnKey         = "Key"
	ColumnOwner       = "Owner"
	ColumnStatus      = "Status"
	ColumnComments    = "Comments"
	ColumnOptimistic  = "Optimistic estimate"
	ColumnPessimistic = "Pessimistic estimate"
	ColumnActual      = "Actual hours"
)

// editable are the columns that a spreadsheet must have to be read back: one
// that is missing would lose what was typed in it.
var editable = []string{ColumnKey, ColumnOwner, ColumnStatus, ColumnComments, ColumnOptimistic, ColumnPessimistic, ColumnActual}

// ReadEdits reads the rows of a spreadsheet, the first of which names the
// columns, in any order. The error names the cell. Rows without a key are left
// out; two rows of one key must say the same.
func ReadEdits(rows [][]string) ([]Edit, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("the sheet is empty: want a row with the column %q and the others", ColumnKey)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	var missing []string
	for _, name := range editable {
		if _, ok := column[strings.ToLower(name)]; !ok {
			missing = append(missing, strconv.Quote(name))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("row 1: the columns %s are missing: it has %s", strings.Join(missing, ", "), strings.Join(rows[0], ", "))
	}
	var edits []Edit
	first := map[string]int{}
	for n, row := range rows[1:] {
		cell := func(name string) string {
			if i := column[strings.ToLower(name)]; i < len(row) {
				return strings.TrimSpace(strings.TrimPrefix(row[i], "'"))
			}
			return ""
		}
		e := Edit{Key: cell(ColumnKey), Owner: cell(ColumnOwner), Status: cell(ColumnStatus), Comments: cell(ColumnComments)}
		if e.Key == "" {
			continue
		}
		for name, into := range map[string]**float64{ColumnOptimistic: &e.Optimistic, ColumnPessimistic: &e.Pessimistic, ColumnActual: &e.Actual} {
			text := strings.Replace(strings.TrimSuffix(strings.TrimSpace(cell(name)), "h"), ",", ".", 1)
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			hours, err := strconv.ParseFloat(text, 64)
			if err != nil || !(hours >= 0) || hours > 1e6 {
				return nil, fmt.Errorf("row %d, column %q: %q: want hours, such as 1.5", n+2, name, cell(name))
			}
			*into = &hours
		}
		if e.Optimistic != nil && e.Pessimistic != nil && *e.Pessimistic < *e.Optimistic {
			return nil, fmt.Errorf("row %d: the pessimistic estimate, %g, is less than the optimistic one, %g", n+2, *e.Pessimistic, *e.Optimistic)
		}
		if at, again := first[e.Key]; again {
			if !edits[at].same(e) {
				return nil, fmt.Errorf("row %d: the key %s stands in two rows that differ: delete one of them", n+2, e.Key)
			}
			continue
		}
		first[e.Key] = len(edits)
		edits = append(edits, e)
	}
	return edits, nil
}

func (e Edit) same(f Edit) bool {
	number := func(p *float64) string {
		if p == nil {
			return ""
		}
		return fmt.Sprint(*p)
	}
	key := func(e Edit) []string {
		return []string{e.Owner, e.Status, e.Comments, number(e.Optimistic), number(e.Pessimistic), number(e.Actual)}
	}
	return slices.Equal(key(e), key(f))
}

// apply gives the items what people typed, and returns the edits of items that
// are not there any more.
func apply(items []*Item, edits []Edit) (gone []Edit) {
	byKey := map[string]*Item{}
	for _, item := range items {
		byKey[item.Key] = item
	}
	for _, e := range edits {
		item := byKey[e.Key]
		if item == nil {
			gone = append(gone, e)
			continue
		}
		item.Edit = e
		low, high := item.Estimate.Optimistic, item.Estimate.Pessimistic
		if e.Optimistic != nil {
			low = *e.Optimistic
		}
		if e.Pessimistic != nil {
			high = *e.Pessimistic
		}
		if e.Optimistic != nil || e.Pessimistic != nil {
			item.Estimate = Between(low, max(low, high))
		}
	}
	return gone
}

// Calibration is by how much the actual hours of items were above their
// estimates: the sum of the ones over the sum of the others. It is 1 where no
// hours are known.
func (p *Plan) Calibration() float64 {
	var actual, expected float64
	for _, item := range p.Items {
		if item.Edit.Actual != nil {
			actual += *item.Edit.Actual
			expected += item.Estimate.Expected
		}
	}
	if expected == 0 || actual == 0 {
		return 1
	}
	return cmp.Or(actual/expected, 1)
}

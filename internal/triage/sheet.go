package triage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An Edit is what people typed for an item in a spreadsheet.
type Edit struct {
	Key                     string // "" for a row of their own
	Owner, Status, Comments string
	// Optimistic and Pessimistic replace the estimate, in hours; Actual is what
	// it took. Nil where nothing is typed.
	Optimistic, Pessimistic, Actual *float64
	// Other are the cells of columns that are people's own, and all cells of a
	// row without a key.
	Other []Cell
}

// A Cell is what stands in a column.
type Cell struct{ Column, Text string }

// The columns of a spreadsheet that people edit, the key of the row, and the
// estimate that stood there before anybody edited it.
const (
	ColumnKey         = "Key"
	ColumnOwner       = "Owner"
	ColumnStatus      = "Status"
	ColumnComments    = "Comments"
	ColumnOptimistic  = "Optimistic estimate"
	ColumnPessimistic = "Pessimistic estimate"
	ColumnActual      = "Actual hours"
	ColumnOwn         = "Estimate of the facts"
)

// editable are the columns that a spreadsheet must have to be read back: one
// that is missing would lose what was typed in it.
var editable = []string{ColumnKey, ColumnOwner, ColumnStatus, ColumnComments, ColumnOptimistic, ColumnPessimistic, ColumnActual}

// A sheet is a spreadsheet that is read back.
type sheet struct {
	head   []string
	column map[string]int // by name in small letters
	known  []string
}

// ReadEdits reads the rows of a spreadsheet, the first of which names the
// columns, in any order; known are those that safeguard fills. Columns and rows
// of people's own are kept. An estimate that is what safeguard itself wrote is no
// edit. The error names the cell; two rows of one key must say the same.
func ReadEdits(rows [][]string, known []string) ([]Edit, error) {
	s, err := newSheet(rows, known)
	if err != nil {
		return nil, err
	}
	var edits []Edit
	first := map[string]int{}
	for n, row := range rows[1:] {
		e, err := s.edit(row, n+2)
		if err != nil {
			return nil, err
		}
		if e.Key == "" {
			if len(e.Other) > 0 {
				edits = append(edits, e)
			}
			continue
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

func newSheet(rows [][]string, known []string) (*sheet, error) {
	if len(rows) == 0 {
		return nil, fmt.Errorf("the sheet is empty: want a row with the column %q and the others", ColumnKey)
	}
	s := &sheet{head: slices.Clone(rows[0]), column: map[string]int{}, known: known}
	for _, row := range rows { // cells beside the table belong to columns without a name
		for i := len(s.head); i < len(row); i++ {
			s.head = append(s.head, "")
		}
	}
	for i, name := range s.head {
		name = strings.TrimSpace(name)
		if name == "" {
			name = fmt.Sprintf("Column %d", i+1)
		}
		s.head[i] = name
		if _, again := s.column[strings.ToLower(name)]; again {
			return nil, fmt.Errorf("row 1: the column %q stands there twice: rename one of them", name)
		}
		s.column[strings.ToLower(name)] = i
	}
	var missing []string
	for _, name := range editable {
		if _, ok := s.column[strings.ToLower(name)]; !ok {
			missing = append(missing, strconv.Quote(name))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("row 1: the columns %s are missing: it has %s", strings.Join(missing, ", "), strings.Join(rows[0], ", "))
	}
	return s, nil
}

func (s *sheet) edit(row []string, n int) (Edit, error) {
	cell := func(name string) string {
		if i, ok := s.column[strings.ToLower(name)]; ok && i < len(row) {
			return unguard(row[i])
		}
		return ""
	}
	e := Edit{Key: strings.TrimSpace(cell(ColumnKey))}
	for i, text := range row {
		if text = unguard(text); text != "" && (e.Key == "" || !s.isKnown(s.head[i])) {
			e.Other = append(e.Other, Cell{s.head[i], text})
		}
	}
	if e.Key == "" {
		return e, nil
	}
	e.Owner, e.Status, e.Comments = cell(ColumnOwner), cell(ColumnStatus), cell(ColumnComments)
	own, ownHigh, _ := strings.Cut(strings.TrimSuffix(cell(ColumnOwn), " h"), " to ")
	for _, c := range []struct {
		name, own string
		into      **float64
	}{{ColumnOptimistic, own, &e.Optimistic}, {ColumnPessimistic, ownHigh, &e.Pessimistic}, {ColumnActual, "", &e.Actual}} {
		hours, err := parseHours(cell(c.name))
		if err != nil {
			return Edit{}, fmt.Errorf("row %d, column %q: %w", n, c.name, err)
		}
		if before, err := parseHours(c.own); err == nil && before != nil && hours != nil && *before == *hours {
			continue
		}
		*c.into = hours
	}
	if e.Optimistic != nil && e.Pessimistic != nil && *e.Pessimistic < *e.Optimistic {
		return Edit{}, fmt.Errorf("row %d: the pessimistic estimate, %g, is less than the optimistic one, %g", n, *e.Pessimistic, *e.Optimistic)
	}
	return e, nil
}

func (s *sheet) isKnown(column string) bool {
	return slices.ContainsFunc(s.known, func(k string) bool { return strings.EqualFold(k, column) })
}

// parseHours reads a number of hours; nil for none.
func parseHours(cell string) (*float64, error) {
	text := strings.Replace(strings.TrimSuffix(strings.TrimSpace(cell), "h"), ",", ".", 1)
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	hours, err := strconv.ParseFloat(text, 64)
	if err != nil || !(hours >= 0) || hours > 1e6 {
		return nil, fmt.Errorf("%q: want hours, such as 1.5", cell)
	}
	return &hours, nil
}

// Guard keeps a spreadsheet from taking text for a formula: text that begins
// like one, behind any number of apostrophes, gets one more. ReadEdits takes it
// away again.
func Guard(text string) string {
	if isFormula(text) {
		return "'" + text
	}
	return text
}

func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && isFormula(rest) {
		return rest
	}
	return text
}

func isFormula(text string) bool {
	text = strings.TrimLeft(text, "'")
	return text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0]))
}

// Typed reports whether people typed anything.
func (e *Edit) Typed() bool {
	return e.Owner != "" || e.Status != "" || e.Comments != "" || e.Optimistic != nil || e.Pessimistic != nil || e.Actual != nil || len(e.Other) > 0
}

// Name is the edit in words: the key of its item, or that it is a row of people's
// own.
func (e *Edit) Name() string {
	if e.Key == "" {
		return "a row without a key"
	}
	return "the item " + e.Key
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
	return slices.Equal(key(e), key(f)) && slices.Equal(e.Other, f.Other)
}

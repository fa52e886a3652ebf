package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"safeguard/internal/assessment"
)

// A cause is a reason for undecided results.
type cause struct {
	text  string
	nexus nexus
	count int
}

// A nexus says who can remove a cause; the reader's own business comes first.
type nexus uint8

const (
	configuration nexus = iota // a value, a module, a file
	account                    // what may be declared elsewhere
	onlyAWS
)

type causes map[string]*cause

// add counts an undecided result. Those that one and the same step would
// decide have the same cause.
func (cs causes) add(r *assessment.Result) {
	c := cause{text: r.Annotation}
	if _, why, ok := strings.Cut(r.Annotation, " is declared here, but "); ok {
		c.text = why
	}
	switch {
	case strings.HasPrefix(r.Annotation, "only AWS knows"):
		c = cause{nexus: onlyAWS, text: "only AWS knows: `safeguard rules NAME` says where to look"}
	case strings.Contains(r.Annotation, "one elsewhere may"):
		c = cause{nexus: account, text: "not declared here, but perhaps elsewhere in the account: run safeguard audit, or pass --whole-account if this is all there is"}
	}
	if cs[c.text] == nil {
		cs[c.text] = &c
	}
	cs[c.text].count++
}

// undecided says what would decide most of the n undecided results.
func (t *Text) undecided(n int) {
	t.line(0, "")
	t.line(0, fmt.Sprintf("Undecided: %d. What would decide most of them:", n))
	sorted := slices.SortedFunc(maps.Values(t.causes), func(a, b *cause) int {
		return cmp.Or(cmp.Compare(a.nexus, b.nexus), cmp.Compare(b.count, a.count), cmp.Compare(a.text, b.text))
	})
	const most = 5
	width := len(strconv.Itoa(n))
	own := 0
	for _, c := range sorted {
		if c.nexus == configuration {
			if own++; own > most {
				continue
			}
		}
		t.filled(2, fmt.Sprintf("%*d ", width, c.count), 2+width+2, c.text)
	}
	if own > most {
		t.wrapped(2, fmt.Sprintf("and %d more reasons in what was scanned: --verdict INSUFFICIENT_DATA shows all", own-most))
	}
}

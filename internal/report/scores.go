package report

import (
	"cmp"
	"fmt"

	"safeguard/internal/assessment"
)

// headOf names a result: its place and address in Terraform, or what AWS calls
// the resource where Terraform has none.
func headOf(r *assessment.Result) []field {
	place, name := where(r.Location), r.Resource.Address
	if name == "" || name == "account" && r.Resource.Account != "" {
		name = cmp.Or(r.Resource.ARN, r.Resource.ID)
	}
	if place == "" && r.Resource.Account != "" {
		place = r.Resource.Account + " " + r.Resource.Region
	} else if place == "" {
		place = "(" + r.Resource.Root + ")"
	}
	head := []field{{cyan, printable(place)}, {"", printable(name)}}
	if r.Location.File != "" && len(r.Sources) > 0 { // of many accounts and Regions, one
		head = append(head, field{dim, printable(r.Resource.Account + " " + r.Resource.Region)})
	}
	return head
}

// scores writes the totals as AWS computes them.
func (t *Text) scores() {
	targets := map[[2]string]bool{}
	for _, s := range t.sum.Scores {
		if s.Region != "" {
			targets[[2]string{s.Account, s.Region}] = true
		}
	}
	for _, s := range t.sum.Scores {
		if s.Account != "" {
			continue
		}
		switch {
		case s.Kind == "conformance-pack":
			t.total("Compliance score", percent(s.Percent), fmt.Sprintf("%d of %d rule-resource pairs of %s are compliant", s.Passed, s.Counted, printable(s.Name)))
			t.total("Rule score", percent(share(s.RulesPassed, s.RulesCounted)), fmt.Sprintf("%d of %d rules with a verdict are compliant", s.RulesPassed, s.RulesCounted))
		case s.Name == "":
			t.total("Security score", percent(s.Percent), fmt.Sprintf("%d of %d controls of Security Hub passed", s.Passed, s.Counted))
		default:
			t.total("", percent(s.Percent), fmt.Sprintf("%d of %d of %s", s.Passed, s.Counted, printable(s.Name)))
		}
	}
	if len(targets) > 1 {
		t.total("Read", "", fmt.Sprintf("%d accounts and Regions", len(targets)))
	}
}

// share is n of m in percent; nil if m is 0.
func share(n, m int) *float64 {
	if m == 0 {
		return nil
	}
	p := float64(n) * 100 / float64(m)
	return &p
}

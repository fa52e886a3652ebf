package report

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// A htmlBar is the findings of a service: a picture beside words, so that the
// words keep their size however wide the page is.
type htmlBar struct {
	Service string
	Bar     template.HTML
	Total   int
}

// serviceBars are the findings of each service by severity, the most first.
func serviceBars(found []*assessment.Result) []htmlBar {
	byService := map[string]map[hipaa.Severity]int{}
	totals := map[string]int{}
	for _, r := range found {
		service := "other"
		if facts, ok := hipaa.Lookup(r.Rule); ok {
			service = facts.Service
		}
		if byService[service] == nil {
			byService[service] = map[hipaa.Severity]int{}
		}
		byService[service][r.Severity]++
		totals[service]++
	}
	services := slices.SortedFunc(maps.Keys(totals), func(a, b string) int {
		return cmp.Or(cmp.Compare(totals[b], totals[a]), cmp.Compare(a, b))
	})
	var bars []htmlBar
	for _, service := range services {
		bars = append(bars, htmlBar{service, severityBar(byService[service], totals[services[0]]), totals[service]})
	}
	return bars
}

// severityBar draws numbers by severity on a bar that is full at most.
func severityBar(count map[hipaa.Severity]int, most int) template.HTML {
	var parts strings.Builder
	var words []string
	x := 0
	for _, s := range hipaa.Severities() {
		n := count[s]
		if n == 0 {
			continue
		}
		name := strings.ToLower(s.String())
		fmt.Fprintf(&parts, `<rect class="f-%s" x="%d" width="%d" height="1"/>`, name, x, n)
		words = append(words, fmt.Sprintf("%d %s", n, name))
		x += n
	}
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 %d 1" preserveAspectRatio="none" role="img" aria-label="%s"><title>%[2]s</title>%[3]s</svg>`,
		most, strings.Join(words, ", "), parts.String()))
}

// A htmlCurve is a burn-up: the scores over the hours.
type htmlCurve struct {
	Picture template.HTML
	Hours   []string // along the axis
	Words   string   // what it shows
}

// burnUpCurve draws the scores of a plan over the hours; nil if there is
// nothing to do.
func burnUpCurve(plan *triage.Plan) *htmlCurve {
	if len(plan.Items) == 0 {
		return nil
	}
	steps := points(plan)
	last := steps[len(steps)-1]
	total := max(last.Hours, 1)
	curve := &htmlCurve{}
	for i := range 5 {
		curve.Hours = append(curve.Hours, fmt.Sprintf("%.0f h", total*float64(i)/4))
	}
	score := func(s triage.Step) string { return strings.TrimSpace(percent(s.ComplianceScore)) }
	curve.Words = fmt.Sprintf("The compliance score goes from %s to %s in about %.0f hours", score(steps[0]), score(last), last.Hours)
	if s, ok := halfway(steps); ok {
		curve.Words += fmt.Sprintf("; half of that is reached after %.0f, at %s", s.Hours, score(s))
	}
	curve.Words += ". Each step is a forecast: it takes an item for done."
	curve.Picture = template.HTML(fmt.Sprintf(`<svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="%s">`+
		`<path d="M0 0H1000M0 25H1000M0 50H1000M0 75H1000M0 100H1000"/><path class="rules" d="%s"/><path class="compliance" d="%s"/></svg>`,
		template.HTMLEscapeString(curve.Words),
		stairs(steps, total, func(s triage.Step) *float64 { return s.RuleScore }),
		stairs(steps, total, func(s triage.Step) *float64 { return s.ComplianceScore })))
	return curve
}

// stairs is the path of a score, which changes when an item is done. Steps
// that nobody could see are left out.
func stairs(steps []triage.Step, total float64, score func(triage.Step) *float64) string {
	var b strings.Builder
	begun := false
	x, y := "", ""
	for i, s := range steps {
		p := score(s)
		if p == nil {
			continue
		}
		nx, ny := fmt.Sprintf("%.0f", 1000*s.Hours/total), fmt.Sprintf("%.1f", 100-*p)
		switch {
		case !begun:
			fmt.Fprintf(&b, "M%s %s", nx, ny)
			begun = true
		case nx == x && ny == y, ny == y && i+1 < len(steps):
			continue
		default:
			fmt.Fprintf(&b, "H%sV%s", nx, ny)
		}
		x, y = nx, ny
	}
	return b.String()
}

// halfway is the first step with half of what the score gains.
func halfway(steps []triage.Step) (triage.Step, bool) {
	first, last := steps[0].ComplianceScore, steps[len(steps)-1].ComplianceScore
	if first == nil || last == nil || *last <= *first {
		return triage.Step{}, false
	}
	for _, s := range steps {
		if *s.ComplianceScore >= (*first+*last)/2 {
			return s, true
		}
	}
	return triage.Step{}, false
}

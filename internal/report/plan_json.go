package report

import (
	"encoding/json"
	"io"

	"safeguard/internal/assessment"
	"safeguard/internal/triage"
)

// The document that planJSON writes.
type planDocument struct {
	Schema  string       `json:"schema"` // safeguard-plan/1
	Target  string       `json:"target"`
	Before  planScore    `json:"before"`
	Total   planEstimate `json:"total"`
	Items   []planItem   `json:"items"`
	Sprints []planSprint `json:"sprints,omitempty"`
	Reach   *planReach   `json:"reach,omitempty"`
}

type planEstimate struct {
	Optimistic  float64 `json:"optimistic_hours"`
	Pessimistic float64 `json:"pessimistic_hours"`
	Expected    float64 `json:"expected_hours"`
	Sigma       float64 `json:"sigma_hours"`
}

type planScore struct {
	ComplianceScore *float64 `json:"compliance_score"`
	RuleScore       *float64 `json:"rule_score"`
	Open            int      `json:"open"`
	Hours           float64  `json:"hours"`
}

type planItem struct {
	Key          string              `json:"key"`
	Title        string              `json:"title"`
	Rules        []string            `json:"rules"`
	Severity     string              `json:"severity"`
	Kind         string              `json:"kind"`
	Risk         string              `json:"risk"`
	Window       bool                `json:"maintenance_window"`
	Root         string              `json:"root"`
	Address      string              `json:"address"`
	Location     assessment.Location `json:"location"`
	Fingerprints []string            `json:"fingerprints"`
	After        []string            `json:"after"`
	Needs        []string            `json:"needs"`
	Estimate     planEstimate        `json:"estimate"`
	Closes       float64             `json:"risk_closed"`
	Then         planScore           `json:"then"`
}

type planSprint struct {
	Hours float64    `json:"hours"`
	Parts []planPart `json:"parts"`
	Then  planScore  `json:"then"`
}

type planPart struct {
	Key    string  `json:"key"`
	Hours  float64 `json:"hours"`
	Number int     `json:"number"`
	Of     int     `json:"of"`
}

type planReach struct {
	Percent  float64      `json:"percent"`
	Keys     []string     `json:"keys"`
	Estimate planEstimate `json:"estimate"`
}

// planJSON writes a plan for programs, as one document.
func planJSON(w io.Writer, plan *triage.Plan, opts PlanOptions) error {
	doc := planDocument{
		Schema: "safeguard-plan/1", Target: opts.Target, Total: planEstimate(plan.Total),
		Before: scored(points(plan)[0]), Items: []planItem{},
	}
	keys := func(indexes []int) []string {
		ks := []string{}
		for _, i := range indexes {
			ks = append(ks, plan.Items[i].Key)
		}
		return ks
	}
	for i, item := range plan.Items {
		p := planItem{
			Key: item.Key, Title: item.Title, Rules: item.Rules, Severity: item.Severity.String(), Kind: string(item.Kind),
			Risk: string(item.Risk), Window: item.Window(), Root: item.Root, Address: item.Address, Location: item.Location,
			Fingerprints: []string{}, After: keys(item.After), Needs: append([]string{}, item.Needs...),
			Estimate: planEstimate(item.Estimate), Closes: item.Closes, Then: scored(plan.Steps[i]),
		}
		for _, r := range item.Results {
			p.Fingerprints = append(p.Fingerprints, r.Fingerprint)
		}
		doc.Items = append(doc.Items, p)
	}
	for _, s := range opts.Sprints {
		sprint := planSprint{Hours: s.Hours, Parts: []planPart{}, Then: scored(s.Step)}
		for _, part := range s.Parts {
			sprint.Parts = append(sprint.Parts, planPart{plan.Items[part.Item].Key, part.Hours, part.Number, part.Of})
		}
		doc.Sprints = append(doc.Sprints, sprint)
	}
	if opts.Percent != nil {
		doc.Reach = &planReach{*opts.Percent, keys(opts.Chosen), planEstimate(plan.Sum(opts.Chosen))}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

func scored(s triage.Step) planScore {
	return planScore{ComplianceScore: s.ComplianceScore, RuleScore: s.RuleScore, Open: s.Open, Hours: s.Hours}
}

package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// An Example is configuration that gives a verdict under a rule, or why no
// configuration does.
type Example struct {
	Verdict assessment.Verdict `json:"verdict"`
	Source  string             `json:"source,omitempty"`
	Why     string             `json:"why,omitempty"`
}

// An Explanation is all there is to say about a rule, for programs.
type Explanation struct {
	*hipaa.Rule
	Guide          *hipaa.Guide           `json:"guide"`
	Examples       []Example              `json:"examples"`
	StartingCode   string                 `json:"starting_code,omitempty"`
	Contradictions []*hipaa.Contradiction `json:"contradictions"`
}

// Rules writes a table of rules.
func Rules(w io.Writer, rules []*hipaa.Rule, width int) error {
	bw := bufio.NewWriter(w)
	fmt.Fprintf(bw, "%-8s  %-8s  %s\n", "SEVERITY", "OFFLINE", "RULE")
	t := &Text{w: bw, opts: TextOptions{Width: width}}
	for _, r := range rules {
		offline := map[hipaa.Decidable]string{hipaa.Full: "yes", hipaa.Partial: "in part", hipaa.None: "no"}[r.Decidable]
		fmt.Fprintf(bw, "%-8s  %-8s  %s\n", r.Severity, offline, r.Identifier)
		t.wrapped(20, r.Title)
	}
	fmt.Fprintf(bw, "\n%d rules. `safeguard rules NAME` explains one.\n", len(rules))
	return bw.Flush()
}

// Explain writes all there is to say about a rule.
func Explain(w io.Writer, r *hipaa.Rule, examples []Example, width int) error {
	t := &Text{w: bufio.NewWriter(w), opts: TextOptions{Width: width}}
	g := r.Guide()
	t.line(0, r.Identifier)
	t.wrapped(0, r.Title)
	t.line(0, "")
	t.property("Severity", fmt.Sprintf("%s (%s)", r.Severity, r.SeveritySource()))
	t.property("AWS types", strings.Join(r.ResourceTypes, ", "))
	if label := "AWS page   "; len(label)+len(r.URL()) <= t.opts.Width {
		t.line(0, label+r.URL())
	} else { // one piece, however long
		t.line(0, "AWS page")
		t.line(2, r.URL())
	}
	for _, p := range r.Parameters {
		if v := p.Value(); v.IsSet() {
			t.property("Parameter", fmt.Sprintf("%s = %s", p.Name, v))
		}
	}

	t.section("What AWS checks")
	t.item("COMPLIANT: " + g.Compliant)
	t.item("NON_COMPLIANT: " + g.NonCompliant)
	if g.NotApplicable != "" {
		t.item("NOT_APPLICABLE: " + g.NotApplicable)
	}
	for _, c := range g.CornerCases {
		t.item(c)
	}

	t.section("HIPAA Security Rule (45 CFR)")
	for _, id := range r.Citations {
		if c, ok := hipaa.LookupCitation(id); ok {
			t.item(fmt.Sprintf("%s %s (%s): %s", c.ID, c.Title, c.Requirement, c.Text))
		}
	}

	t.section("How Terraform decides it")
	if r.OnlyAWS != "" {
		t.wrapped(2, strings.ToUpper(r.OnlyAWS[:1])+r.OnlyAWS[1:]+".")
	}
	t.wrapped(2, g.Terraform.How)

	for _, e := range examples {
		if e.Source == "" {
			t.section("No example is " + string(e.Verdict))
			t.wrapped(2, strings.ToUpper(e.Why[:1])+e.Why[1:]+".")
			continue
		}
		t.section("An example that is " + string(e.Verdict))
		t.code(2, e.Source)
	}

	t.section("Fix")
	t.wrapped(2, g.Fix.Summary)
	if g.Fix.Terraform != "" {
		t.wrapped(2, g.Fix.Terraform)
	}
	if g.Fix.Notes != "" {
		t.wrapped(2, g.Fix.Notes)
	}
	t.wrapped(2, fmt.Sprintf("Kind: %s. Risk: %s. Effort: %g to %g hours, %g for each further resource.",
		g.Fix.Kind, g.Fix.Risk, g.Effort.Optimistic, g.Effort.Pessimistic, g.Effort.PerExtra))

	if code := r.StartingCode(); code != "" {
		t.section("Code to start from")
		t.code(2, code)
	}

	if cs := r.Contradictions(); len(cs) > 0 {
		t.section("Contradictions and traps")
		for _, c := range cs {
			t.item(c.Title + ": " + c.Why)
			if c.Resolution != "" {
				t.wrapped(4, "Way out: "+c.Resolution)
			}
		}
	}
	return t.w.Flush()
}

func (t *Text) section(title string) {
	t.line(0, "")
	t.line(0, title)
}

// code writes code as it is, at an indentation.
func (t *Text) code(indent int, code string) {
	for line := range strings.Lines(code) {
		t.line(indent, strings.TrimRight(line, "\n"))
	}
}

func (t *Text) item(text string) { t.filled(2, "-", 4, text) }

func (t *Text) property(name, value string) {
	t.filled(0, fmt.Sprintf("%-10s", name), 11, value)
}

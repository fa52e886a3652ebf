package scan

import (
	"cmp"
	"strconv"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rule"
)

const (
	accountAddress = "account"
	accountType    = "AWS::::Account"
)

func resourceResult(b *bound, g *graph.Graph, res *graph.Resource, v rule.Verdict) *assessment.Result {
	return result(b.facts, v, location(res.Location()), assessment.Resource{
		Type:          awsType(res.Type, b.facts),
		TerraformType: res.Type,
		Address:       res.Address,
		Root:          g.Root,
		ID:            res.ID,
		ARN:           res.ARN,
		Account:       accountOf(res.ARN),
		Region:        res.Region,
	})
}

func accountResult(facts *hipaa.Rule, g *graph.Graph, v rule.Verdict) *assessment.Result {
	return result(facts, v, assessment.Location{}, assessment.Resource{
		Type: accountType, Address: accountAddress, Root: g.Root,
	})
}

func moduleResult(facts *hipaa.Rule, g *graph.Graph, u *graph.Unresolved, v rule.Verdict) *assessment.Result {
	typ := accountType
	if len(facts.ResourceTypes) > 0 {
		typ = facts.ResourceTypes[0]
	}
	return result(facts, v, location(u.Location), assessment.Resource{Type: typ, Address: u.Address, Root: g.Root})
}

func result(facts *hipaa.Rule, v rule.Verdict, at assessment.Location, res assessment.Resource) *assessment.Result {
	r := &assessment.Result{
		Rule:        facts.Identifier,
		Verdict:     assessment.Verdict(v.Outcome().String()),
		Severity:    facts.Severity,
		Resource:    res,
		Location:    at,
		Annotation:  v.Annotation(),
		Evidence:    []assessment.Evidence{},
		Citations:   facts.Citations,
		Fingerprint: assessment.Fingerprint(facts.Identifier, res),
	}
	for _, e := range v.Evidence() {
		ev := assessment.Evidence{Address: cmp.Or(e.Address, res.Address), Attribute: e.Attribute, Location: location(e.Value.Location())}
		if e.Value.Kind() != graph.KindAbsent {
			ev.Value = e.Value.Display()
		}
		if ev.Location == (assessment.Location{}) && ev.Value == "" && ev.Attribute == "" {
			continue
		}
		r.Evidence = append(r.Evidence, ev)
		for _, hop := range e.Value.Via() {
			r.Evidence = append(r.Evidence, assessment.Evidence{Address: cmp.Or(e.Address, res.Address), Attribute: hop.Name, Value: ev.Value, Location: location(hop.Location)})
		}
	}
	return r
}

func location(l graph.Location) assessment.Location {
	return assessment.Location{File: l.File, Line: l.Line, EndLine: l.EndLine}
}

// accountOf is the account in an ARN, "" if there is none.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

// compareAddresses orders addresses with numeric keys by number: b[2] before b[10].
func compareAddresses(a, b string) int {
	for a != "" && b != "" {
		if isDigit(a[0]) && isDigit(b[0]) {
			na, ra := number(a)
			nb, rb := number(b)
			if c := cmp.Compare(na, nb); c != 0 {
				return c
			}
			a, b = ra, rb
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func number(s string) (n int, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	n, _ = strconv.Atoi(s[:i])
	return n, s[i:]
}

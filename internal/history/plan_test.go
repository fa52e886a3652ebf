package history

import (
	"errors"
	"slices"
	"testing"

	"safeguard/internal/assessment"
)

func testPlan(t *testing.T, location string) {
	s := open(t, location)
	if p, err := s.LastPlan(t.Context(), "terraform-config", "infra"); p != nil || err != nil {
		t.Fatalf("got %v, %v; want none", p, err)
	}
	half := 50.0
	for _, p := range []*Plan{
		{Started: epoch, HoursPerDay: 4, Steps: []Step{{Open: 9}}},
		{Started: epoch.AddDate(0, 0, 1), HoursPerDay: 8, Steps: []Step{{Open: 3}, {Item: "Version\x00 the bucket", Hours: 4, ComplianceScore: &half, Open: 2}, {Item: "last", Hours: 20}}},
		{Started: epoch.AddDate(0, 0, 2), Target: "other", HoursPerDay: 1, Steps: []Step{{}}},
	} {
		p.Source = "terraform-config"
		if p.Target == "" {
			p.Target = "infra"
		}
		if err := s.SavePlan(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.LastPlan(t.Context(), "terraform-config", "infra")
	if err != nil {
		t.Fatal(err)
	}
	if p.ID != 2 || !p.Started.Equal(epoch.AddDate(0, 0, 1)) || p.HoursPerDay != 8 || len(p.Steps) != 3 || p.Steps[1].Item != "Version\uFFFD the bucket" ||
		*p.Steps[1].ComplianceScore != 50 || p.Steps[2].ComplianceScore != nil || p.Steps[0].Open != 3 {
		t.Errorf("got %+v", p)
	}
	for _, bad := range []*Plan{{HoursPerDay: 1}, {Steps: []Step{{}}}} {
		if err := s.SavePlan(t.Context(), bad); err == nil {
			t.Errorf("%+v is kept", bad)
		}
	}
}

func TestPlanAt(t *testing.T) {
	t.Parallel()
	p := &Plan{Started: epoch, HoursPerDay: 8, Steps: []Step{{Open: 3}, {Hours: 4, Open: 2}, {Hours: 20}}}
	for _, c := range []struct {
		days        float64
		done, total float64
		open        int
	}{{-1, 0, 20, 3}, {0, 0, 20, 3}, {0.5, 4, 20, 2}, {1, 8, 20, 2}, {2.5, 20, 20, 0}, {99, 20, 20, 0}} {
		at := p.At(epoch.Add(hours(24 * c.days)))
		if at.Hours != c.done || at.Open != c.open {
			t.Errorf("after %v days: got %v hours done and %d open, want %v and %d", c.days, at.Hours, at.Open, c.done, c.open)
		}
	}
	if want := epoch.Add(hours(60)); !p.End().Equal(want) {
		t.Errorf("it ends %v, want %v", p.End(), want)
	}
}

func testResults(t *testing.T, location string) {
	s := open(t, location)
	save(t, s, stream{day: 0, results: []string{"a1 NON_COMPLIANT", "b1 COMPLIANT"}})
	save(t, s, stream{day: 1, results: []string{"a1 COMPLIANT"}})
	got, err := s.Results(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, []assessment.Verdict{assessment.NonCompliant, assessment.Compliant}, func(r *assessment.Result, v assessment.Verdict) bool { return r.Verdict == v }) ||
		got[0].Rule != "RULE_a" || got[0].Location.Line != 3 || got[0].Resource.Address != "aws_s3_bucket.a1" {
		t.Errorf("got %+v", got)
	}
	if _, err := s.Prune(t.Context(), epoch.AddDate(0, 0, 30)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Results(t.Context(), 1); !errors.Is(err, ErrPruned) {
		t.Errorf("got %v, want that they are deleted", err)
	}
}

package triage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// random makes an assessment of n results.
func random(seed uint64, n int) []*assessment.Result {
	r := rand.New(rand.NewPCG(seed, 1))
	rules := hipaa.Rules()
	var results []*assessment.Result
	for i := range n {
		facts := rules[r.IntN(len(rules))]
		verdict := assessment.Verdicts[r.IntN(len(assessment.Verdicts))]
		block := r.IntN(n/3 + 1)
		results = append(results, &assessment.Result{
			Rule: facts.Identifier, Verdict: verdict, Severity: facts.Severity,
			Resource: assessment.Resource{Address: fmt.Sprintf("aws_x.r%d[%d]", block, i), Root: "."},
			Location: assessment.Location{File: "main.tf", Line: block + 1},
		})
	}
	return results
}

func TestPlanIsSound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		results := random(seed, 120)
		plan := Make(results, Options{})
		var rescored assessment.Scorer
		closed := map[*assessment.Result]bool{}
		for i, item := range plan.Items {
			for _, j := range item.After {
				if j >= i {
					t.Fatalf("seed %d: item %d comes before %d, which it has to come after", seed, i, j)
				}
			}
			for _, r := range item.Results {
				if closed[r] {
					t.Fatalf("seed %d: a finding is in two items", seed)
				}
				closed[r] = true
			}
			if item.Estimate.Expected <= 0 && item.Kind != hipaa.FixProcess {
				t.Errorf("seed %d: %v costs nothing", seed, item.Rules)
			}
		}
		for _, r := range results {
			copied := *r
			if closed[r] {
				copied.Verdict = assessment.Compliant
			} else if r.Verdict == assessment.NonCompliant {
				t.Fatalf("seed %d: the finding of %s is in no item", seed, r.Rule)
			}
			rescored.Add(&copied)
		}
		want := rescored.Summary()
		if len(plan.Steps) == 0 {
			continue
		}
		last := plan.Steps[len(plan.Steps)-1]
		if !same(last.ComplianceScore, want.ComplianceScore) || !same(last.RuleScore, want.RuleScore) {
			t.Errorf("seed %d: the burn-up ends at %v and %v, scored anew it is %v and %v", seed,
				*last.ComplianceScore, *last.RuleScore, *want.ComplianceScore, *want.RuleScore)
		}
	}
}

func same(a, b *float64) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func TestSprints(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		plan := Make(random(seed, 90), Options{})
		capacity := 1 + float64(seed)*3
		sprints, err := plan.Sprints(capacity)
		if err != nil {
			t.Fatal(err)
		}
		ends := map[int]int{}
		hours := 0.0
		for n, s := range sprints {
			sum := 0.0
			for _, part := range s.Parts {
				sum += part.Hours
				ends[part.Item] = n
			}
			if sum > capacity+1e-6 || math.Abs(sum-s.Hours) > 1e-6 {
				t.Errorf("seed %d: sprint %d has %g hours of %g", seed, n, sum, capacity)
			}
			hours += sum
		}
		if len(ends) != len(plan.Items) {
			t.Errorf("seed %d: %d of %d items are in a sprint", seed, len(ends), len(plan.Items))
		}
		if n := len(plan.Steps); n > 0 && math.Abs(hours-plan.Steps[n-1].Hours) > 1e-6 {
			t.Errorf("seed %d: the sprints have %g hours, the plan %g", seed, hours, plan.Steps[n-1].Hours)
		}
		for i, item := range plan.Items {
			for _, j := range item.After {
				if ends[j] > ends[i] {
					t.Errorf("seed %d: item %d ends before %d, which it has to come after", seed, i, j)
				}
			}
		}
	}
	plan := Make(random(1, 30), Options{})
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := plan.Sprints(bad); err == nil {
			t.Errorf("a capacity of %g: got no error", bad)
		}
	}
}

// TestTarget compares with the cheapest set of all.
func TestTarget(t *testing.T) {
	t.Parallel()
	worse := 0.0
	n := 0
	for seed := range uint64(40) {
		plan := Make(random(seed, 40), Options{})
		if len(plan.Items) == 0 || len(plan.Items) > 14 {
			continue
		}
		last := *plan.Steps[len(plan.Steps)-1].ComplianceScore
		target := (*plan.Before.ComplianceScore + last) / 2
		set, err := plan.Target(target)
		if err != nil {
			t.Fatal(err)
		}
		got, best := cost(t, plan, set, target), math.Inf(1)
		for mask := range 1 << len(plan.Items) {
			var subset []int
			for i := range plan.Items {
				if mask>>i&1 == 1 {
					subset = append(subset, i)
				}
			}
			if valid(plan, subset, target) {
				best = min(best, cost(t, plan, subset, target))
			}
		}
		if got < best-1e-9 {
			t.Errorf("seed %d: the set costs %g, less than the cheapest, %g: it is not valid", seed, got, best)
		}
		worse += got / best
		n++
	}
	if n == 0 || worse/float64(n) > 1.15 {
		t.Errorf("sets cost %.2f times the cheapest on average over %d cases, want at most 1.15", worse/float64(n), n)
	}
	plan := Make(random(3, 30), Options{})
	if _, err := plan.Target(101); err == nil {
		t.Error("a target of 101 %: got no error")
	}
}

func valid(p *Plan, set []int, target float64) bool {
	c := p.Before.Results
	for _, i := range set {
		for _, j := range p.Items[i].After {
			if !slices.Contains(set, j) {
				return false
			}
		}
		c.Compliant += len(p.Items[i].Results)
		c.NonCompliant -= len(p.Items[i].Results)
	}
	score := assessment.Percent(c)
	return score != nil && *score >= target
}

func cost(t *testing.T, p *Plan, set []int, target float64) float64 {
	t.Helper()
	if !valid(p, set, target) {
		t.Errorf("the set %v does not reach %g", set, target)
	}
	sum := 0.0
	for _, i := range set {
		sum += p.Items[i].Estimate.Expected
	}
	return sum
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	e := Between(1, 4)
	if want := (1 + 4*2 + 4) / 6.0; math.Abs(e.Expected-want) > 1e-9 || e.Sigma != 0.5 {
		t.Errorf("got %+v, want an expected value of %g and a sigma of 0.5", e, want)
	}
	var sum Estimate
	for range 16 {
		sum = sum.Plus(e)
	}
	if math.Abs(sum.Expected-16*e.Expected) > 1e-9 || math.Abs(sum.Sigma-2) > 1e-9 {
		t.Errorf("got %+v for sixteen, want a sigma of 4 times one's", sum)
	}
	if sum.Pessimistic >= 16*4 || sum.Optimistic <= 16 {
		t.Errorf("got %+v, want bounds within the sums of best and worst cases", sum)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	r := func(address string, line int) *assessment.Result {
		return &assessment.Result{
			Rule: "S3_BUCKET_VERSIONING_ENABLED", Verdict: assessment.NonCompliant,
			Resource: assessment.Resource{Address: address, Root: "."}, Location: assessment.Location{File: "m/main.tf", Line: line},
		}
	}
	one := Make([]*assessment.Result{r(`module.a["x.[y"].aws_s3_bucket.b[0]`, 3), r(`module.a["z"].aws_s3_bucket.b[1]`, 3), r("module.c.aws_s3_bucket.b", 3)}, Options{})
	if len(one.Items) != 1 || one.Items[0].Address != "aws_s3_bucket.b" {
		t.Fatalf("got %d items, want one for the block that three calls share", len(one.Items))
	}
	moved := Make([]*assessment.Result{r("module.c.aws_s3_bucket.b", 30)}, Options{})
	if moved.Items[0].Key != one.Items[0].Key {
		t.Error("the key changes when the block moves within its file")
	}
}

// BenchmarkRead is the floor for BenchmarkMake: reading the stream of the same
// results.
func BenchmarkRead(b *testing.B) {
	var stream bytes.Buffer
	enc := json.NewEncoder(&stream)
	messages := []assessment.Message{{Config: &assessment.Config{Schema: assessment.Schema}}}
	for _, r := range random(1, 20_000) {
		messages = append(messages, assessment.Message{Result: r})
	}
	for _, m := range append(messages, assessment.Message{Summary: &assessment.Summary{}}) {
		if err := enc.Encode(m); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := assessment.Read(bytes.NewReader(stream.Bytes()), &Collector{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	results := random(1, 20_000)
	for b.Loop() {
		Make(results, Options{})
	}
}

package audit

import (
	"fmt"
	"testing"

	"safeguard/internal/audit/awsfake"
)

// TestScores compares with figures computed by hand.
func TestScores(t *testing.T) {
	t.Parallel()
	finding := func(account, control, status, workflow string, n int, standards ...string) *awsfake.Finding {
		return &awsfake.Finding{ID: fmt.Sprint(account, control, status, workflow, n), Account: account, Region: region, Control: control, Status: status, Workflow: workflow,
			Severity: "LOW", ResourceType: "AwsS3Bucket", ResourceID: fmt.Sprintf("arn:aws:s3:::%s-%d", account, n), Standards: standards}
	}
	hub := func(findings ...*awsfake.Finding) *awsfake.Contents {
		return &awsfake.Contents{Recorder: "recording", Hub: true, Findings: findings}
	}
	rules := func(suffix string, verdicts map[string][]string) *awsfake.Contents {
		c := &awsfake.Contents{Recorder: "recording", Packs: []awsfake.Pack{{Name: "hipaa"}}}
		for _, name := range []string{"a", "b", "c"} {
			r := awsfake.Rule{Name: name + "-conformance-pack-" + suffix, Identifier: "S3_BUCKET_VERSIONING_ENABLED"}
			for i, v := range verdicts[name] {
				r.Evaluations = append(r.Evaluations, awsfake.Evaluation{Type: "AWS::S3::Bucket", ID: fmt.Sprint(name, i), Verdict: v, At: now})
			}
			c.Rules = append(c.Rules, r)
			c.Packs[0].Rules = append(c.Packs[0].Rules, r.Name)
		}
		return c
	}
	const good, bad, none = "COMPLIANT", "NON_COMPLIANT", "INSUFFICIENT_DATA"
	here, there := awsfake.Place{Account: own, Region: region}, awsfake.Place{Account: member, Region: region}
	for _, c := range []struct {
		name    string
		places  map[awsfake.Place]*awsfake.Contents
		kind    string
		score   string // name of the pack or standard
		account string
		want    string // passed/counted percent
	}{
		{"pack: pairs, not rules", map[awsfake.Place]*awsfake.Contents{here: rules("x", map[string][]string{"a": {good, good, bad}, "b": {good}})}, kindPack, "hipaa", own, "3/4 75.00 rules 1/2"},
		{"pack: no data is not counted", map[awsfake.Place]*awsfake.Contents{here: rules("x", map[string][]string{"a": {none, good, bad}, "b": {none}})}, kindPack, "hipaa", own, "1/2 50.00 rules 0/1"},
		{"pack: accounts add up, percentages do not", map[awsfake.Place]*awsfake.Contents{
			here: rules("x", map[string][]string{"a": {good, good, good, good}}), there: rules("y", map[string][]string{"a": {bad}}),
		}, kindPack, "hipaa", "", "4/5 80.00 rules 0/1"},
		{"pack: nothing decided", map[awsfake.Place]*awsfake.Contents{here: rules("x", nil)}, kindPack, "hipaa", own, "0/0 none rules 0/0"},
		{"hub: one failed finding fails the control", map[awsfake.Place]*awsfake.Contents{here: hub(
			finding(own, "S3.1", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.1", "FAILED", "NEW", 2, fsbp), finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp))},
			kindHub, fsbp, own, "1/2 50.00"},
		{"hub: suppressed ones do not count, what passed remains", map[awsfake.Place]*awsfake.Contents{here: hub(
			finding(own, "S3.1", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.1", "FAILED", "SUPPRESSED", 2, fsbp), finding(own, "S3.2", "FAILED", "NEW", 1, fsbp))},
			kindHub, fsbp, own, "1/2 50.00"},
		{"hub: all suppressed is no data", map[awsfake.Place]*awsfake.Contents{here: hub(
			finding(own, "S3.1", "FAILED", "SUPPRESSED", 1, fsbp), finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp))},
			kindHub, fsbp, own, "1/1 100.00"},
		{"hub: a warning lowers the score", map[awsfake.Place]*awsfake.Contents{here: hub(
			finding(own, "S3.1", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.1", "WARNING", "NEW", 2, fsbp), finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.3", "PASSED", "RESOLVED", 1, fsbp))},
			kindHub, fsbp, own, "2/3 67.00"},
		{"hub: resolved by hand is still failed", map[awsfake.Place]*awsfake.Contents{here: hub(
			finding(own, "S3.1", "FAILED", "RESOLVED", 1, fsbp), finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp))},
			kindHub, fsbp, own, "1/2 50.00"},
		{"hub: a control of two standards counts once in all", map[awsfake.Place]*awsfake.Contents{here: hub(
			finding(own, "S3.1", "FAILED", "NEW", 1, fsbp, nist), finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.3", "PASSED", "RESOLVED", 1, nist))},
			kindHub, "", own, "2/3 67.00"},
		{"hub: failed in one account is failed in all", map[awsfake.Place]*awsfake.Contents{
			here:  hub(finding(own, "S3.1", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp)),
			there: hub(finding(member, "S3.1", "FAILED", "NEW", 1, fsbp)),
		}, kindHub, fsbp, "", "1/2 50.00"},
		{"hub: before consolidation", map[awsfake.Place]*awsfake.Contents{here: hub(
			&awsfake.Finding{ID: "1", Legacy: true, Account: own, Region: region, Control: "S3.1", Status: "FAILED", Workflow: "NEW", Standards: []string{fsbp}, ResourceType: "AwsS3Bucket", ResourceID: "arn:aws:s3:::a"},
			finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp), finding(own, "S3.3", "PASSED", "RESOLVED", 1, fsbp))},
			kindHub, fsbp, own, "2/3 67.00"},
		{"hub: archived findings do not count", map[awsfake.Place]*awsfake.Contents{here: hub(
			&awsfake.Finding{ID: "1", Archived: true, Account: own, Region: region, Control: "S3.1", Status: "FAILED", Standards: []string{fsbp}, ResourceType: "AwsS3Bucket", ResourceID: "arn:aws:s3:::a"},
			finding(own, "S3.2", "PASSED", "RESOLVED", 1, fsbp))},
			kindHub, fsbp, own, "1/1 100.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &awsfake.World{Account: own, Role: "Reader", Accounts: []string{own, member}, Places: c.places}
			opts := serve(t, w)
			opts.Role = "Reader"
			l := audit(t, opts)
			for _, s := range l.summary.Scores {
				if s.Kind != c.kind || s.Name != c.score || s.Account != c.account || c.account != "" && s.Region != region {
					continue
				}
				got := fmt.Sprintf("%d/%d ", s.Passed, s.Counted)
				if s.Percent == nil {
					got += "none"
				} else {
					got += fmt.Sprintf("%.2f", *s.Percent)
				}
				if s.Kind == kindPack {
					got += fmt.Sprintf(" rules %d/%d", s.RulesPassed, s.RulesCounted)
				}
				if got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				return
			}
			t.Errorf("no such score in %+v", l.summary.Scores)
		})
	}
}

func TestScoreThatDiffers(t *testing.T) {
	t.Parallel()
	w := world()
	w.Places[awsfake.Place{Account: own, Region: region}].Packs[0].Score = "75.00"
	if l := audit(t, serve(t, w)); !l.warned("AWS gives the conformance pack hipaa a score of 75.00 %, its results make 50.00 %") {
		t.Error("nobody says that AWS's score differs")
	}
}

func TestDisabledControlsDoNotCount(t *testing.T) {
	t.Parallel()
	w := world()
	w.Places[awsfake.Place{Account: own, Region: region}].Standards[0].Controls[2].Disabled = true // EC2.999, unknown
	for _, s := range audit(t, serve(t, w)).summary.Scores {
		if s.Kind == kindHub && s.Name == fsbp && s.Counted != 1 {
			t.Errorf("got %+v, want S3.14 alone: RDS.3 has no data", s)
		}
	}
}

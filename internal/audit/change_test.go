package audit

import (
	"fmt"
	"strings"
	"testing"

	"safeguard/internal/audit/awsfake"
	"safeguard/internal/hipaa"
)

func TestUpdateInBatches(t *testing.T) {
	t.Parallel()
	w := world()
	home := w.Places[awsfake.Place{Account: own, Region: region}]
	home.Findings = nil
	var changes []Change
	for i := range 250 {
		id := fmt.Sprint("f", i)
		home.Findings = append(home.Findings, &awsfake.Finding{ID: id, Account: own, Region: region, Workflow: "NEW"})
		changes = append(changes, Change{Finding: id, Product: "arn:aws:securityhub:" + region + "::product/aws/securityhub", Region: region, Workflow: "SUPPRESSED", Note: "why"})
	}
	changes[7].Finding = "gone"
	done, refused, err := Update(t.Context(), serve(t, w).AWS, changes, "me")
	if err != nil {
		t.Fatal(err)
	}
	if len(done) != 249 || len(refused) != 1 || refused[0].Finding != "gone" || !strings.HasPrefix(refused[0].Reason, "FindingNotFound") {
		t.Errorf("got %d done and %+v refused", len(done), refused)
	}
	if n := w.Calls()["securityhub:BatchUpdateFindings"]; n != 3 {
		t.Errorf("got %d calls, want 3 of a hundred findings each", n)
	}
	if f := home.Findings[0]; f.Workflow != "SUPPRESSED" || f.Note != "why" {
		t.Errorf("got %+v", f)
	}
	changes[0].Note = strings.Repeat("x", 513)
	if _, _, err := Update(t.Context(), serve(t, w).AWS, changes, "me"); err == nil {
		t.Error("a note that is too long is sent")
	}
}

func TestAttest(t *testing.T) {
	t.Parallel()
	w := world()
	check, ok := hipaa.Lookup("annual-risk-assessment-performed")
	if !ok {
		t.Fatal("the pack has no process check")
	}
	told, err := Attest(t.Context(), serve(t, w).AWS, check, true, "RISK-42", now)
	if err != nil || len(told) != 1 {
		t.Fatalf("got %q, %v", told, err)
	}
	got := w.Places[awsfake.Place{Account: own, Region: region}].External
	if len(got) != 1 || got[0]["ComplianceType"] != "COMPLIANT" || got[0]["Annotation"] != "RISK-42" {
		t.Errorf("got %v", got)
	}
	if _, err := Attest(t.Context(), serve(t, &awsfake.World{}).AWS, check, true, "RISK-42", now); err == nil || !strings.Contains(err.Error(), "deploy the conformance pack") {
		t.Errorf("got %v, want that there is no such rule", err)
	}
}

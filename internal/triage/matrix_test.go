package triage_test

import (
	"testing"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

func TestMatrix(t *testing.T) {
	t.Parallel()
	const paragraph = "164.308(a)(1)(ii)(A)" // one rule alone
	rule := "AWS_CONFIG_PROCESS_CHECK"
	result := func(v assessment.Verdict, e *assessment.Exception) []*assessment.Result {
		return []*assessment.Result{{Rule: rule, Verdict: v, Exception: e}}
	}
	for _, test := range []struct {
		name     string
		results  []*assessment.Result
		selected []string
		want     triage.Status
	}{
		{"none", nil, nil, triage.StatusNothing},
		{"not judged", nil, []string{"SNS_ENCRYPTED_KMS"}, triage.StatusUndecided},
		{"compliant", result(assessment.Compliant, nil), nil, triage.StatusSupported},
		{"undecided", result(assessment.InsufficientData, nil), nil, triage.StatusUndecided},
		{"non-compliant", result(assessment.NonCompliant, nil), nil, triage.StatusGap},
		{"accepted", result(assessment.NonCompliant, &assessment.Exception{Reason: "r"}), nil, triage.StatusAccepted},
		{"one of two", append(result(assessment.NonCompliant, nil), result(assessment.Compliant, nil)...), nil, triage.StatusGap},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			matrix := triage.Matrix(test.results, test.selected)
			if len(matrix) != len(hipaa.Citations()) {
				t.Fatalf("got %d paragraphs, want %d", len(matrix), len(hipaa.Citations()))
			}
			for _, p := range matrix {
				if p.ID == paragraph && p.Status != test.want {
					t.Errorf("got %s, want %s", p.Status, test.want)
				}
				if len(p.Rules()) == 0 && p.Status != triage.StatusPeople {
					t.Errorf("%s has no rule: got %s", p.ID, p.Status)
				}
			}
		})
	}
}

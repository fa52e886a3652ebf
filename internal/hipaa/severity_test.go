package hipaa_test

import (
	"encoding/json"
	"slices"
	"testing"

	"safeguard/internal/hipaa"
)

func TestSeverityOrder(t *testing.T) {
	t.Parallel()
	var none hipaa.Severity
	order := []hipaa.Severity{none, hipaa.Low, hipaa.Medium, hipaa.High, hipaa.Critical}
	if !slices.IsSorted(order) || len(slices.Compact(slices.Clone(order))) != len(order) {
		t.Errorf("got %v, want it strictly ascending", order)
	}
	descending := hipaa.Severities()
	slices.Reverse(descending)
	if !slices.Equal(descending, order[1:]) {
		t.Errorf("Severities() = %v, want all, the highest first", hipaa.Severities())
	}
}

func TestParseSeverity(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]hipaa.Severity{
		"LOW": hipaa.Low, "medium": hipaa.Medium, "High": hipaa.High, "CRITICAL": hipaa.Critical,
		"": 0, "INFORMATIONAL": 0, "4": 0,
	} {
		got, err := hipaa.ParseSeverity(text)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("ParseSeverity(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestSeverityText(t *testing.T) {
	t.Parallel()
	for _, s := range hipaa.Severities() {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if want := `"` + s.String() + `"`; string(data) != want {
			t.Errorf("got %s, want %s", data, want)
		}
		var back hipaa.Severity
		if err := json.Unmarshal(data, &back); err != nil || back != s {
			t.Errorf("%s came back as %v, %v", data, back, err)
		}
	}
	if got := hipaa.Severity(9).String(); got != "Severity(9)" {
		t.Errorf("got %q for a severity that does not exist", got)
	}
	var s hipaa.Severity
	if err := json.Unmarshal([]byte(`"URGENT"`), &s); err == nil {
		t.Errorf("got %v for URGENT, want an error", s)
	}
}

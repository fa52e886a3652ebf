package hipaa_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/hipaa"
)

// A field that the types do not know would silently be lost.
func TestFilesHoldKnownFieldsOnly(t *testing.T) {
	t.Parallel()
	for file, into := range map[string]any{
		"citations.json":      &[]hipaa.Citation{},
		"contradictions.json": &[]hipaa.Contradiction{},
		"controls.json":       &[]hipaa.Control{},
		"guides.json":         &[]hipaa.Guide{},
	} {
		data, err := os.ReadFile(filepath.Join("data", file))
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: got %v after the list, want the end of the file", file, err)
		}
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	fsbp := 0
	for _, c := range hipaa.Controls() {
		if c.FSBP {
			fsbp++
		}
	}
	pairs, withoutRule := 0, 0
	for _, c := range hipaa.Citations() {
		pairs += len(c.Rules())
		if len(c.Rules()) == 0 {
			withoutRule++
		}
	}
	got := map[string]int{
		"citations":               len(hipaa.Citations()),
		"citations without rules": withoutRule,
		"rule-citation pairs":     pairs,
		"contradictions":          len(hipaa.Contradictions()),
		"controls":                len(hipaa.Controls()),
		"controls of FSBP":        fsbp,
	}
	want := map[string]int{
		"citations":               71,
		"citations without rules": 36,
		"rule-citation pairs":     568,
		"contradictions":          56,
		"controls":                411,
		"controls of FSBP":        376,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIDsAreUniqueAndInOrder(t *testing.T) {
	t.Parallel()
	ids := map[string][]string{}
	for _, r := range hipaa.Rules() {
		ids["rule names"] = append(ids["rule names"], r.Name)
	}
	for _, c := range hipaa.Citations() {
		ids["citations"] = append(ids["citations"], c.ID)
		ids["citation titles"] = append(ids["citation titles"], c.Title)
	}
	for _, c := range hipaa.Contradictions() {
		ids["contradictions"] = append(ids["contradictions"], c.ID)
	}
	for _, c := range hipaa.Controls() {
		ids["controls"] = append(ids["controls"], strings.ToLower(c.ID))
	}
	for what, list := range ids {
		sorted := slices.Sorted(slices.Values(list))
		for i, id := range sorted[1:] {
			if id == sorted[i] {
				t.Errorf("%s: %s is there twice", what, id)
			}
		}
	}
	if !slices.IsSorted(ids["contradictions"]) {
		t.Error("the contradictions are not in the order of their ids")
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	c, ok := hipaa.LookupCitation("164.312(a)(1)")
	if !ok {
		t.Fatal("no citation 164.312(a)(1)")
	}
	if got, want := c.Safeguard()+", "+c.Title+", "+string(c.Kind), "Technical safeguards, Access control, standard"; got != want {
		t.Errorf("164.312(a)(1) is %q, want %q", got, want)
	}
	encryption, ok := hipaa.LookupCitation("164.312(a)(2)(iv)")
	if !ok || encryption.Requirement != hipaa.Addressable || encryption.Kind != hipaa.Specification {
		t.Errorf("164.312(a)(2)(iv) = %+v, %v, want an addressable specification", encryption, ok)
	}
	if _, ok := hipaa.LookupCitation("164.312"); ok {
		t.Error("a section alone is no citation")
	}
	control, ok := hipaa.LookupControl("opensearch.1")
	if !ok || control.ID != "Opensearch.1" {
		t.Errorf("LookupControl(opensearch.1) = %+v, %v", control, ok)
	}
	if _, ok := hipaa.LookupControl("S3.99"); ok {
		t.Error("there is no control S3.99")
	}
	contradiction, ok := hipaa.LookupContradiction("s3-sal-target-no-kms")
	if !ok || contradiction.ID != "S3-SAL-TARGET-NO-KMS" {
		t.Errorf("LookupContradiction(s3-sal-target-no-kms) = %+v, %v", contradiction, ok)
	}
	if _, ok := hipaa.LookupContradiction("S3"); ok {
		t.Error("there is no contradiction S3")
	}
}

func TestRulesReferToWhatExists(t *testing.T) {
	t.Parallel()
	for _, r := range hipaa.Rules() {
		if len(r.Citations) == 0 {
			t.Errorf("%s: no citation", r.Identifier)
		}
		for _, id := range r.Citations {
			if c, ok := hipaa.LookupCitation(id); !ok {
				t.Errorf("%s: no citation %s", r.Identifier, id)
			} else if !slices.Contains(c.Rules(), r) {
				t.Errorf("%s is not among the rules of %s", r.Identifier, id)
			}
		}
		for _, id := range r.SecurityHub {
			c, ok := hipaa.LookupControl(id)
			if !ok || c.ID != id {
				t.Errorf("%s: no control %s", r.Identifier, id)
				continue
			}
			if c.Severity != r.Severity {
				t.Errorf("%s is %v, its control %s is %v", r.Identifier, r.Severity, id, c.Severity)
			}
			if c.ConfigRule != r.Name && !c.Custom {
				t.Errorf("%s: control %s rests on %s", r.Identifier, id, c.ConfigRule)
			}
			if diff := cmp.Diff(r.ResourceTypes, c.ResourceTypes); diff != "" {
				t.Errorf("%s and %s have other resource types:\n%s", r.Identifier, id, diff)
			}
		}
		for _, id := range r.RelatedControls {
			if c, ok := hipaa.LookupControl(id); !ok || c.ID != id {
				t.Errorf("%s: no related control %s", r.Identifier, id)
			}
			if slices.Contains(r.SecurityHub, id) {
				t.Errorf("%s: %s has the same check and is related as well", r.Identifier, id)
			}
		}
		if r.Guide().Rule != r.Identifier || r.Guide().Compliant == "" {
			t.Errorf("%s: no guide", r.Identifier)
		}
		if (len(r.SecurityHub) > 0) != (r.Guide().SeverityReason == "") {
			t.Errorf("%s: the severity needs either a control or a reason", r.Identifier)
		}
		if (r.Decidable == hipaa.None) != (r.OnlyAWS != "") {
			t.Errorf("%s: decidable %s and OnlyAWS %q", r.Identifier, r.Decidable, r.OnlyAWS)
		}
	}
}

func TestGuidesAreThoseOfTheRules(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("data/guides.json")
	if err != nil {
		t.Fatal(err)
	}
	var guides []hipaa.Guide
	if err := json.Unmarshal(data, &guides); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, g := range guides {
		got = append(got, g.Rule)
	}
	for _, r := range hipaa.Rules() {
		want = append(want, r.Identifier)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestControlsReferToWhatExists(t *testing.T) {
	t.Parallel()
	for _, c := range hipaa.Controls() {
		same := c.Rules()
		if (len(same) > 0) == (c.Terraform != nil) {
			t.Errorf("%s: %d rules with the same check, and Terraform %v", c.ID, len(same), c.Terraform)
		}
		if c.ConfigRule == "" && !c.Custom && c.ID != "BedrockAgentCore.5" && c.ID != "BedrockAgentCore.6" {
			t.Errorf("%s: no AWS Config rule", c.ID)
		}
		if !c.FSBP && len(same) == 0 && len(c.RelatedRules()) == 0 {
			t.Errorf("%s: neither in FSBP nor near a rule", c.ID)
		}
		for _, r := range hipaa.Rules() {
			near := slices.Concat(r.SecurityHub, r.RelatedControls)
			if r.Name == c.ConfigRule && !slices.Contains(near, c.ID) {
				t.Errorf("%s rests on %s, which does not name it", c.ID, r.Identifier)
			}
		}
	}
}

func TestContradictionsReferToWhatExists(t *testing.T) {
	t.Parallel()
	for _, c := range hipaa.Contradictions() {
		if len(c.Rules) == 0 || !slices.IsSorted(c.Rules) {
			t.Errorf("%s: rules %v, want at least one, in order", c.ID, c.Rules)
		}
		for _, identifier := range c.Rules {
			if r, ok := hipaa.Lookup(identifier); !ok || r.Identifier != identifier {
				t.Errorf("%s: no rule %s", c.ID, identifier)
			} else if !slices.Contains(r.Contradictions(), c) {
				t.Errorf("%s is not among the contradictions of %s", c.ID, identifier)
			}
		}
		for _, id := range c.SecurityHub {
			if control, ok := hipaa.LookupControl(id); !ok || control.ID != id {
				t.Errorf("%s: no control %s", c.ID, id)
			}
		}
		for _, pattern := range slices.Concat(c.NamePatterns, c.NameHints) {
			if _, err := path.Match(pattern, ""); err != nil || strings.Trim(pattern, "*") == "" {
				t.Errorf("%s: pattern %q: %v", c.ID, pattern, err)
			}
		}
	}
}

func TestSupportingRulesExist(t *testing.T) {
	t.Parallel()
	supporting := 0
	for _, c := range hipaa.Citations() {
		for _, identifier := range c.SupportingRules {
			supporting++
			if r := lookup(t, identifier); r.Identifier != identifier || slices.Contains(r.Citations, c.ID) {
				t.Errorf("%s: %s is no identifier, or cites it already", c.ID, identifier)
			}
		}
	}
	if supporting != 10 {
		t.Errorf("got %d supporting rules, want 10", supporting)
	}
}

func TestEnumerations(t *testing.T) {
	t.Parallel()
	triggers := []hipaa.Trigger{hipaa.OnChange, hipaa.Periodic, hipaa.Both}
	decidable := []hipaa.Decidable{hipaa.Full, hipaa.Partial, hipaa.None}
	confidences := []hipaa.Confidence{hipaa.ConfidenceHigh, hipaa.ConfidenceMedium}
	for _, r := range hipaa.Rules() {
		g := r.Guide()
		check(t, r.Identifier, r.Severity, hipaa.Severities()...)
		check(t, r.Identifier, r.Trigger, triggers...)
		check(t, r.Identifier, r.Decidable, decidable...)
		check(t, r.Identifier, g.Confidence, confidences...)
		check(t, r.Identifier, g.Fix.Kind, hipaa.FixOption, hipaa.FixNewResource, hipaa.FixArchitecture, hipaa.FixAccount, hipaa.FixProcess)
		check(t, r.Identifier, g.Fix.Risk, hipaa.RiskNone, hipaa.RiskCost, hipaa.RiskDowntime, hipaa.RiskReplacement, hipaa.RiskDataLoss)
		for _, p := range r.Parameters {
			check(t, r.Identifier+" "+p.Name, p.Type, hipaa.TypeBool, hipaa.TypeInt, hipaa.TypeNumber, hipaa.TypeString, hipaa.TypeList, hipaa.TypeMap)
			for _, v := range []hipaa.Value{p.Default, p.Pack} {
				if err := p.Check(v); err != nil && v.IsSet() {
					t.Errorf("%s: %v", r.Identifier, err)
				}
			}
		}
		if e := g.Effort; e.PerExtra <= 0 || e.Optimistic <= 0 || e.Pessimistic < e.Optimistic || e.PerExtra > e.Pessimistic {
			t.Errorf("%s: effort %+v", r.Identifier, e)
		}
	}
	for _, c := range hipaa.Controls() {
		check(t, c.ID, c.Severity, hipaa.Severities()...)
		check(t, c.ID, c.Trigger, triggers...)
		if c.Terraform != nil {
			check(t, c.ID, c.Terraform.Decidable, decidable...)
		}
	}
	for _, c := range hipaa.Citations() {
		check(t, c.ID, c.Kind, hipaa.Standard, hipaa.Specification)
		check(t, c.ID, c.Requirement, hipaa.Required, hipaa.Addressable)
		if c.Safeguard() == "" {
			t.Errorf("%s: section %s has no heading", c.ID, c.Section())
		}
		if c.Kind == hipaa.Standard && c.Requirement != hipaa.Required {
			t.Errorf("%s: a standard always binds", c.ID)
		}
	}
	for _, c := range hipaa.Contradictions() {
		check(t, c.ID, c.Confidence, confidences...)
		check(t, c.ID, c.Kind, hipaa.MutualContradiction, hipaa.PlatformManaged, hipaa.ScopeNoise, hipaa.ServiceLimitation,
			hipaa.FalsePositive, hipaa.ParameterTrap, hipaa.FunctionalTrap, hipaa.ObsoleteRule)
	}
}

func check[T comparable](t *testing.T, where string, got T, allowed ...T) {
	t.Helper()
	if !slices.Contains(allowed, got) {
		t.Errorf("%s: got %v, want one of %v", where, got, allowed)
	}
}

var (
	awsType       = regexp.MustCompile(`^AWS::(::Account|[A-Z]\w+::[A-Z]\w+)$`)
	terraformType = regexp.MustCompile(`^(aws|tls)_[a-z0-9_]+$`)
	serviceName   = regexp.MustCompile(`^[a-z][a-z0-9]+$`)
	kebab         = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	citationID    = regexp.MustCompile(`^164\.3(08|10|12|14|16)(\([a-z0-9]+\)){1,3}(\([A-E]\))?$`)
)

func TestNamesAreWellFormed(t *testing.T) {
	t.Parallel()
	matches := func(where, text string, re *regexp.Regexp) {
		if !re.MatchString(text) {
			t.Errorf("%s: %q does not match %s", where, text, re)
		}
	}
	types := func(where string, list []string) {
		if len(list) == 0 {
			t.Errorf("%s: no resource type", where)
		}
		for _, typ := range list {
			matches(where, typ, awsType)
		}
	}
	for _, r := range hipaa.Rules() {
		matches(r.Identifier, r.Name, kebab)
		matches(r.Identifier, r.Service, serviceName)
		types(r.Identifier, r.ResourceTypes)
		if len(r.Guide().Terraform.Resources) == 0 {
			t.Errorf("%s: no Terraform resource", r.Identifier)
		}
		for _, typ := range r.Guide().Terraform.Resources {
			matches(r.Identifier, typ, terraformType)
		}
	}
	for _, c := range hipaa.Controls() {
		types(c.ID, c.ResourceTypes)
		if c.ConfigRule != "" {
			matches(c.ID, c.ConfigRule, kebab)
		}
		if c.Terraform != nil {
			for _, typ := range c.Terraform.Resources {
				matches(c.ID, typ, terraformType)
			}
		}
	}
	for _, c := range hipaa.Contradictions() {
		types(c.ID, c.ResourceTypes)
	}
	for _, c := range hipaa.Citations() {
		matches(c.ID, c.ID, citationID)
	}
}

func TestTextsAreWellFormed(t *testing.T) {
	t.Parallel()
	plain := func(where, text string) {
		if text == "" || text != strings.Join(strings.Fields(text), " ") {
			t.Errorf("%s: %q is empty or has blanks to spare", where, text)
		}
		for _, filler := range []string{"n/a", "None.", "TODO", ".json", "hipaa-rules"} {
			if strings.Contains(text, filler) {
				t.Errorf("%s: %q speaks of %q", where, text, filler)
			}
		}
	}
	label := func(where, text string) {
		plain(where, text)
		if strings.HasSuffix(text, ".") {
			t.Errorf("%s: %q is no sentence but ends like one", where, text)
		}
	}
	sentence := func(where, text string) {
		plain(where, text)
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ".)") {
			t.Errorf("%s: %q does not end with a period", where, text)
		}
	}
	sentenceIfAny := func(where, text string) {
		if text != "" {
			sentence(where, text)
		}
	}
	for _, r := range hipaa.Rules() {
		where, g := r.Identifier, r.Guide()
		label(where, r.Title)
		for _, p := range r.Parameters {
			if p.Form != "" {
				label(where+" "+p.Name, p.Form)
			}
		}
		if r.OnlyAWS != "" {
			label(where, r.OnlyAWS)
			if !strings.HasPrefix(r.OnlyAWS, "only AWS knows ") || !strings.Contains(r.OnlyAWS, "aws ") {
				t.Errorf("%s: %q does not say what to run", where, r.OnlyAWS)
			}
		}
		sentence(where, g.Compliant)
		sentence(where, g.NonCompliant)
		sentenceIfAny(where, g.NotApplicable)
		for _, c := range g.CornerCases {
			sentence(where, c)
		}
		if g.SeverityReason != "" {
			label(where, g.SeverityReason)
		}
		sentence(where, g.Terraform.How)
		sentence(where, g.Fix.Summary)
		sentenceIfAny(where, g.Fix.Notes)
		if g.Fix.Terraform != "" {
			plain(where, g.Fix.Terraform)
		}
	}
	for _, c := range hipaa.Citations() {
		label(c.ID, c.Title)
		sentence(c.ID, c.Text)
		sentence(c.ID, c.Evidence)
		sentenceIfAny(c.ID, c.Note)
	}
	for _, c := range hipaa.Contradictions() {
		label(c.ID, c.Title)
		sentence(c.ID, c.Why)
		sentenceIfAny(c.ID, c.Exception)
		sentenceIfAny(c.ID, c.Compensation)
		sentenceIfAny(c.ID, c.Resolution)
		for _, s := range slices.Concat(c.Selectors, c.Sources) {
			label(c.ID, s)
		}
	}
	for _, c := range hipaa.Controls() {
		label(c.ID, c.Title)
		if c.Terraform != nil {
			label(c.ID, c.Terraform.How)
		}
		sentenceIfAny(c.ID, c.Note)
	}
}

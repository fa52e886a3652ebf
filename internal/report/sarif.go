package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// SARIF writes findings as a SARIF 2.1.0 log, as GitHub code scanning takes it.
// Undecided results are notifications, one a rule: GitHub would show them as
// findings, whatever their kind.
type SARIF struct {
	triage.Collector
	w io.Writer
}

// NewSARIF returns a renderer that writes to w when it is flushed.
func NewSARIF(w io.Writer) *SARIF { return &SARIF{w: w} }

// Flush writes the log.
func (s *SARIF) Flush() error {
	run := sarifRun{
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
		Tool: sarifTool{Driver: sarifDriver{
			Name: "safeguard", Version: s.Head.Version, Rules: []sarifRule{},
		}},
	}
	rules := map[string]int{}
	for _, r := range findings(s.Results) {
		i, ok := rules[r.Rule]
		if !ok {
			i = len(rules)
			rules[r.Rule] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
		}
		run.Results = append(run.Results, s.result(r, i))
	}
	run.Invocations = []sarifInvocation{s.invocation()}
	enc := json.NewEncoder(s.w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

func (s *SARIF) result(r *assessment.Result, rule int) sarifResult {
	text := r.Annotation
	if text == "" {
		text = "not compliant"
	}
	out := sarifResult{
		RuleID: r.Rule, RuleIndex: rule, Level: sarifLevel(r.Severity),
		Message:             sarifText{Text: r.Resource.Address + ": " + text},
		PartialFingerprints: map[string]string{"safeguard/v1": r.Fingerprint},
	}
	location := sarifLocation{Logical: []sarifLogical{{FullyQualifiedName: r.Resource.Address, Kind: "resource"}}}
	if place := s.place(r); place.File != "" {
		p := &sarifPhysical{Artifact: sarifArtifact(place.File)}
		if place.Line > 0 {
			p.Region = &sarifRegion{StartLine: place.Line, EndLine: max(place.EndLine, place.Line)}
		}
		location.Physical = p
	}
	out.Locations = []sarifLocation{location}
	if e := r.Exception; e != nil {
		why := e.Reason
		if e.Expires != "" {
			why += " (until " + e.Expires + ")"
		}
		out.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: why}}
	}
	return out
}

// place is where a finding is. GitHub refuses results without a file, so one
// about the account stands at the first file of its root.
func (s *SARIF) place(r *assessment.Result) assessment.Location {
	if r.Location.File != "" {
		return r.Location
	}
	for _, other := range s.Results {
		if other.Location.File != "" && other.Resource.Root == r.Resource.Root {
			return assessment.Location{File: other.Location.File, Line: 1}
		}
	}
	return assessment.Location{}
}

func (s *SARIF) invocation() sarifInvocation {
	inv := sarifInvocation{Successful: true, Started: s.Head.Started.Format("2006-01-02T15:04:05Z07:00")}
	for _, d := range s.Diagnostics {
		n := sarifNotification{Level: "warning", Message: sarifText{Text: d.Summary}}
		if d.Severity == "error" {
			n.Level, inv.Successful = "error", false
		}
		if d.Location.File != "" {
			p := &sarifPhysical{Artifact: sarifArtifact(d.Location.File)}
			if d.Location.Line > 0 {
				p.Region = &sarifRegion{StartLine: d.Location.Line, EndLine: max(d.Location.EndLine, d.Location.Line)}
			}
			n.Locations = []sarifLocation{{Physical: p}}
		}
		inv.Notifications = append(inv.Notifications, n)
	}
	var order []string
	undecided := map[string][]*assessment.Result{}
	for _, r := range s.Results {
		if r.Verdict == assessment.InsufficientData {
			if undecided[r.Rule] == nil {
				order = append(order, r.Rule)
			}
			undecided[r.Rule] = append(undecided[r.Rule], r)
		}
	}
	for _, rule := range order {
		rs := undecided[rule]
		inv.Notifications = append(inv.Notifications, sarifNotification{
			Level: "note", Message: sarifText{Text: fmt.Sprintf("%s: %d undecided: %s", rule, len(rs), rs[0].Annotation)},
		})
	}
	return inv
}

func sarifRuleOf(r *assessment.Result) sarifRule {
	facts, ok := hipaa.Lookup(r.Rule)
	if !ok {
		facts = &hipaa.Rule{Identifier: r.Rule, Name: r.Rule, Title: r.Rule}
	}
	guide := facts.Guide()
	help := fmt.Sprintf("%s\n\nWhat to do: %s\n\nHIPAA: %s\n", guide.NonCompliant, guide.Fix.Summary, strings.Join(r.Citations, ", "))
	rule := sarifRule{
		ID: r.Rule, Name: facts.Name,
		Short: sarifText{Text: facts.Title}, Full: sarifText{Text: facts.Title + "."},
		Help:   sarifHelp{Text: help, Markdown: strings.Replace(help, "What to do:", "**What to do:**", 1)},
		Config: sarifConfig{Level: sarifLevel(r.Severity)},
		Properties: sarifProperties{
			Severity: sarifSeverity[r.Severity], Precision: "very-high",
			Tags: append([]string{"security", "hipaa"}, r.Citations...),
		},
	}
	if ok {
		rule.HelpURI = facts.URL()
	}
	return rule
}

// sarifSeverity are scores in the middle of GitHub's ranges: critical from 9,
// high from 7, medium from 4. Source: GitHub, "SARIF support for code scanning".
var sarifSeverity = map[hipaa.Severity]string{hipaa.Critical: "9.5", hipaa.High: "8.0", hipaa.Medium: "5.5", hipaa.Low: "2.0"}

func sarifLevel(s hipaa.Severity) string {
	switch {
	case s >= hipaa.High:
		return "error"
	case s == hipaa.Medium:
		return "warning"
	}
	return "note"
}

// sarifArtifact is a file relative to the root of the sources, or an absolute
// file as such.
func sarifArtifact(file string) sarifFile {
	if filepath.IsAbs(file) {
		return sarifFile{URI: (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()}
	}
	return sarifFile{URI: (&url.URL{Path: filepath.ToSlash(filepath.Clean(file))}).EscapedPath(), Base: "%SRCROOT%"}
}

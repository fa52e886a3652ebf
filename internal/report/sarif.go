package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// SARIF writes findings as a SARIF 2.1.0 log, as GitHub code scanning takes it.
// Undecided results are notifications, one a rule: GitHub would show them as
// findings, whatever their kind.
//
// It keeps the findings, no more than sarifResults of them, until it is flushed:
// which are the gravest, and where findings about the account are shown, is known
// at the end alone.
type SARIF struct {
	w           io.Writer
	head        *assessment.Config
	diagnostics []*assessment.Diagnostic
	found       map[hipaa.Severity][]*assessment.Result
	kept, left  int               // findings
	files       map[string]string // the first file of each root
	undecided   map[string]*sarifUndecided
	order       []string // of rules in undecided
}

// sarifUndecided are the undecided results of a rule.
type sarifUndecided struct {
	count int
	first string // annotation
}

// Limits of GitHub: a run with more results is refused, and so is a rule with
// more than 20 tags, of which 10 are shown. Source: GitHub, "SARIF results exceed
// one or more limits".
const (
	sarifResults = 25_000
	sarifTags    = 10
)

// NewSARIF returns a renderer that writes to w when it is flushed.
func NewSARIF(w io.Writer) *SARIF {
	return &SARIF{w: w, found: map[hipaa.Severity][]*assessment.Result{}, files: map[string]string{}, undecided: map[string]*sarifUndecided{}}
}

// Config keeps the message.
func (s *SARIF) Config(m *assessment.Config) error { s.head = m; return nil }

// Progress does nothing.
func (s *SARIF) Progress(*assessment.Progress) error { return nil }

// Diagnostic keeps the message.
func (s *SARIF) Diagnostic(m *assessment.Diagnostic) error {
	s.diagnostics = append(s.diagnostics, m)
	return nil
}

// Summary does nothing.
func (s *SARIF) Summary(*assessment.Summary) error { return nil }

// Result keeps a finding, and what is to be told of undecided ones.
func (s *SARIF) Result(r *assessment.Result) error {
	if _, ok := s.files[r.Resource.Root]; !ok && r.Location.File != "" {
		s.files[r.Resource.Root] = r.Location.File
	}
	switch r.Verdict {
	case assessment.NonCompliant:
		s.keep(r)
	case assessment.InsufficientData:
		if s.undecided[r.Rule] == nil {
			s.undecided[r.Rule] = &sarifUndecided{first: r.Annotation}
			s.order = append(s.order, r.Rule)
		}
		s.undecided[r.Rule].count++
	}
	return nil
}

// keep keeps a finding; once there are too many, the last of the least grave
// gives way.
func (s *SARIF) keep(r *assessment.Result) {
	s.found[r.Severity] = append(s.found[r.Severity], r)
	if s.kept < sarifResults {
		s.kept++
		return
	}
	s.left++
	least := slices.Min(slices.Collect(maps.Keys(s.found)))
	if s.found[least] = s.found[least][:len(s.found[least])-1]; len(s.found[least]) == 0 {
		delete(s.found, least)
	}
}

// Flush writes the log.
func (s *SARIF) Flush() error {
	run := sarifRun{
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
		Tool: sarifTool{Driver: sarifDriver{
			Name: "safeguard", Version: s.head.Version, Rules: []sarifRule{},
		}},
	}
	rules := map[string]int{}
	for _, severity := range slices.Backward(slices.Sorted(maps.Keys(s.found))) {
		for _, r := range s.found[severity] {
			i, ok := rules[r.Rule]
			if !ok {
				i = len(rules)
				rules[r.Rule] = i
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
			}
			run.Results = append(run.Results, s.result(r, i))
		}
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
		Message: sarifText{Text: cmp.Or(r.Resource.Address, resourceName(r)) + ": " + text},
		// GitHub knows the same alert again by primaryLocationLineHash alone.
		PartialFingerprints: map[string]string{"safeguard/v1": r.Fingerprint, "primaryLocationLineHash": r.Fingerprint},
	}
	place := s.place(r)
	physical := &sarifPhysical{Artifact: sarifArtifact(place.File)}
	if place.Line > 0 {
		physical.Region = &sarifRegion{StartLine: place.Line, EndLine: max(place.EndLine, place.Line)}
	}
	location := sarifLocation{Physical: physical, Logical: []sarifLogical{{FullyQualifiedName: resourceName(r), Kind: "resource"}}}
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
// about the account stands at the first file of its root, and one of AWS that is
// in no file at a path of its account and Region.
func (s *SARIF) place(r *assessment.Result) assessment.Location {
	if r.Location.File != "" {
		return r.Location
	}
	if file, ok := s.files[r.Resource.Root]; ok {
		return assessment.Location{File: file, Line: 1}
	}
	return assessment.Location{File: path.Join("aws", cmp.Or(r.Resource.Account, "account"), r.Resource.Region), Line: 1}
}

func (s *SARIF) invocation() sarifInvocation {
	inv := sarifInvocation{Successful: true, Started: s.head.Started.Format("2006-01-02T15:04:05Z07:00")}
	for _, d := range s.diagnostics {
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
	note := func(level, format string, args ...any) {
		inv.Notifications = append(inv.Notifications, sarifNotification{Level: level, Message: sarifText{Text: fmt.Sprintf(format, args...)}})
	}
	for _, rule := range s.order {
		u := s.undecided[rule]
		note("note", "%s: %d undecided: %s", rule, u.count, u.first)
	}
	if s.left > 0 {
		note("warning", "%d findings, the least severe, are left out: GitHub takes %d of a run", s.left, sarifResults)
	}
	return inv
}

func sarifRuleOf(r *assessment.Result) sarifRule {
	facts, ok := hipaa.Lookup(r.Rule)
	if !ok {
		facts = &hipaa.Rule{Identifier: r.Rule, Name: r.Rule, Title: r.Rule}
	}
	guide := facts.Guide()
	tags := append([]string{"security", "hipaa"}, r.Citations...)
	help := fmt.Sprintf("%s\n\nWhat to do: %s\n\nHIPAA: %s\n", guide.NonCompliant, guide.Fix.Summary, strings.Join(r.Citations, ", "))
	rule := sarifRule{
		ID: r.Rule, Name: facts.Name,
		Short: sarifText{Text: facts.Title}, Full: sarifText{Text: facts.Title + "."},
		Help:   sarifHelp{Text: help, Markdown: strings.Replace(help, "What to do:", "**What to do:**", 1)},
		Config: sarifConfig{Level: sarifLevel(r.Severity)},
		Properties: sarifProperties{
			Severity: sarifSeverity[r.Severity], Precision: "very-high",
			Tags: tags[:min(sarifTags, len(tags))],
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

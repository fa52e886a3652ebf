package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// JUnit writes a test suite a rule and a test case a resource: findings are
// failures, and what is undecided, not applicable or accepted is skipped.
type JUnit struct {
	triage.Collector
	w io.Writer
}

// NewJUnit returns a renderer that writes to w when it is flushed.
func NewJUnit(w io.Writer) *JUnit { return &JUnit{w: w} }

type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Skipped  int           `xml:"skipped,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		File    string     `xml:"file,attr,omitempty"`
		Line    int        `xml:"line,attr,omitempty"`
		Failure *junitNote `xml:"failure,omitempty"`
		Error   *junitNote `xml:"error,omitempty"`
		Skipped *junitNote `xml:"skipped,omitempty"`
	}
	junitNote struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// Flush writes the suites.
func (j *JUnit) Flush() error {
	all := junitSuites{Name: "safeguard " + j.Head.Target}
	suites := map[string]*junitSuite{}
	suite := func(name string) *junitSuite {
		s := suites[name]
		if s == nil {
			s = &junitSuite{Name: name, Timestamp: j.Head.Started.Format("2006-01-02T15:04:05")}
			suites[name] = s
			all.Suites = append(all.Suites, s)
		}
		return s
	}
	for _, d := range j.Diagnostics {
		if d.Severity == "error" {
			s := suite("input")
			s.Tests++
			s.Errors++
			s.Cases = append(s.Cases, junitCase{
				Name: d.Summary, Class: "input", File: d.Location.File, Line: d.Location.Line,
				Error: &junitNote{Message: d.Summary, Text: d.Detail},
			})
		}
	}
	for _, r := range j.Results {
		suite(r.Rule).add(r)
	}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	if _, err := io.WriteString(j.w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(j.w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "\n")
	return err
}

func (s *junitSuite) add(r *assessment.Result) {
	c := junitCase{Name: r.Resource.Address, Class: r.Rule, File: r.Location.File, Line: r.Location.Line}
	s.Tests++
	switch {
	case r.Verdict == assessment.Compliant:
	case r.Verdict != assessment.NonCompliant:
		s.Skipped++
		c.Skipped = &junitNote{Message: fmt.Sprintf("%s: %s", r.Verdict, r.Annotation)}
	case r.Exception != nil:
		s.Skipped++
		c.Skipped = &junitNote{Message: fmt.Sprintf("accepted until %s: %s", r.Exception.Expires, r.Exception.Reason)}
	default:
		s.Failures++
		text := r.Annotation
		if facts, ok := hipaa.Lookup(r.Rule); ok {
			text = fmt.Sprintf("%s\n%s\n%s\n%s", where(r.Location), facts.Title, facts.Guide().Fix.Summary, facts.URL())
		}
		c.Failure = &junitNote{Message: r.Annotation, Type: r.Severity.String(), Text: text}
	}
	s.Cases = append(s.Cases, c)
}

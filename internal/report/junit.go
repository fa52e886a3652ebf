package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// JUnit writes a test suite a rule and a test case a resource: findings are
// failures, and what is undecided, not applicable or accepted is skipped.
//
// It keeps the cases until it is flushed: the format groups them by suite, and
// begins with their numbers.
type JUnit struct {
	w      io.Writer
	head   *assessment.Config
	suites []*junitSuite
	byName map[string]*junitSuite
}

// NewJUnit returns a renderer that writes to w when it is flushed.
func NewJUnit(w io.Writer) *JUnit { return &JUnit{w: w, byName: map[string]*junitSuite{}} }

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

// Config keeps the message.
func (j *JUnit) Config(m *assessment.Config) error { j.head = m; return nil }

// Progress does nothing.
func (j *JUnit) Progress(*assessment.Progress) error { return nil }

// Diagnostic keeps an error as a case of the suite "input".
func (j *JUnit) Diagnostic(d *assessment.Diagnostic) error {
	if d.Severity == "error" {
		s := j.suite("input")
		s.Tests++
		s.Errors++
		s.Cases = append(s.Cases, junitCase{
			Name: d.Summary, Class: "input", File: d.Location.File, Line: d.Location.Line,
			Error: &junitNote{Message: d.Summary, Text: d.Detail},
		})
	}
	return nil
}

// Summary does nothing: the numbers are those of the cases.
func (j *JUnit) Summary(*assessment.Summary) error { return nil }

// Result keeps a case.
func (j *JUnit) Result(r *assessment.Result) error {
	j.suite(r.Rule).add(r)
	return nil
}

func (j *JUnit) suite(name string) *junitSuite {
	s := j.byName[name]
	if s == nil {
		s = &junitSuite{Name: name, Timestamp: j.head.Started.Format("2006-01-02T15:04:05")}
		j.byName[name] = s
		j.suites = append(j.suites, s)
	}
	return s
}

// Flush writes the suites.
func (j *JUnit) Flush() error {
	all := junitSuites{Name: "safeguard " + j.head.Target, Suites: j.suites}
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

package triage

import (
	"fmt"
	"strings"
	"time"

	"safeguard/internal/assessment"
)

// An Exception is a finding that somebody accepted, for a reason and a time.
type Exception struct {
	Rule string
	// Resource is an address, ARN or id, in which * stands for any text; "" for
	// one that is about a block: see Begin.
	Resource string
	Reason   string
	Owner    string
	Control  string    // what protects the resource instead
	Expires  time.Time // the last day on which it holds
	// File and Line are where it is written.
	File string
	Line int
	// Begin is the line of the block that a comment in code is about; 0 for a
	// comment within a block.
	Begin int
}

// Holds reports whether the exception has not expired.
func (e *Exception) Holds(now time.Time) bool {
	return now.Before(e.Expires.AddDate(0, 0, 1))
}

// Covers reports whether the exception is about a result.
func (e *Exception) Covers(r *assessment.Result) bool {
	if e.Rule != r.Rule {
		return false
	}
	if e.Resource != "" {
		return matches(e.Resource, r.Resource.Address) || matches(e.Resource, r.Resource.ARN) || matches(e.Resource, r.Resource.ID)
	}
	at := r.Location
	return at.File == e.File && (e.Begin != 0 && at.Line == e.Begin || at.Line <= e.Line && e.Line <= at.EndLine)
}

// matches compares with a pattern in which * stands for any text.
func matches(pattern, text string) bool {
	if text == "" {
		return false
	}
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(text, part)
		}
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return text == ""
}

// soon is how long before its end an exception is warned about.
const soon = 30 * 24 * time.Hour

// Use is what became of an exception in an assessment.
type Use struct {
	Exception
	Findings int // that it covers
	Expired  bool
}

// Register is a Handler that marks the findings that an exception covers and
// hands everything on. Exceptions that have expired are not applied. Before the
// summary it warns of those that have expired, are unused, or end within 30 days,
// and it counts the findings that are accepted.
type Register struct {
	Next assessment.Handler
	Now  time.Time
	Uses []Use

	accepted assessment.Counts // by verdict, as if they were not there
	byRule   map[string][]int
}

// NewRegister makes a Register of exceptions.
func NewRegister(next assessment.Handler, now time.Time, exceptions []Exception) *Register {
	r := &Register{Next: next, Now: now, byRule: map[string][]int{}}
	for i, e := range exceptions {
		r.Uses = append(r.Uses, Use{Exception: e, Expired: !e.Holds(now)})
		r.byRule[e.Rule] = append(r.byRule[e.Rule], i)
	}
	return r
}

// Config hands the message on.
func (r *Register) Config(m *assessment.Config) error { return r.Next.Config(m) }

// Progress hands the message on.
func (r *Register) Progress(m *assessment.Progress) error { return r.Next.Progress(m) }

// Diagnostic hands the message on.
func (r *Register) Diagnostic(m *assessment.Diagnostic) error { return r.Next.Diagnostic(m) }

// Result marks a finding that is accepted.
func (r *Register) Result(m *assessment.Result) error {
	if m.Verdict != assessment.NonCompliant {
		return r.Next.Result(m)
	}
	for _, i := range r.byRule[m.Rule] {
		u := &r.Uses[i]
		if !u.Covers(m) {
			continue
		}
		u.Findings++
		if u.Expired || m.Exception != nil {
			continue
		}
		marked := *m
		marked.Exception = &assessment.Exception{Reason: u.Reason, Owner: u.Owner, Expires: u.Expires.Format(time.DateOnly), Control: u.Control}
		m = &marked
	}
	if m.Exception != nil {
		r.accepted.Add(m.Verdict)
	}
	return r.Next.Result(m)
}

// Summary warns of exceptions that need somebody, and adds the score without the
// accepted findings.
func (r *Register) Summary(m *assessment.Summary) error {
	for i := range r.Uses {
		if text := r.Uses[i].Warning(r.Now); text != "" {
			if err := r.Next.Diagnostic(&assessment.Diagnostic{
				Severity: "warning", Summary: text,
				Location: assessment.Location{File: r.Uses[i].File, Line: r.Uses[i].Line},
			}); err != nil {
				return err
			}
		}
	}
	if r.accepted.NonCompliant > 0 {
		with := *m
		left := m.Results
		left.NonCompliant -= r.accepted.NonCompliant
		with.Accepted = r.accepted.NonCompliant
		with.AcceptedScore = assessment.Percent(left)
		m = &with
	}
	return r.Next.Summary(m)
}

// Flush flushes what it hands on to.
func (r *Register) Flush() error { return assessment.Flush(r.Next) }

// Warning says what is wrong with an exception, "" if nothing is.
func (u *Use) Warning(now time.Time) string {
	what := fmt.Sprintf("the exception to %s", u.Rule)
	if u.Resource != "" {
		what += " for " + u.Resource
	}
	day := u.Expires.Format(time.DateOnly)
	switch {
	case u.Expired && u.Findings > 0:
		return what + " expired on " + day + ": its findings count again"
	case u.Expired:
		return what + " expired on " + day + " and covers nothing: remove it"
	case u.Findings == 0:
		return what + " covers no finding: remove it"
	case u.Expires.Sub(now) < soon:
		return what + " expires on " + day
	}
	return ""
}

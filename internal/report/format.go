package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"safeguard/internal/assessment"
)

// formats are the formats of an assessment, with the ending of their files.
var formats = []struct {
	name, ending string
	new          func(io.Writer, TextOptions) assessment.Handler
}{
	{"text", "txt", func(w io.Writer, o TextOptions) assessment.Handler { return NewText(w, o) }},
	{"json", "jsonl", func(w io.Writer, _ TextOptions) assessment.Handler { return NewJSON(w) }},
	{"csv", "csv", func(w io.Writer, _ TextOptions) assessment.Handler { return NewCSV(w) }},
	{"markdown", "md", func(w io.Writer, _ TextOptions) assessment.Handler { return NewMarkdown(w) }},
	{"sarif", "sarif", func(w io.Writer, _ TextOptions) assessment.Handler { return NewSARIF(w) }},
	{"html", "html", func(w io.Writer, _ TextOptions) assessment.Handler { return NewHTML(w) }},
	{"junit", "xml", func(w io.Writer, _ TextOptions) assessment.Handler { return NewJUnit(w) }},
	{"ocsf", "ocsf.jsonl", func(w io.Writer, _ TextOptions) assessment.Handler { return NewOCSF(w) }},
	{"matrix", "matrix.md", func(w io.Writer, _ TextOptions) assessment.Handler { return NewMatrix(w) }},
}

// Formats are the names of the formats of assessments.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// New returns the renderer of a format that writes to w, and the ending of the
// files that hold it. The options are for text.
func New(format string, w io.Writer, opts TextOptions) (h assessment.Handler, ending string, err error) {
	for _, f := range formats {
		if f.name == format {
			return f.new(w, opts), f.ending, nil
		}
	}
	names := Formats()
	last := len(names) - 1
	return nil, "", fmt.Errorf("%q: want %s or %s", format, strings.Join(names[:last], ", "), names[last])
}

// findings are the results that are not compliant, the gravest first.
func findings(results []*assessment.Result) []*assessment.Result {
	var found []*assessment.Result
	for _, r := range results {
		if r.Verdict == assessment.NonCompliant {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b *assessment.Result) int { return int(b.Severity) - int(a.Severity) })
	return found
}

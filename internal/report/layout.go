package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// line writes one line, indented.
func (t *Text) line(indent int, s string) {
	if s != "" {
		t.w.WriteString(strings.Repeat(" ", indent))
	}
	t.w.WriteString(s)
	t.w.WriteByte('\n')
}

// wrapped writes text over as many lines as it needs, broken at spaces.
func (t *Text) wrapped(indent int, text string) {
	t.filled(indent, "", indent, text)
}

// filled writes lead and then text, broken at spaces; the lines after the
// first are indented by hang.
func (t *Text) filled(indent int, lead string, hang int, text string) {
	line, begun := lead, lead != ""
	for word := range strings.FieldsSeq(printable(text)) {
		if begun && indent+columns(line)+1+columns(word) > t.opts.Width {
			t.line(indent, line)
			line, begun, indent = "", false, hang
		}
		if begun {
			line += " "
		}
		line += word
		begun = true
	}
	if begun {
		t.line(indent, line)
	}
}

// A field is a piece of a line that is not to be broken.
type field struct {
	style style
	text  string
}

// fields writes pieces two spaces apart, each on a line of its own where they
// do not fit on one.
func (t *Text) fields(indent int, fs []field) {
	line, begun := "", false
	for _, f := range fs {
		text := t.paint(f.style, f.text)
		switch {
		case !begun:
			line = text
		case indent+columns(line)+2+columns(f.text) > t.opts.Width:
			t.line(indent, line)
			line, indent = text, indent+2
		default:
			line += "  " + text
		}
		begun = true
	}
	t.line(indent, line)
}

// columns is the room that s takes, escape sequences not counted.
func columns(s string) int {
	n := 0
	for s != "" {
		i := strings.IndexByte(s, escape[0])
		if i < 0 {
			break
		}
		n += utf8.RuneCountInString(s[:i])
		_, s, _ = strings.Cut(s[i:], "m")
	}
	return n + utf8.RuneCountInString(s)
}

// printable takes the control characters out of text that comes from the input.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// A style is an ANSI escape sequence; "" is plain.
type style string

const escape = "\033["

const (
	bold   style = "\033[1m"
	dim    style = "\033[2m"
	red    style = "\033[31m"
	green  style = "\033[32m"
	yellow style = "\033[33m"
	blue   style = "\033[34m"
	cyan   style = "\033[36m"
	alarm  style = "\033[1;31m"
)

func (t *Text) paint(s style, text string) string {
	if !t.opts.Color || s == "" {
		return text
	}
	return string(s) + text + "\033[0m"
}

func severityStyle(s hipaa.Severity) style {
	switch s {
	case hipaa.Critical:
		return alarm
	case hipaa.High:
		return red
	case hipaa.Medium:
		return yellow
	}
	return blue
}

func verdictStyle(v assessment.Verdict) style {
	switch v {
	case assessment.NonCompliant:
		return red
	case assessment.Compliant:
		return green
	case assessment.InsufficientData:
		return yellow
	}
	return dim
}

package report

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/triage"
)

// excerptLines is how many lines of a block an excerpt has at most.
const excerptLines = 25

// A codeLine is a line of source; one that may hold a secret has no text.
type codeLine struct {
	Number int
	Text   string
	Hidden bool
	Marked bool // a finding rests on it
}

// sources reads files of Terraform once.
type sources map[string][]codeLine

// excerpt is the code at a place; nil if it is not there, or no Terraform.
func (s sources) excerpt(l assessment.Location) []codeLine {
	ext := filepath.Ext(l.File)
	if l.Line < 1 || ext != ".tf" && ext != ".tofu" {
		return nil
	}
	lines, ok := s[l.File]
	if !ok {
		if src, err := os.ReadFile(l.File); err == nil {
			lines = veiled(string(src))
		}
		s[l.File] = lines
	}
	if l.Line > len(lines) {
		return nil
	}
	end := min(max(l.EndLine, l.Line), l.Line+excerptLines-1, len(lines))
	return lines[l.Line-1 : end]
}

// marked are the lines of an excerpt with those marked that the findings of an
// item rest on.
func marked(lines []codeLine, item *triage.Item) []codeLine {
	lines = slices.Clone(lines)
	for _, r := range item.Results {
		for _, e := range r.Evidence {
			if e.Location.File != item.Location.File || e.Location.Line == item.Location.Line {
				continue // the head of the block tells nothing
			}
			for i := range lines {
				n := lines[i].Number
				lines[i].Marked = lines[i].Marked || e.Location.Line <= n && n <= max(e.Location.Line, e.Location.EndLine)
			}
		}
	}
	return lines
}

var (
	secretName  = regexp.MustCompile(`(?i)pass|pwd|secret|token|private|api_?key|access_?key|credential|connection_?string|user_data|authorization|bearer`)
	secretValue = regexp.MustCompile(`[A-Za-z0-9+/=_-]{32,}|AKIA[A-Z0-9]{12,}|-----|://[^/\s"]*:[^/\s"]*@`)
	heredoc     = regexp.MustCompile(`<<-?\s*([A-Za-z_][A-Za-z0-9_-]*)\s*$`)
)

// veiled are the lines of a source without those that may hold a secret: whole
// here documents, long opaque text, and literals or comments beside names of
// secrets. It hides too much rather than too little.
func veiled(src string) []codeLine {
	var lines []codeLine
	end := ""
	for i, text := range strings.Split(strings.TrimSuffix(src, "\n"), "\n") {
		text = strings.TrimRight(text, "\r")
		line := codeLine{Number: i + 1, Text: text}
		switch {
		case end != "":
			if strings.TrimSpace(text) == end {
				end = ""
			} else {
				line.Hidden = true
			}
		case secretValue.MatchString(text), secretName.MatchString(text) && strings.ContainsAny(text, `"#/`) && !isBlockHead(text):
			line.Hidden = true
		}
		if m := heredoc.FindStringSubmatch(text); m != nil && end == "" {
			end = m[1]
		}
		if line.Hidden {
			line.Text = ""
		}
		lines = append(lines, line)
	}
	return lines
}

var blockHead = regexp.MustCompile(`^\s*(resource|data|module|variable|output|provider)\s+"[A-Za-z0-9_-]+"(\s+"[A-Za-z0-9_-]+")?\s*\{\s*$`)

// isBlockHead reports whether a line is the head of a block: it has names alone.
func isBlockHead(text string) bool { return blockHead.MatchString(text) }

package terraform

import (
	"bytes"
	"strings"

	"safeguard/internal/graph"
)

// An Ignore is a comment in code that accepts a finding:
//
//	# safeguard:ignore RULE until=2027-03-31 reason="…"
//
// It stands above a block or within it; in JSON it is the text of a "//" member.
type Ignore struct {
	Rule     string
	Fields   map[string]string // until, reason, owner, …
	Location graph.Location    // of the comment
	Begin    int               // line of the block below a comment that stands alone
}

const ignoreMark = "safeguard:ignore"

// Ignores lists the comments of all files of a configuration, in their order.
func (in *Input) Ignores() []Ignore {
	if in.Config == nil {
		return nil
	}
	var found []Ignore
	for path, src := range in.Config.Files() {
		if bytes.Contains(src, []byte(ignoreMark)) {
			found = append(found, ignores(path, src)...)
		}
	}
	return found
}

func ignores(path string, src []byte) []Ignore {
	lines := strings.Split(string(src), "\n")
	var found []Ignore
	for i, line := range lines {
		lead, text, ok := strings.Cut(line, ignoreMark)
		if !ok || !opensComment(lead, strings.HasSuffix(path, ".json")) {
			continue
		}
		if strings.HasSuffix(path, ".json") {
			text = strings.ReplaceAll(strings.TrimRight(strings.TrimSpace(text), `,"`), `\"`, `"`)
		}
		ignore := parseIgnore(text)
		ignore.Location = graph.Location{File: path, Line: i + 1}
		if isComment(line) {
			for j := i + 1; j < len(lines); j++ {
				if next := strings.TrimSpace(lines[j]); next != "" && !isComment(next) {
					ignore.Begin = j + 1
					break
				}
			}
		}
		found = append(found, ignore)
	}
	return found
}

// opensComment reports whether what stands before the mark ends in the beginning
// of a comment.
func opensComment(lead string, json bool) bool {
	lead = strings.TrimRight(lead, " \t")
	if json {
		return strings.HasSuffix(strings.ReplaceAll(lead, " ", ""), `"//":"`)
	}
	return strings.HasSuffix(lead, "#") || strings.HasSuffix(lead, "//") || strings.HasSuffix(lead, "/*")
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "/*")
}

// parseIgnore reads RULE name=value name="quoted value".
func parseIgnore(text string) Ignore {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "*/"))
	rule, rest, _ := strings.Cut(text, " ")
	ignore := Ignore{Rule: rule, Fields: map[string]string{}}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			break
		}
		var value string
		if quoted, ok := strings.CutPrefix(after, `"`); ok {
			value, rest, _ = strings.Cut(quoted, `"`)
		} else {
			value, rest, _ = strings.Cut(after, " ")
		}
		ignore.Fields[strings.TrimSpace(name)] = value
	}
	return ignore
}

package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Excerpt returns the first piece of a rule's examples in which a resource gets
// the verdict, "" if there is none: its block, without the expectation, and the
// blocks of the same file that refer to it.
func Excerpt(id, verdict string) string {
	data, ok := Example(id)
	if !ok {
		return ""
	}
	ar := txtar.Parse(data)
	for _, f := range ar.Files {
		if !strings.HasSuffix(f.Name, ".tf") {
			continue
		}
		blocks := split(string(f.Data))
		for _, b := range blocks {
			if b.wants(verdict) {
				return excerpt(blocks, b)
			}
		}
	}
	return accountExcerpt(ar, verdict)
}

// NoExample says why there is no code that gets a verdict under a rule, as the
// comment of its examples does; "" if there is some, or there are no examples
// because only AWS can decide the rule.
func NoExample(id, verdict string) string {
	if Excerpt(id, verdict) != "" {
		return ""
	}
	data, _ := Example(id)
	_, why, _ := strings.Cut(string(txtar.Parse(data).Comment), "no "+verdict+":")
	why, _, _ = strings.Cut(why, "\nno ")
	return strings.TrimSuffix(strings.Join(strings.Fields(why), " "), ".")
}

// accountExcerpt is for rules about the account: the smallest root for which
// the file "want" lists the verdict.
func accountExcerpt(ar *txtar.Archive, verdict string) string {
	i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == "want" })
	if i < 0 {
		return ""
	}
	best := ""
	for line := range strings.Lines(string(ar.Files[i].Data)) {
		fields := strings.Fields(line)
		root := ""
		switch {
		case len(fields) >= 2 && fields[0] == "account" && fields[1] == verdict:
		case len(fields) >= 3 && fields[1] == "account" && fields[2] == verdict:
			root = strings.TrimSuffix(fields[0], "/") + "/"
		default:
			continue
		}
		for _, f := range ar.Files {
			if name, ok := strings.CutPrefix(f.Name, root); ok && !strings.Contains(name, "/") && strings.HasSuffix(name, ".tf") {
				if e := strings.TrimSpace(string(f.Data)) + "\n"; best == "" || len(e) < len(best) {
					best = e
				}
			}
		}
	}
	return best
}

// A block is a top-level block of a configuration file.
type block struct{ text string }

var header = regexp.MustCompile(`^(?:resource|data) "([^"]+)" "([^"]+)"`)

// reference is how other blocks name the block, "" if they cannot.
func (b block) reference() string {
	if m := header.FindStringSubmatch(b.text); m != nil {
		return m[1] + "." + m[2]
	}
	return ""
}

func (b block) wants(verdict string) bool {
	first, _, _ := strings.Cut(b.text, "\n")
	_, comment, ok := strings.Cut(first, "# want ")
	comment, _, _ = strings.Cut(comment, " ")
	return ok && strings.TrimSpace(comment) == verdict
}

// split finds the top-level blocks of a formatted file: each begins and ends in
// the first column.
func split(src string) []block {
	var blocks []block
	var current strings.Builder
	for line := range strings.Lines(src) {
		if current.Len() == 0 && !strings.Contains(line, "{") {
			continue
		}
		current.WriteString(line)
		if strings.HasPrefix(line, "}") || current.Len() == len(line) && strings.HasSuffix(strings.TrimSpace(line), "}") {
			blocks = append(blocks, block{current.String()})
			current.Reset()
		}
	}
	return blocks
}

var expectation = regexp.MustCompile(`(?m)\s*# want .*$`)

func excerpt(blocks []block, b block) string {
	parts := []string{b.text}
	if ref := b.reference(); ref != "" {
		uses := regexp.MustCompile(regexp.QuoteMeta(ref) + `\b`)
		for _, other := range blocks {
			if other.text != b.text && uses.MatchString(other.text) {
				parts = append(parts, other.text)
			}
		}
	}
	return expectation.ReplaceAllString(strings.Join(parts, "\n"), "")
}

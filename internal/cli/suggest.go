package cli

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// suggestions are exceptions for the known contradictions that the findings hit,
// as HCL. What only people can know is commented out, with what has to be true.
func suggestions(results []*assessment.Result, now time.Time) []byte {
	var b bytes.Buffer
	expires := now.AddDate(1, 0, 0).Format(time.DateOnly)
	found := triage.Suggest(results)
	for i, s := range found {
		if i == 0 || found[i-1].Contradiction != s.Contradiction {
			contradiction(&b, s)
		}
		if s.Basis == triage.NoRemedy {
			fmt.Fprintf(&b, "# - %s: %s\n", s.Result.Rule, nameOf(s.Result))
			if i == len(found)-1 || found[i+1].Contradiction != s.Contradiction {
				b.WriteByte('\n')
			}
			continue
		}
		block := exception(s, expires)
		if s.Basis == triage.ByType {
			block = "# " + strings.ReplaceAll(strings.TrimSuffix(block, "\n"), "\n", "\n# ") + "\n"
			block = strings.ReplaceAll(block, "# \n", "#\n")
		}
		switch s.Basis {
		case triage.ByRelation:
			fmt.Fprintf(&b, "# %s refers to it.\n", s.By)
		case triage.ByHint:
			b.WriteString("# Its name alone says so: check it.\n")
		case triage.ByType:
			fmt.Fprintf(&b, "# Only if this is so: %s. Then uncomment it.\n", strings.Join(s.Selectors, ", or "))
		}
		b.WriteString(block + "\n")
	}
	if b.Len() == 0 {
		b.WriteString("# No known contradiction fits the findings.\n")
	}
	return b.Bytes()
}

// contradiction tells what is known, and where AWS documents it.
func contradiction(b *bytes.Buffer, s triage.Suggestion) {
	fmt.Fprintf(b, "# %s: %s.\n", s.ID, strings.TrimSuffix(s.Title, "."))
	comment(b, s.Why)
	if s.Resolution != "" {
		comment(b, "Without an exception: "+s.Resolution)
	}
	linked := false
	for _, source := range s.Sources {
		comment(b, source)
		linked = linked || strings.HasPrefix(source, "https://")
	}
	if facts, ok := hipaa.Lookup(s.Result.Rule); ok && !linked {
		comment(b, facts.URL())
	}
	if s.Basis == triage.NoRemedy {
		comment(b, "No exception is due. It concerns:")
	} else {
		b.WriteString("#\n")
	}
}

// comment writes text as lines of a comment, wrapped at words.
func comment(b *bytes.Buffer, text string) {
	const width = 100
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width && line != "#" {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}

func exception(s triage.Suggestion, expires string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "exception %s {\n  resource = %s\n  reason   = %s\n  expires  = %s\n",
		quote(s.Result.Rule), quote(nameOf(s.Result)), quote(s.Exception), quote(expires))
	if s.Compensation != "" {
		fmt.Fprintf(&b, "\n  compensating_control = %s\n", quote(s.Compensation))
	}
	b.WriteString("}\n")
	return b.String()
}

// nameOf is what an exception calls a resource.
func nameOf(r *assessment.Result) string {
	for _, name := range []string{r.Resource.Address, r.Resource.ARN, r.Resource.ID} {
		if name != "" {
			return name
		}
	}
	return "*"
}

// quote is a string of HCL without templates.
func quote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(s))
}

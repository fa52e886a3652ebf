package link

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/assessment"
)

// An Importer collects what Terraform does not have yet, and writes import
// blocks for it.
type Importer struct {
	seen   map[string]bool
	labels map[string]int
	blocks []string
	// Skipped are resources of types that cannot be imported by what AWS says.
	Skipped int
}

// Add takes a linked result; others than those made by hand are left out.
func (m *Importer) Add(r *assessment.Result) {
	if r.Link == nil || r.Link.Unmanaged != byHand {
		return
	}
	name := r.Resource.ARN + " " + r.Resource.ID
	if m.seen[name] {
		return
	}
	if m.seen == nil {
		m.seen, m.labels = map[string]bool{}, map[string]int{}
	}
	m.seen[name] = true
	k, ok := kinds[r.Resource.Type]
	id := map[string]string{"id": r.Resource.ID, "arn": r.Resource.ARN, "name": tail(r.Resource.ARN)}[k.imports]
	if k.imports == "name" && r.Resource.ARN == "" {
		id = r.Resource.ID
	}
	if !ok || id == "" {
		m.Skipped++
		return
	}
	label := label(tail(id))
	m.labels[k.types[0]+label]++
	if n := m.labels[k.types[0]+label]; n > 1 {
		label = fmt.Sprintf("%s_%d", label, n)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# account %s, %s\nimport {\n  to = %s.%s\n  id = %s\n}\n\nresource %q %q {\n", r.Resource.Account, r.Resource.Region, k.types[0], label, quote(id), k.types[0], label)
	if k.argument != "" {
		fmt.Fprintf(&b, "  %s = %s\n", k.argument, quote(tail(id)))
	}
	b.WriteString(strings.TrimPrefix(skeletons[k.types[0]], "\n"))
	b.WriteString("}\n")
	m.blocks = append(m.blocks, b.String())
}

// Text is the Terraform code: an import block and a skeleton of the resource for
// each, which `terraform validate` takes. `terraform plan` shows where its values
// differ from the real ones; without the resource blocks,
// `terraform plan -generate-config-out=FILE` writes them whole.
func (m *Importer) Text() string {
	slices.Sort(m.blocks)
	return string(hclwrite.Format([]byte(strings.Join(m.blocks, "\n"))))
}

// label makes a name of Terraform.
func label(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '-':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return '_'
	}, s)
	if s == "" || s[0] >= '0' && s[0] <= '9' || s[0] == '-' {
		s = "r_" + s
	}
	return s
}

// quote writes a string of Terraform.
func quote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", s))
}

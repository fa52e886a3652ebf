package cli

import (
	"fmt"
	"os"

	"safeguard/internal/assessment"
)

// A complaint is what an assessment finds wrong: a rule and an address.
type complaint struct{ rule, address string }

// complaints are what a saved assessment finds wrong and nobody accepted.
type complaints struct {
	all       map[complaint]bool
	unmanaged int // that are in no Terraform
}

// readFrom reads the assessment of --from; nil without one.
func (f *fixFlags) readFrom() (*complaints, error) {
	if f.from == "" {
		return nil, nil
	}
	file, err := os.Open(f.from)
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	defer file.Close()
	c := &complaints{all: map[complaint]bool{}}
	if err := assessment.Read(file, c); err != nil {
		return nil, fmt.Errorf("--from %s: %w", f.from, err)
	}
	if len(c.all) == 0 && c.unmanaged > 0 {
		return nil, fmt.Errorf("--from %s: none of its %d findings has an address: audit with --terraform and --state", f.from, c.unmanaged)
	}
	return c, nil
}

func (c *complaints) has(r *assessment.Result) bool {
	return c.all[complaint{r.Rule, r.Resource.Address}]
}

func (c *complaints) Config(*assessment.Config) error         { return nil }
func (c *complaints) Progress(*assessment.Progress) error     { return nil }
func (c *complaints) Diagnostic(*assessment.Diagnostic) error { return nil }
func (c *complaints) Summary(*assessment.Summary) error       { return nil }

func (c *complaints) Result(r *assessment.Result) error {
	switch {
	case r.Verdict != assessment.NonCompliant || r.Exception != nil:
	case r.Resource.Address == "":
		c.unmanaged++
	default:
		c.all[complaint{r.Rule, r.Resource.Address}] = true
	}
	return nil
}

package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"safeguard/internal/hipaa"
)

// selectFlags are the flags of every command that can be limited to some rules.
type selectFlags struct {
	rules    []string
	severity string
	services []string
}

func (f *selectFlags) register(fs *pflag.FlagSet) {
	fs.StringSliceVar(&f.rules, "rule", nil, "only these rules, by `IDENTIFIER` or name")
	fs.StringVar(&f.severity, "severity", "", "only rules of this `SEVERITY` or above: LOW, MEDIUM, HIGH or CRITICAL")
	fs.StringSliceVar(&f.services, "service", nil, "only rules of these services, such as `s3`")
}

// selection is the filter that --rule, --severity and --service make; nil if
// none is given.
func (f *selectFlags) selection() (func(*hipaa.Rule) bool, error) {
	var checks []func(*hipaa.Rule) bool
	if len(f.rules) > 0 {
		wanted := map[string]bool{}
		for _, name := range f.rules {
			r, ok := hipaa.Lookup(name)
			if !ok {
				return nil, fmt.Errorf("--rule %q: no rule of the pack has this name: see `safeguard rules`", name)
			}
			wanted[r.Identifier] = true
		}
		checks = append(checks, func(r *hipaa.Rule) bool { return wanted[r.Identifier] })
	}
	if f.severity != "" {
		s, err := hipaa.ParseSeverity(f.severity)
		if err != nil {
			return nil, fmt.Errorf("--severity: %w", err)
		}
		checks = append(checks, func(r *hipaa.Rule) bool { return r.Severity >= s })
	}
	if len(f.services) > 0 {
		known := map[string]bool{}
		for _, r := range hipaa.Rules() {
			known[r.Service] = true
		}
		for _, s := range f.services {
			if !known[s] {
				return nil, fmt.Errorf("--service %q: no rule is about it: see `safeguard rules`", s)
			}
		}
		checks = append(checks, func(r *hipaa.Rule) bool { return slices.Contains(f.services, r.Service) })
	}
	if checks == nil {
		return nil, nil
	}
	return func(r *hipaa.Rule) bool {
		for _, c := range checks {
			if !c(r) {
				return false
			}
		}
		return true
	}, nil
}

// identifiers lists the rules that a selection holds; nil if it is nil, which
// is all.
func identifiers(selected func(*hipaa.Rule) bool) []string {
	if selected == nil {
		return nil
	}
	ids := []string{}
	for _, r := range hipaa.Rules() {
		if selected(r) {
			ids = append(ids, r.Identifier)
		}
	}
	return ids
}

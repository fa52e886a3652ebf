package cli

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"safeguard/internal/triage"
)

// registerBaseline adds the flag of every command that can look at new findings
// alone.
func registerBaseline(fs *pflag.FlagSet, file *string, does string) {
	fs.StringVar(file, "baseline", "", does+" what is new since the assessment in `FILE` (scan --format json)")
}

// readBaseline reads the earlier assessment; nil for no file.
func readBaseline(file string) (*triage.Baseline, error) {
	if file == "" {
		return nil, nil
	}
	earlier, err := readStream(file)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	return triage.NewBaseline(earlier), nil
}

// tellBaseline says what is not shown, and what is fixed.
func tellBaseline(w io.Writer, b *triage.Baseline) {
	fixed := b.Fixed()
	fmt.Fprintf(w, "\nBaseline: %d known findings are not shown, %d are fixed\n", len(b.Known), len(fixed))
	for _, r := range fixed {
		fmt.Fprintf(w, "  fixed: %s  %s\n", r.Rule, r.Resource.Address)
	}
}

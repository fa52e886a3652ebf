package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"safeguard/internal/fix"
	"safeguard/internal/terraform/trial"
)

// prover is how to make and prove a plan of fixes: with terraform if that is
// asked for or at hand.
func (f *fixFlags) prover(environ []string) (func(context.Context, string, fix.Options) (*fix.Plan, error), error) {
	_, missing := trial.Binary()
	switch f.validate {
	default:
		return nil, fmt.Errorf("--validate=%q: want true, false or auto", f.validate)
	case "false":
		if f.plan {
			return nil, fmt.Errorf("--plan needs terraform, and --validate=false goes without")
		}
		return fix.Run, nil
	case "auto":
		if missing != nil && !f.plan {
			return fix.Run, nil
		}
	case "true":
	}
	if missing != nil {
		return nil, fmt.Errorf("ask terraform about the changes: %w: install it, or pass --validate=false", missing)
	}
	how := fix.Trial{Plan: f.plan, Environ: environ, Insist: f.plan || f.validate == "true"}
	for _, v := range f.vars {
		if v.File == "" {
			how.Variables = append(how.Variables, "-var="+v.Value)
			continue
		}
		file, err := filepath.Abs(v.File)
		if err != nil {
			return nil, err
		}
		how.Variables = append(how.Variables, "-var-file="+file)
	}
	return func(ctx context.Context, path string, opts fix.Options) (*fix.Plan, error) {
		return fix.Validated(ctx, path, opts, how)
	}, nil
}

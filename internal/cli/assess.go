package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
)

// assessFlags are the flags of every command that judges Terraform.
type assessFlags struct {
	inputFlags
	selectFlags
	wholeAccount bool
}

func (f *assessFlags) register(fs *pflag.FlagSet) {
	f.inputFlags.register(fs)
	f.selectFlags.register(fs)
	fs.BoolVar(&f.wholeAccount, "whole-account", false, "what is read is all there is in the account: absence is proof")
}

// assessed says how an assessment went.
type assessed struct {
	whole   bool // all inputs could be read
	nothing bool // errors in the inputs left nothing to decide
}

// assess judges the paths and hands the stream to the handler; each result is
// shown to see, which may be nil, before.
func (f *assessFlags) assess(ctx context.Context, paths []string, stdio IO, handler assessment.Handler, see func(*assessment.Result)) (assessed, error) {
	selected, err := f.selection()
	if err != nil {
		return assessed{}, err
	}
	started := stdio.now()
	inputs, whole, err := f.load(ctx, paths, stdio)
	if err != nil {
		return assessed{}, err
	}
	var graphs []*graph.Graph
	sources, targets := []string{}, []string{}
	for _, in := range inputs {
		graphs = append(graphs, in.Graphs...)
		if !slices.Contains(sources, string(in.Kind)) {
			sources = append(sources, string(in.Kind))
		}
		targets = append(targets, in.Path)
	}
	if err := handler.Config(&assessment.Config{
		Schema: assessment.Schema, Version: version, Source: strings.Join(sources, ","),
		Target: strings.Join(targets, ","), Pack: hipaa.Pack, Started: started,
		Selected: identifiers(selected),
	}); err != nil {
		return assessed{}, err
	}
	for _, in := range inputs {
		for _, d := range in.Diagnostics {
			if err := handler.Diagnostic(&assessment.Diagnostic{
				Severity: d.Severity, Summary: d.Summary, Detail: d.Detail, Location: assessment.Location(d.Location),
			}); err != nil {
				return assessed{}, err
			}
		}
	}
	bar := newBar(stdio.Stderr, time.Now())
	summary, err := scan.Judge(graphs, scan.Options{
		Rules: rules.All(), Select: selected, WholeAccount: f.wholeAccount, Progress: bar.show,
	}, func(r *assessment.Result) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if see != nil {
			see(r)
		}
		return handler.Result(r)
	})
	bar.clear()
	if err != nil {
		return assessed{}, err
	}
	return assessed{whole, nothingJudged(inputs, summary)}, handler.Summary(summary)
}

// nothingJudged reports whether errors in the inputs left nothing to decide.
func nothingJudged(inputs []*terraform.Input, sum *assessment.Summary) bool {
	return sum.Results.Compliant+sum.Results.NonCompliant+sum.Results.NotApplicable == 0 &&
		slices.ContainsFunc(inputs, func(in *terraform.Input) bool {
			return slices.ContainsFunc(in.Diagnostics, func(d terraform.Diagnostic) bool { return d.Severity == "error" })
		})
}

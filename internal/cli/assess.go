package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/settings"
	"safeguard/internal/terraform"
	"safeguard/internal/triage"
)

// assessFlags are the flags of every command that judges Terraform.
type assessFlags struct {
	inputFlags
	selectFlags
	wholeAccount bool

	settings *settings.Settings // once read
	uses     []triage.Use       // what became of exceptions, once assessed
}

// readSettings reads the settings file of the first path.
func (f *assessFlags) readSettings(paths []string) error {
	dir := "."
	if len(paths) > 0 && paths[0] != "-" {
		dir = paths[0]
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			dir = filepath.Dir(dir)
		}
	}
	var err error
	f.settings, err = settings.Find(dir)
	return err
}

// planOptions are those of the settings, for plans.
func (f *assessFlags) planOptions() triage.Options {
	return triage.Options{Weights: f.settings.Weights, Effort: f.settings.Effort}
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

// assess judges the paths by the settings that apply to them and hands the stream
// to the handler, exceptions applied; each result is shown to see, which may be
// nil, before.
func (f *assessFlags) assess(ctx context.Context, paths []string, stdio IO, handler assessment.Handler, see func(*assessment.Result)) (assessed, error) {
	selected, err := f.selection()
	if err != nil {
		return assessed{}, err
	}
	if err := f.readSettings(paths); err != nil {
		return assessed{}, err
	}
	started := stdio.now()
	inputs, whole, err := f.load(ctx, paths, stdio)
	if err != nil {
		return assessed{}, err
	}
	inCode, faults := codeExceptions(inputs)
	register := triage.NewRegister(&watched{handler, see}, started, about(slices.Concat(f.settings.Exceptions, inCode), selected))
	handler = register
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
	for _, d := range faults {
		if err := handler.Diagnostic(d); err != nil {
			return assessed{}, err
		}
	}
	bar := newBar(stdio.Stderr, time.Now())
	summary, err := scan.Judge(graphs, scan.Options{
		Rules: rules.All(), Select: selected, WholeAccount: f.wholeAccount, Param: f.settings.Param, Progress: bar.show,
	}, func(r *assessment.Result) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return handler.Result(r)
	})
	bar.clear()
	if err != nil {
		return assessed{}, err
	}
	err = handler.Summary(summary)
	f.uses = register.Uses
	return assessed{whole, nothingJudged(inputs, summary)}, err
}

// about leaves out exceptions to rules that are not selected: that they cover
// nothing says nothing.
func about(exceptions []triage.Exception, selected func(*hipaa.Rule) bool) []triage.Exception {
	return slices.DeleteFunc(exceptions, func(e triage.Exception) bool {
		facts, ok := hipaa.Lookup(e.Rule)
		return selected != nil && ok && !selected(facts)
	})
}

// watched shows results to a function on their way to a handler.
type watched struct {
	assessment.Handler
	see func(*assessment.Result)
}

func (w *watched) Result(r *assessment.Result) error {
	if w.see != nil {
		w.see(r)
	}
	return w.Handler.Result(r)
}

// nothingJudged reports whether errors in the inputs left nothing to decide.
func nothingJudged(inputs []*terraform.Input, sum *assessment.Summary) bool {
	return sum.Results.Compliant+sum.Results.NonCompliant+sum.Results.NotApplicable == 0 &&
		slices.ContainsFunc(inputs, func(in *terraform.Input) bool {
			return slices.ContainsFunc(in.Diagnostics, func(d terraform.Diagnostic) bool { return d.Severity == "error" })
		})
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/audit"
	"safeguard/internal/edit"
	"safeguard/internal/graph"
	"safeguard/internal/hipaa"
	"safeguard/internal/link"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
	"safeguard/internal/triage"
)

// linkFlags are the flags that join AWS's findings to Terraform.
type linkFlags struct {
	configs []string
	states  []string
	imports string
}

func (f *linkFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.configs, "terraform", nil, "say which line of the configuration in `DIR` made each resource (repeatable)")
	fs.StringArrayVar(&f.states, "state", nil, "know resources by the state in `PATH`: a file, a directory of states, or s3://BUCKET/KEY (repeatable)")
	fs.StringVar(&f.imports, "import-blocks", "", "write import blocks for what is in no Terraform to `FILE`")
}

// linker returns a handler that hands results on with their place in Terraform;
// nil if the flags ask for none.
func (f *linkFlags) linker(ctx context.Context, fetch func(ctx context.Context, url string) ([]byte, error), stdio IO, now time.Time) (*linker, error) {
	if len(f.configs)+len(f.states) == 0 {
		if f.imports != "" {
			return nil, errors.New("--import-blocks needs --terraform or --state, to know what is there")
		}
		return nil, nil
	}
	l := &linker{now: now}
	configs, err := l.load(ctx, f.configs, stdio)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, path := range f.states {
		found, err := stateFiles(ctx, path, fetch)
		if err != nil {
			return nil, err
		}
		defer found.remove()
		files = append(files, found.files...)
	}
	states, err := l.load(ctx, files, stdio)
	if err != nil {
		return nil, err
	}
	if l.offline, err = judge(configs); err != nil {
		return nil, err
	}
	applied, err := judge(states)
	if err != nil {
		return nil, err
	}
	l.applied = applied.byAddress()
	l.index = link.New(configs, states)
	return l, nil
}

// A linker links results on their way to another handler.
type linker struct {
	assessment.Handler
	index    *link.Index
	importer link.Importer
	offline  judged                        // by the code
	applied  map[placed]assessment.Verdict // by the states, without roots
	diags    []terraform.Diagnostic
	now      time.Time
}

type placed struct{ rule, root, address string }

type judged map[placed]assessment.Verdict

// byAddress are verdicts without their roots: a state does not know the root of
// its code. What several states disagree about is left out.
func (j judged) byAddress() map[placed]assessment.Verdict {
	all := map[placed]assessment.Verdict{}
	for p, v := range j {
		p.root = ""
		if old, ok := all[p]; ok && old != v {
			v = assessment.InsufficientData
		}
		all[p] = v
	}
	return all
}

func (l *linker) load(ctx context.Context, paths []string, stdio IO) ([]*graph.Graph, error) {
	var graphs []*graph.Graph
	for _, path := range paths {
		in, err := terraform.Load(ctx, path, stdio.Stdin, terraform.Options{Environ: stdio.Environ})
		if err != nil {
			return nil, err
		}
		graphs = append(graphs, in.Graphs...)
		l.diags = append(l.diags, in.Diagnostics...)
	}
	return graphs, nil
}

// judge gives the verdicts of rules on what Terraform says.
func judge(graphs []*graph.Graph) (judged, error) {
	all := judged{}
	_, err := scan.Judge(graphs, scan.Options{Rules: rules.All()}, func(r *assessment.Result) error {
		all[placed{r.Rule, r.Resource.Root, r.Resource.Address}] = r.Verdict
		return nil
	})
	return all, err
}

func (l *linker) Config(m *assessment.Config) error {
	if err := l.Handler.Config(m); err != nil {
		return err
	}
	for _, d := range l.diags {
		// What Terraform's files lack hides no finding of AWS: no error.
		if err := l.Handler.Diagnostic(&assessment.Diagnostic{Severity: "warning", Summary: d.Summary, Detail: d.Detail, Location: assessment.Location(d.Location)}); err != nil {
			return err
		}
	}
	return nil
}

func (l *linker) Result(r *assessment.Result) error {
	l.index.Link(r)
	if r.Verdict == assessment.NonCompliant {
		l.importer.Add(r)
	}
	offline, ok := l.offline[placed{r.Rule, r.Resource.Root, r.Resource.Address}]
	if ok && offline != r.Verdict && r.Resource.Address != "" && decided(offline) && decided(r.Verdict) {
		if r.Link == nil {
			r.Link = &assessment.Link{}
		}
		r.Link.Offline = offline
		r.Link.Cause = l.cause(r)
	}
	if r.Verdict == assessment.NonCompliant && r.Link != nil && r.Link.Unmanaged != "" {
		if c := triage.Explain(r); c != nil {
			r.Link.Contradiction = c.ID
		}
	}
	return l.Handler.Result(r)
}

func decided(v assessment.Verdict) bool {
	return v == assessment.Compliant || v == assessment.NonCompliant
}

// cause is why AWS may have another verdict than the code. The state, if there is
// one, tells what was applied.
func (l *linker) cause(r *assessment.Result) string {
	// A rule that is evaluated on change has an old verdict where nothing changed.
	if facts, ok := hipaa.Lookup(r.Rule); ok && facts.Trigger == hipaa.Periodic {
		for _, s := range r.Sources {
			if s.Name == audit.SourceConfig && s.Evaluated != nil && l.now.Sub(*s.Evaluated) > audit.Stale {
				return "stale evaluation: AWS's is of " + s.Evaluated.UTC().Format(time.DateOnly)
			}
		}
	}
	switch l.applied[placed{rule: r.Rule, address: r.Resource.Address}] {
	case r.Verdict:
		return "not applied yet: the state is as AWS says"
	case r.Link.Offline:
		return "drift: changed outside of Terraform, the state is as the code says"
	}
	if r.Verdict == assessment.NonCompliant {
		return "not applied yet, or drift: changed outside of Terraform"
	}
	return "drift: changed outside of Terraform, or made good by what the code does not say"
}

// writeImports writes the import blocks to the file that the flags name.
func (f *linkFlags) writeImports(l *linker, stderr io.Writer) error {
	if f.imports == "" {
		return nil
	}
	if l.importer.Skipped > 0 {
		fmt.Fprintf(stderr, "%d resources have no import block: what AWS says of them does not name them for Terraform\n", l.importer.Skipped)
	}
	return edit.Write(f.imports, []byte(l.importer.Text()))
}

// found are files of states; remove deletes those that were fetched.
type found struct {
	files  []string
	remove func()
}

func stateFiles(ctx context.Context, path string, fetch func(context.Context, string) ([]byte, error)) (found, error) {
	keep := func() {}
	if strings.HasPrefix(path, "s3://") {
		data, err := fetch(ctx, path)
		if err != nil {
			return found{}, err
		}
		dir, err := os.MkdirTemp("", "safeguard-state-")
		if err != nil {
			return found{}, err
		}
		file := filepath.Join(dir, "terraform.tfstate")
		return found{[]string{file}, func() { os.RemoveAll(dir) }}, os.WriteFile(file, data, 0o600)
	}
	info, err := os.Stat(path)
	if err != nil {
		return found{}, fmt.Errorf("--state: %w", err)
	}
	if !info.IsDir() {
		return found{[]string{path}, keep}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(file, ".tfstate") {
			files = append(files, file)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = errors.New("no *.tfstate is in it")
	}
	if err != nil {
		return found{}, fmt.Errorf("--state %s: %w", path, err)
	}
	return found{files, keep}, nil
}

// fetchState reads a state that lies in S3.
func fetchState(f *awsFlags, stdio IO) func(context.Context, string) ([]byte, error) {
	return func(ctx context.Context, url string) ([]byte, error) {
		cfg, err := f.load(ctx, stdio)
		if err != nil {
			return nil, err
		}
		return audit.Object(ctx, cfg, url)
	}
}

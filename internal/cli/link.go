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
	"text/tabwriter"
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
	if err := l.judge(configs); err != nil {
		return nil, err
	}
	l.index = link.New(configs, states)
	return l, nil
}

// A linker links results on their way to another handler.
type linker struct {
	assessment.Handler
	index    *link.Index
	importer link.Importer
	offline  map[placed]assessment.Verdict
	diags    []terraform.Diagnostic
	now      time.Time
	differs  []*assessment.Result
}

type placed struct{ rule, root, address string }

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

// judge gives the offline verdicts, to compare AWS's with.
func (l *linker) judge(graphs []*graph.Graph) error {
	l.offline = map[placed]assessment.Verdict{}
	_, err := scan.Judge(graphs, scan.Options{Rules: rules.All()}, func(r *assessment.Result) error {
		l.offline[placed{r.Rule, r.Resource.Root, r.Resource.Address}] = r.Verdict
		return nil
	})
	return err
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
		l.differs = append(l.differs, r)
	}
	return l.Handler.Result(r)
}

func decided(v assessment.Verdict) bool {
	return v == assessment.Compliant || v == assessment.NonCompliant
}

// compare writes where the code and AWS disagree, and why they may.
func (l *linker) compare(w io.Writer) error {
	if len(l.differs) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nAWS and the code disagree\nRULE\tADDRESS\tCODE\tAWS\tLIKELY CAUSE")
	for _, r := range l.differs {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", r.Rule, line(r.Resource.Address), r.Link.Offline, r.Verdict, cause(r, l.now))
	}
	return tw.Flush()
}

func cause(r *assessment.Result, now time.Time) string {
	// A rule that is evaluated on change has an old verdict where nothing changed.
	if facts, ok := hipaa.Lookup(r.Rule); ok && facts.Trigger == hipaa.Periodic {
		for _, s := range r.Sources {
			if s.Name == audit.SourceConfig && s.Evaluated != nil && now.Sub(*s.Evaluated) > 48*time.Hour {
				return "AWS's evaluation is old: of " + s.Evaluated.UTC().Format(time.DateOnly)
			}
		}
	}
	if r.Verdict == assessment.NonCompliant {
		return "not applied yet, or changed outside of Terraform"
	}
	return "changed outside of Terraform, or made good by what the code does not say"
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

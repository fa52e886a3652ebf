// Package terraform reads what Terraform and OpenTofu write, configuration,
// plans and states, into graphs. What kind of input a path leads to is
// recognised by content. Nothing here opens a network connection; other
// programs run only where the caller asks for it.
package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/eval"
	"safeguard/internal/terraform/plan"
)

// Options say how to read.
type Options struct {
	Vars      []Var // --var and --var-file, in their order: later ones win
	Workspace string
	Environ   []string // for TF_VAR_*, TF_WORKSPACE and AWS_REGION, as os.Environ gives it
	// Source is the directory of the configuration that a plan was made from,
	// for its lines; "" if there is none.
	Source string
	// Show turns a saved binary plan into JSON: it runs terraform or tofu. Nil
	// means that such plans cannot be read.
	Show func(ctx context.Context, file string) ([]byte, error)
	// Overlay holds files that count instead of those on disk, by path as shown.
	Overlay config.Overlay
	// Memory keeps what was parsed of a directory for the next time; nil keeps
	// nothing.
	Memory *config.Memory
	// Progress is told what is being done.
	Progress func(string)
}

// Kind tells the kinds of input apart.
type Kind string

// The kinds, as the stream names its source.
const (
	Configuration Kind = "terraform-config"
	Plan          Kind = "terraform-plan"
	State         Kind = "terraform-state"
)

// An Input is what one path led to.
type Input struct {
	Path        string
	Kind        Kind
	Graphs      []*graph.Graph // one a root module
	Diagnostics []Diagnostic
	// Config is the configuration behind the graphs, a root each in their order;
	// nil for plans and states.
	Config *config.Tree
}

// A Diagnostic is a message about the input itself.
type Diagnostic struct {
	Severity string // error, warning
	Summary  string
	Detail   string
	Location graph.Location
}

// String is the message on one line: file:line, summary, detail.
func (d Diagnostic) String() string {
	text := d.Summary
	if d.Location.File != "" {
		text = d.Location.String() + ": " + text
	}
	if d.Detail != "" {
		text += ": " + d.Detail
	}
	return text
}

// maxInput bounds what is read of a plan or state.
const maxInput = 1 << 30

// Load reads the path; "-" reads from stdin. An error means that nothing there
// could be read; what could be read only in part has diagnostics.
func Load(ctx context.Context, path string, stdin io.Reader, opts Options) (*Input, error) {
	if path == "-" {
		data, err := readAll(stdin, "standard input")
		if err != nil {
			return nil, err
		}
		return document(ctx, path, data, opts)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, rootCause(err))
	}
	if info.IsDir() {
		return directory(path, opts)
	}
	if isConfiguration(path) {
		return directory(filepath.Dir(path), opts)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, rootCause(err))
	}
	defer f.Close()
	data, err := readAll(f, path)
	if err != nil {
		return nil, err
	}
	return document(ctx, path, data, opts)
}

// isConfiguration reports whether a file's name says that it is configuration.
func isConfiguration(path string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

func rootCause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func readAll(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, rootCause(err))
	}
	if len(data) > maxInput {
		return nil, fmt.Errorf("read %s: larger than %d MB", name, maxInput>>20)
	}
	return data, nil
}

// document reads a plan or a state.
func document(ctx context.Context, path string, data []byte, opts Options) (*Input, error) {
	name := path
	if path == "-" {
		name = "standard input"
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return savedPlan(ctx, path, name, opts)
	}
	doc, err := plan.Read(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	in := &Input{Path: path, Kind: State}
	if doc.IsPlan {
		in.Kind = Plan
	}
	var places plan.Places
	if opts.Source != "" {
		src, err := directory(opts.Source, opts)
		if err != nil {
			return nil, fmt.Errorf("read the source of %s: %w", name, err)
		}
		in.Diagnostics = src.Diagnostics
		places = locate(src)
	}
	in.Graphs = []*graph.Graph{doc.Graph(name, places)}
	return in, nil
}

func savedPlan(ctx context.Context, path, name string, opts Options) (*Input, error) {
	if path == "-" {
		return nil, errors.New("a saved binary plan cannot be read from standard input: give its path, or pipe `terraform show -json` in")
	}
	if opts.Show == nil {
		return nil, fmt.Errorf("read %s: it is a saved binary plan: convert it with `terraform show -json %s`", name, path)
	}
	data, err := opts.Show(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return document(ctx, path, data, opts)
}

// locate finds the lines of resource blocks by address.
func locate(src *Input) plan.Places {
	blocks := map[string]graph.Location{}
	for _, g := range src.Graphs {
		for _, r := range g.Resources {
			key := plan.BlockAddress(r.Address)
			if _, ok := blocks[key]; !ok {
				blocks[key] = r.Location()
			}
		}
	}
	return func(address string) (graph.Location, bool) {
		l, ok := blocks[plan.BlockAddress(address)]
		return l, ok
	}
}

// directory reads a directory of configuration, root by root.
func directory(dir string, opts Options) (*Input, error) {
	tree, err := config.Load(dir, config.Options{Overlay: opts.Overlay, Memory: opts.Memory})
	if err != nil {
		return nil, err
	}
	shared, userDiags, err := userInputs(opts)
	if err != nil {
		return nil, err
	}
	if tree, err = early(tree, dir, opts, shared); err != nil {
		return nil, err
	}
	in := &Input{Path: dir, Kind: Configuration, Config: tree}
	for _, d := range tree.Diagnostics {
		in.Diagnostics = append(in.Diagnostics, diagnostic(d))
	}
	in.Diagnostics = append(in.Diagnostics, userDiags...)
	for _, root := range tree.Roots {
		evaluation, diags := rootOptions(root, opts, shared)
		in.Diagnostics = append(in.Diagnostics, diags...)
		in.Graphs = append(in.Graphs, eval.Graph(root, evaluation))
	}
	return in, nil
}

// early loads the configuration again for as long as that leads to modules
// whose source is an expression, which OpenTofu evaluates before all else.
func early(tree *config.Tree, dir string, opts Options, shared given) (*config.Tree, error) {
	sources := map[config.CallPlace]string{}
	for {
		known := len(sources)
		for _, root := range tree.Roots {
			if root.Module.ComputesSource() {
				evaluation, _ := rootOptions(root, opts, shared)
				maps.Copy(sources, eval.Sources(root, evaluation))
			}
		}
		if len(sources) == known {
			return tree, nil
		}
		var err error
		if tree, err = config.Load(dir, config.Options{Overlay: opts.Overlay, Memory: opts.Memory, Sources: sources}); err != nil {
			return nil, err
		}
	}
}

// rootOptions is all that is said about a root.
func rootOptions(root *config.Root, opts Options, shared given) (eval.Options, []Diagnostic) {
	inputs, diags := rootInputs(root, opts, shared)
	return eval.Options{Workspace: workspace(opts), Inputs: inputs, Region: region(opts.Environ)}, diags
}

func diagnostic(d config.Diagnostic) Diagnostic {
	return Diagnostic{
		Severity: string(d.Severity), Summary: d.Summary, Detail: d.Detail,
		Location: graph.Location{File: d.Range.Filename, Line: d.Range.Start.Line, EndLine: d.Range.End.Line},
	}
}

func workspace(opts Options) string {
	if opts.Workspace != "" {
		return opts.Workspace
	}
	return environ(opts.Environ, "TF_WORKSPACE")
}

func region(env []string) string {
	if r := environ(env, "AWS_REGION"); r != "" {
		return r
	}
	return environ(env, "AWS_DEFAULT_REGION")
}

func environ(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

// Package ruletest runs the examples of rules: one txtar archive a rule, in
// testdata/<IDENTIFIER>.txtar beside the rule's package. Only tests import it.
//
// An archive holds Terraform configuration; every directory that is a root
// module is scanned. Expectations are comments on the line on which a resource
// block begins:
//
//	resource "aws_s3_bucket" "a" { # want COMPLIANT
//	resource "aws_s3_bucket" "b" { # want NON_COMPLIANT "no aws_s3_bucket_versioning"
//	resource "aws_s3_bucket" "c" { # want ["x"] COMPLIANT; want ["y"] NON_COMPLIANT
//
// The quoted text must be part of the annotation. Without a key the
// expectation is for every instance of the block. What cannot carry a comment
// (JSON, the account) stands in a file named "want", one line each, the root
// first where it is not ".":
//
//	account INSUFFICIENT_DATA "no trail"
//	envs/dev account COMPLIANT
//	module.a.aws_s3_bucket.b[0] COMPLIANT
//
// Every resource of a type that the rule judges must have an expectation. An
// archive must show COMPLIANT, NON_COMPLIANT and INSUFFICIENT_DATA, or say in
// its comment why one cannot be: "no INSUFFICIENT_DATA: ...".
package ruletest

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/assessment"
	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
)

// Run runs the archive of every rule; a rule without one fails.
func Run(t *testing.T, rules []rule.Rule) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", r.ID+".txtar")
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatalf("every rule has examples: %v", err)
			}
			check(t, r, ar)
			checkRepair(t, r, ar, file)
		})
	}
	archives, _ := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	for _, file := range archives {
		id := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if !slices.ContainsFunc(rules, func(r rule.Rule) bool { return r.ID == id }) {
			t.Errorf("%s belongs to no rule", file)
		}
	}
}

// Extract writes the files of an archive into a new directory.
func Extract(t testing.TB, ar *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range ar.Files {
		if f.Name == "want" || strings.HasPrefix(f.Name, "fixed/") {
			continue
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Load reads the configuration of an archive.
func Load(t testing.TB, ar *txtar.Archive) []*graph.Graph {
	t.Helper()
	in, err := terraform.Load(context.Background(), Extract(t, ar), nil, terraform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return in.Graphs
}

// An expectation is one want.
type expectation struct {
	where   string // for messages
	root    string
	address string // "" with file and line
	file    string // relative to the archive
	line    int
	key     string // "[0]", "" for all
	verdict string
	text    string
	met     int
}

func check(t *testing.T, r rule.Rule, ar *txtar.Archive) {
	t.Helper()
	seen := judge(t, r, ar, terraform.Options{})
	for _, v := range []string{"COMPLIANT", "NON_COMPLIANT", "INSUFFICIENT_DATA"} {
		if !seen[v] && !strings.Contains(string(ar.Comment), "no "+v+":") {
			t.Errorf("the archive shows no %s: add an example, or say why there is none in its comment (\"no %s: reason\")", v, v)
		}
	}
}

// Case runs an archive that is about the language rather than about a rule. Its
// comment has, on a line of its own, the rule to judge by, and may have more for
// the command line and the environment:
//
//	rule: SNS_ENCRYPTED_KMS
//	var: name=value
//	var-file: envs/prod.tfvars
//	workspace: prod
//	env: TF_VAR_x=1
func Case(t *testing.T, rules []rule.Rule, ar *txtar.Archive) {
	t.Helper()
	opts := terraform.Options{}
	var judged []rule.Rule
	for line := range strings.Lines(string(ar.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "rule":
			i := slices.IndexFunc(rules, func(r rule.Rule) bool { return r.ID == value })
			if i < 0 {
				t.Fatalf("there is no rule %s", value)
			}
			judged = append(judged, rules[i])
		case "var":
			opts.Vars = append(opts.Vars, terraform.Var{Value: value})
		case "var-file":
			opts.Vars = append(opts.Vars, terraform.Var{File: value})
		case "workspace":
			opts.Workspace = value
		case "env":
			opts.Environ = append(opts.Environ, value)
		}
	}
	if len(judged) != 1 {
		t.Fatalf("the comment names %d rules, want one", len(judged))
	}
	judge(t, judged[0], ar, opts)
}

// judge compares what the rule says of an archive with what is wanted, and
// returns the verdicts that it gives.
func judge(t *testing.T, r rule.Rule, ar *txtar.Archive, opts terraform.Options) (seen map[string]bool) {
	t.Helper()
	wants := expectations(t, ar)
	dir := Extract(t, ar)
	for i, v := range opts.Vars {
		if v.File != "" {
			opts.Vars[i].File = filepath.Join(dir, filepath.FromSlash(v.File))
		}
	}
	in, err := terraform.Load(context.Background(), dir, nil, opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range in.Diagnostics {
		if d.Severity == "error" && !strings.Contains(string(ar.Comment), "broken on purpose") {
			t.Errorf("%s:%d: %s: %s", d.Location.File, d.Location.Line, d.Summary, d.Detail)
		}
	}
	seen = map[string]bool{}
	_, err = scan.Judge(in.Graphs, scan.Options{
		Rules:        []rule.Rule{r},
		WholeAccount: strings.Contains(string(ar.Comment), "whole account"),
	}, func(res *assessment.Result) error {
		if res.Rule != r.ID {
			return nil
		}
		got := relative(dir, res)
		where := fmt.Sprintf("%s:%d", got.Location.File, got.Location.Line)
		w := match(wants, got)
		if w == nil {
			if r.IsAccount() || res.Resource.TerraformType != "" {
				t.Errorf("%s: %s %s: got %s %q, and nothing is wanted", where, got.Resource.Root, got.Resource.Address, got.Verdict, got.Annotation)
			}
			return nil
		}
		w.met++
		seen[string(got.Verdict)] = true
		if w.verdict != string(got.Verdict) || !strings.Contains(got.Annotation, w.text) {
			t.Errorf("%s: %s: got %s %q, want %s %q", w.where, got.Resource.Address, got.Verdict, got.Annotation, w.verdict, w.text)
		}
		if got.Verdict != assessment.Compliant && got.Annotation == "" || got.Verdict == assessment.InsufficientData && !Actionable(got.Annotation) {
			t.Errorf("%s: %s: %s without a reason: %q", w.where, got.Resource.Address, got.Verdict, got.Annotation)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wants {
		if w.met == 0 {
			t.Errorf("%s: wanted %s, got no result there", w.where, w.verdict)
		}
	}
	return seen
}

// Actionable reports whether the annotation of an undecided verdict is a reason
// that a user can act on.
func Actionable(annotation string) bool {
	text := strings.TrimSpace(annotation)
	return text != "" && !strings.HasSuffix(text, "whether") && !strings.Contains(text, "(unknown)")
}

func relative(dir string, r *assessment.Result) *assessment.Result {
	c := *r
	if rel, err := filepath.Rel(dir, filepath.FromSlash(r.Location.File)); err == nil && r.Location.File != "" {
		c.Location.File = filepath.ToSlash(rel)
	}
	return &c
}

func match(wants []*expectation, r *assessment.Result) *expectation {
	for _, w := range wants {
		if w.address != "" {
			if w.address == r.Resource.Address && w.root == r.Resource.Root {
				return w
			}
			continue
		}
		if w.file == r.Location.File && w.line == r.Location.Line && (w.key == "" || strings.HasSuffix(r.Resource.Address, w.key)) {
			return w
		}
	}
	return nil
}

var wantPattern = regexp.MustCompile(`want\s+(\[[^\]]*\]\s+)?([A-Z_]+)(?:\s+("(?:[^"\\]|\\.)*"))?`)

func expectations(t *testing.T, ar *txtar.Archive) []*expectation {
	t.Helper()
	var wants []*expectation
	for _, f := range ar.Files {
		if f.Name == "want" {
			wants = append(wants, listed(t, f)...)
			continue
		}
		if strings.HasPrefix(f.Name, "fixed/") {
			continue
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			_, comment, ok := strings.Cut(line, "# want ")
			if !ok {
				continue
			}
			where := fmt.Sprintf("%s:%d", f.Name, i+1)
			found := wantPattern.FindAllStringSubmatch("want "+comment, -1)
			if found == nil {
				t.Errorf("%s: cannot read %q", where, comment)
			}
			for _, m := range found {
				w := &expectation{where: where, file: path.Clean(f.Name), line: i + 1, key: strings.TrimSpace(m[1]), verdict: m[2]}
				w.text = unquote(t, where, m[3])
				wants = append(wants, w)
			}
		}
	}
	return wants
}

var listedPattern = regexp.MustCompile(`^(?:(\S+)\s+)?(\S+)\s+([A-Z_]+)(?:\s+("(?:[^"\\]|\\.)*"))?$`)

func listed(t *testing.T, f txtar.File) []*expectation {
	t.Helper()
	var wants []*expectation
	for i, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		where := fmt.Sprintf("want:%d", i+1)
		m := listedPattern.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%s: cannot read %q", where, line)
			continue
		}
		w := &expectation{where: where, root: m[1], address: m[2], verdict: m[3], text: unquote(t, where, m[4])}
		if w.root == "" {
			w.root = "."
		}
		wants = append(wants, w)
	}
	return wants
}

func unquote(t *testing.T, where, s string) string {
	t.Helper()
	if s == "" {
		return ""
	}
	u, err := strconv.Unquote(s)
	if err != nil {
		t.Errorf("%s: %v", where, err)
	}
	return u
}

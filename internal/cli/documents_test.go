package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/cli"
)

// documents are those that show what the program prints.
var documents = []string{"README.md", "docs/tunnel.md"}

// TestDocuments runs each command line that a document shows after "$ safeguard"
// and compares what it prints with what the document shows below. A line "..."
// stands for what is left out; -update keeps as many lines before and after it
// as there are.
func TestDocuments(t *testing.T) {
	t.Chdir("../..")
	v, err := newVPC()
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	for name, value := range v.env() {
		t.Setenv(name, value)
	}
	for _, name := range documents {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(src), "\n")
		var out []string
		shown := 0
		for i := 0; i < len(lines); i++ {
			out = append(out, lines[i])
			command, ok := strings.CutPrefix(lines[i], "$ safeguard ")
			if !ok {
				continue
			}
			shown++
			end := i + 1
			for end < len(lines) && !strings.HasPrefix(lines[end], "```") && !strings.HasPrefix(lines[end], "$ ") {
				end++
			}
			want := lines[i+1 : end]
			got := excerpt(run(t, arguments(command)), want)
			if diff := cmp.Diff(want, got); diff != "" && !*update {
				t.Errorf("%s:%d: $ safeguard %s prints something else (-want +got); go test ./internal/cli -update rewrites it:\n%s", name, i+1, command, diff)
			}
			out = append(out, got...)
			i = end - 1
		}
		if shown == 0 {
			t.Errorf("%s shows no command", name)
		}
		if *update {
			if err := os.WriteFile(name, []byte(strings.Join(out, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// link matches the target of a link in a Markdown document.
var link = regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)

// TestLinks finds links to files that do not exist.
func TestLinks(t *testing.T) {
	t.Chdir("../..")
	documents, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(documents, "README.md", "CONTRIBUTING.md", "examples/clinic/README.md") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(src), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			}
		}
	}
}

// run is what a command line prints to standard output.
func run(t *testing.T, args []string) []string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := cli.Run(context.Background(), args, cli.IO{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: clock, LookupHost: lookupHost}); code > 1 {
		t.Errorf("safeguard %s: exit code %d: %s", strings.Join(args, " "), code, stderr.String())
	}
	return strings.Split(strings.TrimRight(stdout.String(), "\n"), "\n")
}

// excerpt leaves out of the output what the shown one leaves out.
func excerpt(got, shown []string) []string {
	cut := slices.Index(shown, "...")
	if cut < 0 {
		return got
	}
	tail := len(shown) - cut - 1
	if cut+tail >= len(got) {
		return got
	}
	return slices.Concat(got[:cut], []string{"..."}, got[len(got)-tail:])
}

// arguments splits a command line at spaces outside of single quotes.
func arguments(line string) []string {
	var args []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	return args
}

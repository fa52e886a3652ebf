//go:build unix

package bench_test

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/assessment"
	"safeguard/internal/corpus"
	"safeguard/internal/report"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
	"safeguard/internal/terraform"
	"safeguard/internal/terraform/config"
)

// BenchmarkConfiguration compares the scan of a configuration with the floor:
// to read and parse all its files on all cores.
func BenchmarkConfiguration(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		dir, files := write(b, n)
		compare(b, []*stage{
			{name: "parse", run: func() any { return parse(b, files) }},
			{name: "load", run: func() any { return loadConfig(b, dir) }},
			{name: "graph", run: func() any { return load(b, dir, nil) }},
			{name: "json", run: func() any { return judge(b, load(b, dir, nil), report.NewJSON(io.Discard)) }},
			{name: "text", run: func() any { return judge(b, load(b, dir, nil), newText()) }},
		})
	})
}

// BenchmarkScan is the scan of a configuration alone, for profiles.
func BenchmarkScan(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		dir, _ := write(b, n)
		b.ReportAllocs()
		for b.Loop() {
			judge(b, load(b, dir, nil), report.NewJSON(io.Discard))
		}
	})
}

// BenchmarkMemory is what a scan holds in memory per resource block beyond
// what the files and their syntax trees take.
func BenchmarkMemory(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		dir, _ := write(b, n)
		judge(b, load(b, dir, nil), report.NewJSON(io.Discard)) // decodes embedded facts, which stay
		var trees, all int64
		for b.Loop() {
			trees += retained(func() any { return loadConfig(b, dir) })
			all += retained(func() any { return judge(b, load(b, dir, nil), report.NewJSON(io.Discard)) })
		}
		per := func(bytes int64) float64 { return float64(bytes) / float64(b.N) / float64(n) }
		b.ReportMetric(per(trees), "trees-B/block")
		b.ReportMetric(per(all-trees), "scan-B/block")
		b.ReportMetric(0, "ns/op")
	})
}

// write puts a configuration of n resource blocks on the disk and lists its files.
func write(b *testing.B, n int) (dir string, files []string) {
	dir = b.TempDir()
	if _, err := corpus.Write(dir, n, seed); err != nil {
		b.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tfvars") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return dir, files
}

// parse is the floor: nobody can do without it.
func parse(b *testing.B, files []string) []*hcl.File {
	parsed := make([]*hcl.File, len(files))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(files); i = int(next.Add(1)) - 1 {
				src, err := os.ReadFile(files[i])
				if err != nil {
					b.Error(err)
					return
				}
				f, diags := hclsyntax.ParseConfig(src, files[i], hcl.InitialPos)
				if diags.HasErrors() {
					b.Error(diags)
				}
				parsed[i] = f
			}
		})
	}
	wait.Wait()
	return parsed
}

func loadConfig(b *testing.B, dir string) *config.Tree {
	tree, err := config.Load(dir, config.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return tree
}

// load reads a path as the command line does; with stdin, the path is "-".
func load(b *testing.B, path string, stdin io.Reader) *terraform.Input {
	in, err := terraform.Load(context.Background(), path, stdin, terraform.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return in
}

// judge judges the input by all rules and writes every result.
func judge(b *testing.B, in *terraform.Input, h assessment.Handler) *terraform.Input {
	summary, err := scan.Judge(in.Graphs, scan.Options{Rules: rules.All()}, h.Result)
	if err != nil {
		b.Fatal(err)
	}
	if summary.Results.Compliant == 0 || summary.Results.NonCompliant == 0 {
		b.Fatalf("nothing was judged: %+v", summary.Results)
	}
	if err := h.Summary(summary); err != nil {
		b.Fatal(err)
	}
	if err := assessment.Flush(h); err != nil {
		b.Fatal(err)
	}
	return in
}

func newText() assessment.Handler {
	return report.NewText(io.Discard, report.TextOptions{Verdicts: []assessment.Verdict{assessment.NonCompliant}, Width: 80})
}

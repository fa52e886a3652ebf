// Package corpus writes realistic Terraform for benchmarks and tests.
//
// A corpus is one root module with stacks below it and a library of local modules that both call. It is made of
// hand-written groups of resources (a bucket and its companions, a function with its role and log group) in which a
// seeded generator decides what is done right and what is not. The same size and seed give the same bytes.
//
// Files gives configuration, Plan and State the JSON that Terraform itself would print for such configuration.
package corpus

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stats says how much Write wrote.
type Stats struct {
	Files     int // all files, templates and variable values included
	Modules   int // directories with configuration besides the root module
	Resources int // resource blocks
	Bytes     int // of all files
}

// Files returns a configuration with exactly the given number of resource blocks, as contents by slash-separated path.
// A number below one gives a configuration without resources.
func Files(resources int, seed uint64) map[string][]byte {
	b := newBuilder(resources, seed)
	b.library()
	b.root()
	return b.files
}

// Write puts the configuration that Files returns below dir, which it creates with its parents. It writes every file
// completely before the next one and leaves files of other names alone.
func Write(dir string, resources int, seed uint64) (Stats, error) {
	files := Files(resources, seed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return Stats{}, fmt.Errorf("write corpus: %w", err)
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return Stats{}, fmt.Errorf("write corpus: %w", err)
		}
	}
	return measure(files), nil
}

func measure(files map[string][]byte) Stats {
	stats := Stats{Files: len(files)}
	modules := map[string]bool{}
	for name, content := range files {
		stats.Bytes += len(content)
		if dir, _, ok := cutLast(name, "/"); ok && strings.HasSuffix(name, ".tf") {
			modules[dir] = true
		}
		if strings.HasSuffix(name, ".tf") {
			stats.Resources += countResources(content)
		}
	}
	stats.Modules = len(modules)
	return stats
}

func countResources(src []byte) int {
	n := bytes.Count(src, []byte("\nresource \""))
	if bytes.HasPrefix(src, []byte("resource \"")) {
		n++
	}
	return n
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

package config

import (
	"iter"
	"maps"
	"slices"
)

// DefaultMaxFileBytes is the size above which a configuration file is not
// read unless Options say otherwise. One of this size takes more than a
// gigabyte of memory to parse, and is data, not code.
const DefaultMaxFileBytes = 32 << 20

// Options change how Load reads. The zero value is ready to use.
type Options struct {
	// MaxFileBytes is the size above which a file is refused with a
	// diagnostic; 0 means DefaultMaxFileBytes.
	MaxFileBytes int64

	// Overlay holds files that count instead of those on disk.
	Overlay Overlay

	// Sources are the sources of the modules whose calls have an expression
	// there, as OpenTofu allows: Load evaluates nothing.
	Sources map[CallPlace]string

	// Memory keeps what was parsed from one Load to the next, so that files that
	// did not change are not parsed again; nil keeps nothing.
	Memory *Memory
}

// A CallPlace names a module call: what its source is may depend on the root
// and on the calls that lead to it.
type CallPlace struct {
	Root  string // its directory, as shown
	Calls string // the names of the calls that lead to it and its own, as in "a.b"
	Dir   string // of the module that it stands in, as shown
}

// An Overlay is the content of files as they would be, by their path as shown:
// changed ones and new ones.
type Overlay map[string][]byte

// A Tree is everything that Load found below one directory.
type Tree struct {
	// Roots are the root modules, the scanned directory itself first and the
	// others in the order of their names.
	Roots []*Root

	// Diagnostics are those of all modules, each once, and those that belong
	// to no module, ordered by place.
	Diagnostics []Diagnostic
}

// A Root is a root module: a directory in which someone runs terraform. Its
// modules are linked for it alone, since installed modules depend on the
// root; what was parsed is shared with other roots and must not be changed.
type Root struct {
	Name   string // path relative to the scanned directory, "." for itself
	Dir    string // as shown, equal to Module.Dir
	Module *Module

	// VarFiles are the files of values that Terraform loads by itself, in the
	// order in which it does: later ones win.
	VarFiles []string

	// Locked has the provider versions of .terraform.lock.hcl by source
	// address, without the host of the public registries: "hashicorp/aws".
	Locked map[string]string
}

// Files gives the files of all modules that the roots reach, each once, in the
// order of their paths.
func (t *Tree) Files() iter.Seq2[string, []byte] {
	files := map[string][]byte{}
	seen := map[*Module]bool{}
	var visit func(*Module)
	visit = func(m *Module) {
		if m == nil || seen[m] {
			return
		}
		seen[m] = true
		for _, f := range m.Files {
			files[f.Path] = f.Bytes
		}
		for _, c := range m.Calls {
			visit(c.Module)
		}
	}
	for _, root := range t.Roots {
		visit(root.Module)
	}
	return func(yield func(string, []byte) bool) {
		for _, path := range slices.Sorted(maps.Keys(files)) {
			if !yield(path, files[path]) {
				return
			}
		}
	}
}

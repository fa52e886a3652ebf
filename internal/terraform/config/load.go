package config

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Load reads all configuration in dir and below it. Every file is read and
// parsed once, on all cores; roots share what was parsed.
//
// Faults in the configuration are diagnostics and leave the rest usable. The
// error is for a dir that cannot be read or holds no configuration at all.
func Load(dir string, opts Options) (*Tree, error) {
	shown, real, err := start(dir)
	if err != nil {
		return nil, err
	}
	opts.MaxFileBytes = cmp.Or(opts.MaxFileBytes, DefaultMaxFileBytes)
	folders, problems := walk(shown, real, opts.Overlay)
	if len(folders) == 0 {
		if len(problems) > 0 {
			return nil, fmt.Errorf("read configuration in %q: %s", dir, problems[0].Detail)
		}
		return nil, fmt.Errorf("no Terraform configuration (.tf, .tf.json, .tofu) in %q", dir)
	}
	l := &loader{
		shown:       shown,
		opts:        opts,
		modules:     map[string]*loaded{},
		diagnostics: problems,
	}
	l.read(folders)
	return l.tree(folders), nil
}

type loader struct {
	shown       string // the scanned directory
	opts        Options
	modules     map[string]*loaded // by shown directory
	diagnostics []Diagnostic       // of no module
}

// A loaded directory has a module or a problem.
type loaded struct {
	folder  *folder
	module  *Module // its calls are not linked
	problem string
}

// read reads and parses all files of the folders.
func (l *loader) read(folders []*folder) {
	type job struct {
		file configFile
		into **source
	}
	var jobs []job
	sources := make([][]*source, len(folders))
	for i, f := range folders {
		sources[i] = make([]*source, len(f.files))
		for j, file := range f.files {
			jobs = append(jobs, job{file, &sources[i][j]})
		}
	}
	// The largest files go first, so that no core is left alone with one.
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(b.file.size, a.file.size) })
	parallel(len(jobs), func(i int) {
		*jobs[i].into = parseFile(jobs[i].file.path, jobs[i].file.override, l.opts)
	})
	modules := make([]*Module, len(folders))
	parallel(len(folders), func(i int) {
		modules[i] = assemble(folders[i].dir, sources[i])
	})
	for i, f := range folders {
		l.modules[f.dir] = &loaded{folder: f, module: modules[i]}
	}
}

// parallel calls do for 0 to n-1 on all cores.
func parallel(n int, do func(int)) {
	var wait sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wait.Wait()
}

// open loads directories that modules call and that the walk did not find:
// they lie outside of the tree, or terraform put them there.
func (l *loader) open(dirs []string) {
	var folders []*folder
	for _, dir := range dirs {
		if l.modules[dir] != nil {
			continue
		}
		l.modules[dir] = &loaded{}
		real, err := realPath(dir)
		if err != nil {
			l.modules[dir].problem = fmt.Sprintf("there is no directory %q", dir)
			continue
		}
		f, err := look(dir, real, l.opts.Overlay)
		switch {
		case err != nil:
			l.modules[dir].problem = fmt.Sprintf("its directory cannot be read: %s", reason(dir, err))
		case len(f.files) == 0:
			l.modules[dir].problem = fmt.Sprintf("no Terraform configuration (.tf, .tf.json, .tofu) in %q", dir)
		default:
			folders = append(folders, f)
		}
	}
	l.read(folders)
}

// tree finds the roots among the folders of the walk and links them.
func (l *loader) tree(folders []*folder) *Tree {
	called := l.called(folders)
	var linkers []*linker
	for _, f := range folders {
		if f.dir == l.shown || !called[f.real] || l.modules[f.dir].module.startsAlone() {
			linkers = append(linkers, newLinker(l, f))
		}
	}
	l.link(linkers)

	// Modules that only call one another are reached from no root so far.
	reached := map[string]bool{}
	for _, k := range linkers {
		maps.Copy(reached, k.reached)
	}
	for _, f := range folders {
		if !reached[f.real] {
			k := newLinker(l, f)
			linkers = append(linkers, k)
			l.link([]*linker{k})
			maps.Copy(reached, k.reached)
		}
	}

	slices.SortFunc(linkers, func(a, b *linker) int { return comparePaths(a.folder.dir, b.folder.dir) })
	tree := &Tree{Diagnostics: l.diagnostics}
	for _, k := range linkers {
		root := &Root{Name: l.name(k.folder.dir), Dir: k.folder.dir, Module: k.module, VarFiles: k.folder.vars}
		var problems []Diagnostic
		root.Locked, problems = readLock(k.folder.dir)
		tree.Roots = append(tree.Roots, root)
		tree.Diagnostics = slices.Concat(tree.Diagnostics, problems, k.diagnostics())
	}
	for _, m := range l.modules {
		if m.module != nil {
			tree.Diagnostics = append(tree.Diagnostics, m.module.Diagnostics...)
		}
	}
	sortDiagnostics(tree.Diagnostics)
	tree.Diagnostics = slices.Compact(tree.Diagnostics) // two roots may say the same of a call
	return tree
}

// link links the roots, loading what they call as it turns up.
func (l *loader) link(linkers []*linker) {
	for len(linkers) > 0 {
		var wanted []string
		var again []*linker
		for _, k := range linkers {
			if k.link(); len(k.wanted) > 0 {
				wanted = append(wanted, k.wanted...)
				again = append(again, k)
			}
		}
		slices.Sort(wanted)
		l.open(slices.Compact(wanted))
		linkers = again
	}
}

// called has the real directories of the modules that another one calls by
// its path.
func (l *loader) called(folders []*folder) map[string]bool {
	called := map[string]bool{}
	call := func(dir, real, source string) {
		if !isLocal(source) {
			return
		}
		target := localDir(dir, source)
		var there string
		if m := l.modules[target]; m != nil {
			there = m.folder.real
		} else {
			there, _ = realPath(target)
		}
		if there != "" && there != real {
			called[there] = true
		}
	}
	for _, f := range folders {
		for _, c := range l.modules[f.dir].module.Calls {
			call(f.dir, f.real, c.Source)
		}
	}
	for place, source := range l.opts.Sources {
		real, _ := realPath(place.Dir)
		call(place.Dir, real, source)
	}
	return called
}

// startsAlone reports whether a module has what only a root should have.
func (m *Module) startsAlone() bool {
	return m.HasBackend || slices.ContainsFunc(m.Providers, (*Provider).configured)
}

// name is the path of a shown directory from the scanned one.
func (l *loader) name(dir string) string {
	if dir == l.shown {
		return "."
	}
	return strings.TrimPrefix(strings.TrimPrefix(dir, l.shown), "/")
}

// isLocal reports whether a module source is a path. Terraform takes an
// absolute one for a package to copy, with the same contents.
func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || filepath.IsAbs(source)
}

// localDir is the shown directory that a local source means in the module at
// dir.
func localDir(dir, source string) string {
	if filepath.IsAbs(source) {
		return path.Clean(filepath.ToSlash(source))
	}
	return path.Join(dir, source)
}

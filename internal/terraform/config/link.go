package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Module calls form a tree below each root. These limits stop configurations
// that were made to grow without end.
const (
	maxCallDepth = 64
	maxCalls     = 20_000
)

// A linker gives a root its own modules, with their calls linked.
type linker struct {
	loader    *loader
	folder    *folder
	installed map[string]installedModule
	problems  []Diagnostic // of the manifest

	// Of the last round of link:
	module  *Module
	wanted  []string        // directories that were not loaded yet
	reached map[string]bool // real directories
	missing []*Call
	calls   int
}

func newLinker(l *loader, f *folder) *linker {
	k := &linker{loader: l, folder: f}
	k.installed, k.problems = readManifest(f.dir)
	return k
}

// link makes the root's module out of all that is loaded by now.
func (k *linker) link() {
	k.wanted, k.missing, k.calls, k.reached = nil, nil, 0, map[string]bool{}
	k.module = k.linked(k.loader.modules[k.folder.dir], "", nil)
}

// linked copies a module and links its calls. Key is its dotted path in the
// manifest, above are the modules that lead to it.
func (k *linker) linked(m *loaded, key string, above []*loaded) *Module {
	k.reached[m.folder.real] = true
	copied := *m.module
	copied.Calls = make([]*Call, len(m.module.Calls))
	above = append(above[:len(above):len(above)], m)
	for i, c := range m.module.Calls {
		call := *c
		path := strings.TrimPrefix(key+"."+c.Name, ".")
		if call.Source == "" {
			call.Source = k.loader.opts.Sources[CallPlace{k.folder.dir, path, m.module.Dir}]
		}
		k.target(&call, path, above)
		if call.Missing != "" {
			k.missing = append(k.missing, &call)
		}
		copied.Calls[i] = &call
	}
	return &copied
}

// target sets where a call leads to, or why nowhere.
func (k *linker) target(c *Call, key string, above []*loaded) {
	k.calls++
	dir, ok := k.find(c, key, above[len(above)-1].module.Dir)
	if !ok {
		return
	}
	m := k.loader.modules[dir]
	switch {
	case m == nil:
		k.wanted = append(k.wanted, dir)
	case m.problem != "":
		c.Missing = fmt.Sprintf("module %q: %s", c.Name, m.problem)
		if !isLocal(c.Source) {
			c.Install = k.install()
		}
	case slices.ContainsFunc(above, func(a *loaded) bool { return a.folder.real == m.folder.real }):
		c.Missing = fmt.Sprintf("module %q calls itself: %s", c.Name, circle(above, m))
	case len(above) >= maxCallDepth:
		c.Missing = fmt.Sprintf("module %q is called through more than %d others", c.Name, maxCallDepth)
	case k.calls > maxCalls:
		c.Missing = fmt.Sprintf("module %q: there are more than %d module calls below %q", c.Name, maxCalls, k.folder.dir)
	default:
		c.Module = k.linked(m, key, above)
	}
}

// find returns the directory that a call names, or says what is missing.
func (k *linker) find(c *Call, key, from string) (dir string, ok bool) {
	if isLocal(c.Source) {
		return localDir(from, c.Source), true
	}
	installed, exists := k.installed[key]
	if exists && sameSource(c.Source, installed.Source) {
		return localDir(k.folder.dir, installed.Dir), true
	}
	switch source := argument(c.Body, "source"); {
	case c.Broken && c.Source == "":
		c.Missing = fmt.Sprintf("module %q has a syntax error before its source is known", c.Name)
	case source == nil:
		c.Missing = fmt.Sprintf("module %q has no source", c.Name)
	case c.Source == "":
		c.Missing = fmt.Sprintf("module %q: the value of its source, an expression, is not known", c.Name)
		c.Install = k.install()
	case exists:
		c.Missing = fmt.Sprintf("module %q (%s) is not installed: %s is in its place", c.Name, c.sourceAndVersion(), installed.Source)
		c.Install = k.install()
	default:
		c.Missing = fmt.Sprintf("module %q (%s) is not installed", c.Name, c.sourceAndVersion())
		c.Install = k.install()
	}
	return "", false
}

func (c *Call) sourceAndVersion() string {
	return strings.TrimSpace(c.Source + " " + c.Version)
}

// install is the command that installs the modules of this root.
func (k *linker) install() string {
	command := "terraform"
	if k.folder.tofu {
		command = "tofu"
	}
	if k.folder.dir != "." {
		command += " " + shellQuote("-chdir="+k.folder.dir)
	}
	return command + " init"
}

// shellQuote quotes a word of a command if a shell would not take it as it is.
func shellQuote(word string) string {
	for _, c := range word {
		if !strings.ContainsRune("-_=./:@%+,", c) && !isIdentRune(c) {
			return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return word
}

func isIdentRune(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func circle(above []*loaded, back *loaded) string {
	var names []string
	for _, m := range above {
		if len(names) > 0 || m.folder.real == back.folder.real {
			names = append(names, m.folder.dir)
		}
	}
	return strings.Join(append(names, back.folder.dir), " -> ")
}

// diagnostics are about the calls that lead nowhere: one for all that need
// installing, and one for each that is wrong.
func (k *linker) diagnostics() []Diagnostic {
	diags := k.problems
	var names []string
	var first hcl.Range
	for _, c := range k.missing {
		if c.Broken && c.Source == "" {
			continue // the syntax error was reported
		}
		if c.Install == "" {
			diags = append(diags, Diagnostic{Severity: Error, Summary: "Unreadable module", Detail: c.Missing, Range: c.Header})
			continue
		}
		if len(names) == 0 {
			first = c.Header
		}
		if line := fmt.Sprintf("%s, called at %s", c.Missing, place(c.Header)); !slices.Contains(names, line) {
			names = append(names, line)
		}
	}
	if len(names) > 0 {
		diags = append(diags, Diagnostic{
			Severity: Warning, Summary: "Modules not installed", Range: first,
			Detail: fmt.Sprintf("%s\nto install what root module %q calls, run: %s", strings.Join(names, "\n"), k.folder.dir, k.install()),
		})
	}
	return diags
}

package fix

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
)

// A site is one instance of a module: where a resource's code stands, and the
// calls that lead there.
type site struct {
	root   *config.Root
	calls  []*config.Call // from the root to the module
	module *config.Module
	parent *site // nil in the root
}

// siteOf finds the site of a module address such as module.a["x"].module.b.
func siteOf(root *config.Root, address string) (*site, error) {
	s := &site{root: root, module: root.Module}
	for _, name := range moduleNames(address) {
		call := callNamed(s.module, name)
		if call == nil || call.Module == nil {
			return nil, fmt.Errorf("%s: no such module call in %s", address, s.module.Dir)
		}
		s = &site{root: root, calls: append(s.calls[:len(s.calls):len(s.calls)], call), module: call.Module, parent: s}
	}
	return s, nil
}

// moduleNames are the names of the calls in a module address.
func moduleNames(address string) []string {
	var names []string
	for address != "" {
		rest, ok := strings.CutPrefix(address, "module.")
		if !ok {
			break
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			return append(names, rest)
		}
		names = append(names, rest[:end])
		rest = rest[end:]
		if rest[0] == '[' {
			close := strings.IndexByte(rest, ']')
			if strings.HasPrefix(rest, `["`) {
				close = strings.Index(rest, `"]`) + 1
			}
			if close <= 0 {
				return names
			}
			rest = rest[close+1:]
		}
		address = strings.TrimPrefix(rest, ".")
	}
	return names
}

func callNamed(m *config.Module, name string) *config.Call {
	for _, c := range m.Calls {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// call is the module block that made the site; nil in the root.
func (s *site) call() *config.Call {
	if len(s.calls) == 0 {
		return nil
	}
	return s.calls[len(s.calls)-1]
}

// sources are the files of the module in native syntax, new ones too.
func (s *site) sources(w *world) []*source {
	var fs []*source
	for _, file := range s.module.Files {
		if f, err := w.open(file.Path); err == nil && !f.json() {
			fs = append(fs, f)
		}
	}
	for _, f := range w.made {
		if f.src != nil && path.Dir(f.path) == s.module.Dir && !slices.Contains(fs, f) && !f.json() {
			fs = append(fs, f)
		}
	}
	return fs
}

// blocks are the blocks at the top of the module's files that are wanted. Wanted
// is asked about blocks of which all but the places is right.
func (s *site) blocks(w *world, wanted func(*hclsyntax.Block) bool) ([]*hclsyntax.Block, error) {
	var found []*hclsyntax.Block
	for _, f := range s.sources(w) {
		more, err := f.blocks(wanted)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// uses counts the references to a variable, local or policy document in the
// module.
func (s *site) uses(w *world, kind, name string) (int, error) {
	n := 0
	for _, f := range s.sources(w) {
		more, err := f.used(reference{kind, name})
		if err != nil {
			return 0, err
		}
		n += more
	}
	for _, file := range s.module.Files {
		if !file.JSON {
			continue
		}
		f, err := w.open(file.Path)
		if err != nil {
			return 0, err
		}
		n += len(regexp.MustCompile(`\b`+regexp.QuoteMeta(kind+"."+name)+`(?:[^\w-]|$)`).FindAll(f.src, -1))
	}
	return n, nil
}

func refersTo(t hcl.Traversal, names ...string) bool {
	if len(t) < len(names) {
		return false
	}
	for i, name := range names {
		switch step := t[i].(type) {
		case hcl.TraverseRoot:
			if step.Name != name {
				return false
			}
		case hcl.TraverseAttr:
			if step.Name != name {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// resourceBlock finds the block of a resource as it would be.
func (w *world) resourceBlock(r *graph.Resource) (*source, *hclsyntax.Block, error) {
	return w.block(r.Location(), func(b *hclsyntax.Block) bool {
		return (b.Type == "resource" || b.Type == "data") && len(b.Labels) == 2 && b.Labels[1] == r.Name
	})
}

// declared finds a block of the module by type and labels, as it would be.
func (s *site) declared(w *world, typ string, labels ...string) (*source, *hclsyntax.Block, error) {
	for _, f := range s.sources(w) {
		if b, err := f.declared(typ, labels...); b != nil || err != nil {
			return f, b, err
		}
	}
	return nil, nil, nil
}

// free is the first of name, name_2, name_3 and so on, of the last label, that
// no block of the module has.
func (s *site) free(w *world, kind string, labels ...string) (string, error) {
	labels = slices.Clone(labels)
	last := len(labels) - 1
	name := labels[last]
	for i := 2; ; i++ {
		_, block, err := s.declared(w, kind, labels...)
		if err != nil {
			return "", err
		}
		if block == nil && !s.inJSON(kind, labels) {
			return labels[last], nil
		}
		labels[last] = fmt.Sprintf("%s_%d", name, i)
	}
}

// inJSON reports whether the module declares a block in JSON syntax.
func (s *site) inJSON(kind string, labels []string) bool {
	where := ""
	switch kind {
	case "variable":
		if v := s.module.Variables[labels[0]]; v != nil {
			where = v.Range.Filename
		}
	default:
		for _, r := range s.module.Resources {
			if (r.Mode == config.Data) == (kind == "data") && slices.Equal(labels, []string{r.Type, r.Name}) {
				where = r.Range.Filename
			}
		}
	}
	return strings.HasSuffix(where, ".json")
}

// declared finds a block at the top of the file by type and labels.
func (f *source) declared(typ string, labels ...string) (*hclsyntax.Block, error) {
	found, err := f.blocks(func(b *hclsyntax.Block) bool { return b.Type == typ && slices.Equal(b.Labels, labels) })
	if len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

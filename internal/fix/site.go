package fix

import (
	"fmt"
	"path"
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
	for _, file := range sortedKeys(w.files) {
		if f := w.files[file]; f.before == nil && f.src != nil && path.Dir(file) == s.module.Dir && !slices.Contains(fs, f) && !f.json() {
			fs = append(fs, f)
		}
	}
	return fs
}

// bodies gives the native bodies of the module's files as they would be.
func (s *site) bodies(w *world) ([]*hclsyntax.Body, error) {
	var bodies []*hclsyntax.Body
	for _, f := range s.sources(w) {
		body, err := f.native()
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, body)
	}
	return bodies, nil
}

// uses counts the references to a variable or local in the module.
func (s *site) uses(w *world, kind, name string) (int, error) {
	bodies, err := s.bodies(w)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, body := range bodies {
		hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
			if x, ok := node.(*hclsyntax.ScopeTraversalExpr); ok && refersTo(x.Traversal, kind, name) {
				n++
			}
			return nil
		})
	}
	for _, file := range s.module.Files {
		if file.JSON && strings.Contains(string(file.Bytes), kind+"."+name) {
			n += 2 // not counted in JSON: take it for used elsewhere
		}
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
		body, err := f.native()
		if err != nil {
			return nil, nil, err
		}
		if b := blockNamed(body, typ, labels...); b != nil {
			return f, b, nil
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

func blockNamed(body *hclsyntax.Body, typ string, labels ...string) *hclsyntax.Block {
	for _, b := range body.Blocks {
		if b.Type != typ || len(b.Labels) != len(labels) {
			continue
		}
		same := true
		for i := range labels {
			same = same && labels[i] == b.Labels[i]
		}
		if same {
			return b
		}
	}
	return nil
}

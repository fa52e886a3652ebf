package eval

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/schema"
)

// reference resolves a reference such as var.x.y, aws_s3_bucket.b[0].arn or
// the name that a for expression bound.
func (s *scope) reference(t hcl.Traversal) (cty.Value, error) {
	root := t.RootName()
	for i := s.iter; i != nil; i = i.up {
		if i.name == root {
			return traverse(i.value, t[1:])
		}
	}
	if s.nested != nil {
		return cty.NilVal, fmt.Errorf("the template is given no value named %q", root)
	}
	name, ok := attrName(t, 1)
	switch root {
	case "var", "local", "module", "path", "terraform", "count", "each", "tofu":
		if !ok {
			return cty.NilVal, fmt.Errorf("a reference to %q must name an attribute", root)
		}
	}
	switch root {
	case "var":
		v, err := s.variable(name)
		if err != nil {
			return v, err
		}
		return traverse(v, t[2:])
	case "local":
		v, err := s.local(name)
		if err != nil {
			return v, err
		}
		return traverse(v, t[2:])
	case "module":
		return s.moduleReference(t, name)
	case "path":
		return s.path(name)
	case "terraform", "tofu":
		if name == "workspace" {
			return cty.StringVal(s.m.root.opts.Workspace), nil
		}
		return because(graph.Cause{Text: root + "." + name + " is not known"}), nil
	case "count":
		if s.count == cty.NilVal || name != "index" {
			return cty.NilVal, errors.New("count.index stands in a block without count")
		}
		return s.count, nil
	case "each":
		if s.each == nil {
			return cty.NilVal, errors.New("each stands in a block without for_each")
		}
		switch name {
		case "key":
			return traverse(s.each.key, t[2:])
		case "value":
			return traverse(s.each.value, t[2:])
		}
		return cty.NilVal, fmt.Errorf("each has no attribute %q", name)
	case "self":
		if s.self == nil {
			return because(graph.Cause{Text: "self is known only to a provisioner"}), nil
		}
		return s.instanceReference(s.self, t[1:])
	case "data", "ephemeral":
		typ, _ := attrName(t, 1)
		n, ok := attrName(t, 2)
		if !ok {
			return cty.NilVal, fmt.Errorf("a reference to a %s block must name its type and name", root)
		}
		mode := config.Data
		if root == "ephemeral" {
			mode = config.Ephemeral
		}
		return s.resourceReference(resourceKey{mode, typ, n}, t[3:])
	case "resource":
		typ, _ := attrName(t, 1)
		n, ok := attrName(t, 2)
		if !ok {
			return cty.NilVal, errors.New("a reference to a resource must name its type and name")
		}
		return s.resourceReference(resourceKey{config.Managed, typ, n}, t[3:])
	}
	if !ok {
		return cty.NilVal, fmt.Errorf("invalid reference %q", root)
	}
	return s.resourceReference(resourceKey{config.Managed, root, name}, t[2:])
}

func attrName(t hcl.Traversal, i int) (string, bool) {
	if i >= len(t) {
		return "", false
	}
	a, ok := t[i].(hcl.TraverseAttr)
	return a.Name, ok
}

func (s *scope) path(name string) (cty.Value, error) {
	switch name {
	case "module":
		return cty.StringVal(s.m.path), nil
	case "root":
		return cty.StringVal("."), nil
	case "cwd":
		if abs, err := filepath.Abs(s.m.root.dir); err == nil {
			return cty.StringVal(filepath.ToSlash(abs)), nil
		} else if !os.IsNotExist(err) {
			return cty.NilVal, err
		}
	}
	return cty.NilVal, fmt.Errorf("path has no attribute %q", name)
}

// local is the value of a local.
func (s *scope) local(name string) (cty.Value, error) {
	a, ok := s.m.cfg.Locals[name]
	if !ok {
		return s.undeclared("local." + name)
	}
	return force(s, s.m.memo("local."+name), "local."+name, func(b *busy, r *run) (cty.Value, error) {
		in := &scope{m: s.m, busy: b, run: r}
		return in.eval(a.Expr)
	})
}

// undeclared is the value of a name that nobody declares, as in a piece cut out
// of a larger configuration. Terraform refuses it; but what stands beside it in
// the same list, object or text is known all the same.
func (s *scope) undeclared(what string) (cty.Value, error) {
	if len(s.m.cfg.Incomplete) > 0 {
		return because(graph.Cause{Text: fmt.Sprintf("%s may be declared in %s, which cannot be read in full", what, s.m.cfg.Incomplete[0])}), nil
	}
	return because(graph.Cause{Text: what + " is not declared", Base: s.m.qualify(what), Exact: true}), nil
}

// undeclaredResource is a reference to a resource that nobody declares: that an
// argument is set to the identity of some other resource is said well enough.
func (s *scope) undeclaredResource(key resourceKey, rest hcl.Traversal) (cty.Value, error) {
	block := blockSchema(key)
	for len(rest) > 0 {
		if _, ok := rest[0].(hcl.TraverseIndex); !ok {
			break
		}
		rest = rest[1:]
	}
	name, ok := attrName(rest, 0)
	if block == nil {
		return s.undeclared(key.String())
	}
	address := s.m.qualify(key.String())
	if !ok {
		v, err := s.undeclared(key.String())
		return v.Mark(repMark{&representative{key: cty.StringVal("0"), value: undeclaredInstance(key.typ, address, block)}}), err
	}
	ref := graph.Ref{Address: address, Attribute: name}
	if name == "id" || isIdentity(key.typ, block.Attr(name)) {
		return traverse(cty.StringVal(ref.Placeholder()), rest[1:])
	}
	return because(graph.Cause{Text: key.String() + " is not declared", Base: ref.Address, Exact: true}), nil
}

// isIdentity reports whether an attribute that the provider computes is a symbol
// for one thing. That of an alias may stand for its key too.
func isIdentity(typ string, a *schema.Attr) bool {
	switch {
	case a == nil:
		return false
	case typ == "aws_kms_alias" && (a.Name == "target_key_arn" || a.Name == "target_key_id"):
		return true
	}
	return a.Identity
}

// undeclaredInstance is what is known of an instance of a resource that nobody
// declares: its identities.
func undeclaredInstance(typ, address string, block *schema.Block) cty.Value {
	symbols := map[string]cty.Value{}
	for name := range block.Names() {
		if name == "id" || isIdentity(typ, block.Attr(name)) {
			symbols[name] = cty.StringVal(graph.Ref{Address: address, Attribute: name}.Placeholder())
		}
	}
	return cty.ObjectVal(symbols).Mark(partMark{graph.Cause{Text: address + " is not declared", Base: address, Exact: true}})
}

// renamed is the key by the other name of a type that has two, aws_lb and
// aws_alb. Terraform wants the one that the block has; what is meant is plain.
func (k resourceKey) renamed() resourceKey {
	if rest, ok := strings.CutPrefix(k.typ, "aws_alb"); ok {
		k.typ = "aws_lb" + rest
	} else if rest, ok := strings.CutPrefix(k.typ, "aws_lb"); ok {
		k.typ = "aws_alb" + rest
	}
	return k
}

// resourceReference resolves what follows a resource's name.
func (s *scope) resourceReference(key resourceKey, rest hcl.Traversal) (cty.Value, error) {
	set, err := s.resourceSet(key)
	if err == nil && set == nil {
		set, err = s.resourceSet(key.renamed())
	}
	if err != nil {
		return cty.NilVal, err
	}
	if set == nil {
		return s.undeclaredResource(key, rest)
	}
	if set.single != nil {
		return s.instanceReference(set.single, rest)
	}
	if len(rest) > 0 {
		if idx, ok := rest[0].(hcl.TraverseIndex); ok {
			if inst, v, err := set.pick(idx.Key); inst == nil {
				return v, err
			} else {
				return s.instanceReference(inst, rest[1:])
			}
		}
	}
	v, err := s.setValue(set)
	if err != nil {
		return v, err
	}
	return traverse(v, rest)
}

// indexedReference resolves aws_x.y[key] and module.x[key] without building
// every instance; ok is false where the reference is to something else.
func (s *scope) indexedReference(t hcl.Traversal, key cty.Value) (v cty.Value, ok bool, err error) {
	root := t.RootName()
	for i := s.iter; i != nil; i = i.up {
		if i.name == root {
			return cty.NilVal, false, nil
		}
	}
	var rk resourceKey
	switch root {
	case "var", "local", "path", "terraform", "count", "each", "self", "tofu", "ephemeral":
		return cty.NilVal, false, nil
	case "module":
		name, named := attrName(t, 1)
		if !named || len(t) != 2 {
			return cty.NilVal, false, nil
		}
		v, err := s.moduleInstance(name, key)
		return v, true, err
	case "data":
		if len(t) != 3 {
			return cty.NilVal, false, nil
		}
		typ, _ := attrName(t, 1)
		name, _ := attrName(t, 2)
		rk = resourceKey{config.Data, typ, name}
	default:
		if len(t) != 2 {
			return cty.NilVal, false, nil
		}
		name, _ := attrName(t, 1)
		rk = resourceKey{config.Managed, root, name}
	}
	set, err := s.resourceSet(rk)
	if err != nil || set == nil || set.single != nil {
		return cty.NilVal, false, err
	}
	inst, v, err := set.pick(key)
	if inst == nil {
		return v, true, err
	}
	v, err = s.instanceReference(inst, nil)
	return v, true, err
}

// instanceReference resolves the steps after one instance of a resource.
func (s *scope) instanceReference(inst *instance, rest hcl.Traversal) (cty.Value, error) {
	if len(rest) == 0 {
		return s.instanceValue(inst)
	}
	a, ok := rest[0].(hcl.TraverseAttr)
	if !ok {
		if idx, isIndex := rest[0].(hcl.TraverseIndex); isIndex && idx.Key.Type() == cty.String && idx.Key.IsKnown() {
			a = hcl.TraverseAttr{Name: idx.Key.AsString(), SrcRange: idx.SrcRange}
		} else {
			return cty.NilVal, fmt.Errorf("%s has neither count nor for_each, so it cannot be indexed", inst.address)
		}
	}
	v, err := s.attribute(inst, a.Name)
	if err != nil {
		return v, err
	}
	return traverse(v, rest[1:])
}

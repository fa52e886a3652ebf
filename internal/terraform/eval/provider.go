package eval

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/constraint"
)

// A provider is one provider configuration, in the module that declares it.
type provider struct {
	m    *module
	body *hclsyntax.Body // nil where none is written
	json bool

	defaultTags memo[cty.Value]
	shownTags   memo[graph.Value]
	region      memo[string]
}

// ownProviders are the configurations that the module itself declares, nil if
// it declares none.
func (m *module) ownProviders() map[string]*provider {
	if len(m.cfg.Providers) == 0 {
		return nil
	}
	ps := make(map[string]*provider, len(m.cfg.Providers))
	for _, p := range m.cfg.Providers {
		name := p.Name
		if p.Alias != "" {
			name += "." + p.Alias
		}
		ps[name] = &provider{m: m, body: p.Body, json: p.JSON}
	}
	return ps
}

// passProviders are the configurations that a called module works with: those
// named in the call, else the default ones.
func (m *module) passProviders(call *config.Call) map[string]*provider {
	ps := map[string]*provider{}
	for name, p := range m.providers {
		if !strings.Contains(name, ".") {
			ps[name] = p
		}
	}
	for child, ours := range call.Providers {
		if p, ok := m.providers[ours]; ok {
			ps[child] = p
		} else {
			delete(ps, child)
		}
	}
	return ps
}

// provider is the configuration of the AWS provider that an instance uses, nil
// if there is none.
func (inst *instance) provider() *provider {
	name := inst.cfg.Provider
	if name == "" {
		name, _, _ = strings.Cut(inst.key.typ, "_")
	}
	if own := inst.m.declared(name); own != nil {
		return own
	}
	return inst.m.providers[name]
}

// declared is the configuration of that name that a called module declares
// itself, as old modules do.
func (m *module) declared(name string) *provider {
	if p := m.own[name]; m.caller != nil && p != nil && p.body != nil && len(p.body.Attributes) > 0 {
		return p
	}
	return nil
}

// region is the AWS region of an instance, "" if it is not known.
func (inst *instance) region() string {
	if x := attributeExpr(inst.cfg.Body, "region"); x != nil && inst.schema != nil {
		if s, ok := convertString(inst.scope.known(x)); ok && !graph.HasPlaceholder(s) {
			return s
		}
	}
	if p := inst.provider(); p != nil {
		if x := attributeExpr(p.body, "region"); x != nil {
			s := &scope{m: p.m}
			region, _ := force(s, &p.region, "region", func(b *busy, r *run) (string, error) {
				in := &scope{m: p.m, busy: b, run: r}
				if s, ok := convertString(in.known(x)); ok && !graph.HasPlaceholder(s) {
					return s, nil
				}
				return "", nil
			})
			return region
		}
	}
	return inst.m.root.opts.Region
}

// defaultTags are the tags that the provider adds to an instance.
func (m *module) defaultTags(inst *instance) cty.Value {
	p := inst.provider()
	if p == nil || p.body == nil {
		return cty.MapValEmpty(cty.String)
	}
	s := &scope{m: p.m}
	v, _ := force(s, &p.defaultTags, "default_tags", func(b *busy, r *run) (cty.Value, error) {
		in := &scope{m: p.m, busy: b, run: r}
		config := &body{scope: in, syntax: p.body, json: p.json}
		for _, blk := range config.Blocks("default_tags").Items {
			if src, ok := blk.Body.(*body); ok {
				if x := attributeExpr(src.syntax, "tags"); x != nil {
					return in.known(x), nil
				}
			}
		}
		return cty.MapValEmpty(cty.String), nil
	})
	return v
}

// shownTags are the default tags as the graph shows them.
func (inst *instance) shownTags() graph.Value {
	p := inst.provider()
	if p == nil {
		return graph.Map(nil)
	}
	v, _ := force(&scope{m: p.m}, &p.shownTags, "default_tags", func(*busy, *run) (graph.Value, error) {
		return toGraph(inst.m.defaultTags(inst)), nil
	})
	return v
}

// providerMajor is the major version of the AWS provider: of the lock file, or
// what the constraint of the root allows at most; 0 if neither says.
func providerMajor(root *config.Root) int {
	if v, ok := root.Locked["hashicorp/aws"]; ok {
		return constraint.MajorOf(v)
	}
	for name, req := range root.Module.Required {
		if name == "aws" || strings.HasSuffix(req.Source, "hashicorp/aws") {
			return constraint.Major(req.Version)
		}
	}
	for _, p := range root.Module.Providers {
		if p.Name == "aws" {
			if v, ok := literalString(attributeExpr(p.Body, "version")); ok {
				return constraint.Major(v)
			}
		}
	}
	return 0
}

func literalString(x hclsyntax.Expression) (string, bool) {
	if x == nil {
		return "", false
	}
	if v, ok := literal(x); ok {
		return convertString(v)
	}
	return "", false
}

package plan

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/constraint"
)

// A provider is one configuration of the AWS provider in a plan.
type provider struct {
	region string
	tags   raw    // constant tags of default_tags
	cause  string // why the default tags are not known
}

// providers are those of a plan.
type providers struct {
	byKey map[string]*provider // by provider_config_key: aws, aws.west, module.a:aws
	only  *provider            // where there is one only
	major int
}

func (s *source) readProviders() providers {
	ps := providers{byKey: map[string]*provider{}}
	for k, v := range s.doc.providers.fields() {
		if !v.get("name").is("aws") && !strings.HasSuffix(v.get("full_name").text(), "/hashicorp/aws") {
			continue
		}
		sc := s.scope(v.get("module_address").text())
		p := &provider{}
		if r, ok := s.constant(v.at("expressions", "region"), sc, 0); ok {
			p.region = r.text()
		}
		for block := range v.at("expressions", "default_tags").elements() {
			if tags, ok := s.constant(block.get("tags"), sc, 0); ok {
				p.tags = tags
			} else {
				p.cause = "default_tags of the provider " + k.text() + " are known only after apply"
			}
		}
		ps.byKey[k.text()] = p
		if ps.major == 0 {
			ps.major = constraint.Major(v.get("version_constraint").text())
		}
	}
	if len(ps.byKey) == 1 {
		for _, p := range ps.byKey {
			ps.only = p
		}
	}
	return ps
}

// provider is the one that b uses; an empty one if that is not known.
func (s *source) provider(b *body) *provider {
	if s.providers.only != nil {
		return s.providers.only
	}
	if len(s.providers.byKey) == 0 {
		return &provider{}
	}
	key := s.scope(b.module).config.resource(b.local()).get("provider_config_key").text()
	if p, ok := s.providers.byKey[key]; ok {
		return p
	}
	// A module that is called with the caller's provider.
	if p, ok := s.providers.byKey[key[strings.LastIndexByte(key, ':')+1:]]; ok {
		return p
	}
	return &provider{}
}

// constant is the value of an expression that is a constant, or a variable
// that has one.
func (s *source) constant(expression raw, sc *scope, depth int) (raw, bool) {
	if v := expression.get("constant_value"); v != nil {
		return v, true
	}
	refs := references(expression)
	if len(refs) != 1 || depth > maxModules {
		return nil, false
	}
	name, ok := strings.CutPrefix(refs[0], "var.")
	if !ok || strings.ContainsAny(name, ".[") {
		return nil, false
	}
	if sc.parent == nil {
		v := s.variable(name)
		return v, v != nil
	}
	if sc.call == nil {
		return nil, false
	}
	if x := sc.call.expressions.get(name); x != nil {
		return s.constant(x, sc.parent, depth+1)
	}
	v := sc.config.variableDefault(name)
	return v, v != nil
}

// variable is the value of a variable of the root module.
func (s *source) variable(name string) raw {
	if v := s.doc.variables.at(name, "value"); v != nil {
		return v
	}
	return s.doc.config.variableDefault(name)
}

// defaultTags are the tags of the resource with those of the provider.
func (b *body) defaultTags() graph.Value {
	if v := b.Attr("tags_all"); v.Kind() == graph.KindMap {
		return v
	}
	return b.source.provider(b).defaultTags().From(b)
}

// defaultTags are those that the provider adds to every resource.
func (p *provider) defaultTags() graph.Value {
	switch {
	case p.cause != "":
		return graph.UnknownValue(graph.Cause{Text: p.cause})
	case p.tags.isObject():
		return literal(p.tags)
	}
	return graph.Map(nil)
}

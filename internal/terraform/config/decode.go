package config

import "github.com/hashicorp/hcl/v2/hclsyntax"

// decode turns a declaration, with all overrides in it, into what Module
// holds.
func (a *assembler) decode(d *declaration) {
	switch d.block.Type {
	case "variable":
		a.module.Variables[d.block.Labels[0]] = variable(d)
	case "output":
		a.module.Outputs[d.block.Labels[0]] = output(d)
	case "module":
		a.module.Calls = append(a.module.Calls, call(d))
	case "provider":
		a.module.Providers = append(a.module.Providers, provider(d))
	default:
		a.module.Resources = append(a.module.Resources, resource(d))
	}
}

func variable(d *declaration) *Variable {
	return &Variable{
		Name:      d.block.Labels[0],
		Type:      argument(d.body, "type"),
		Default:   argument(d.body, "default"),
		Sensitive: argument(d.body, "sensitive"),
		Nullable:  argument(d.body, "nullable"),
		Ephemeral: argument(d.body, "ephemeral"),
		Range:     d.block.DefRange(),
	}
}

func output(d *declaration) *Output {
	return &Output{
		Name:      d.block.Labels[0],
		Value:     argument(d.body, "value"),
		Sensitive: argument(d.body, "sensitive"),
		Range:     d.block.DefRange(),
	}
}

func resource(d *declaration) *Resource {
	r := &Resource{
		Mode:    d.mode,
		Type:    d.block.Labels[0],
		Name:    d.block.Labels[1],
		Body:    d.body,
		JSON:    d.json,
		Broken:  d.broken,
		Count:   argument(d.body, "count"),
		ForEach: argument(d.body, "for_each"),
		Header:  d.block.DefRange(),
		Range:   d.block.Range(),
	}
	if r.Count != nil {
		r.ForEach = nil // an override file added one to the other: Terraform counts
	}
	if e := argument(d.body, "provider"); e != nil {
		r.Provider = reference(e)
	}
	return r
}

func call(d *declaration) *Call {
	c := &Call{
		Name:    d.block.Labels[0],
		Source:  literalOf(d.body, "source"),
		Version: literalOf(d.body, "version"),
		Body:    d.body,
		JSON:    d.json,
		Broken:  d.broken,
		Count:   argument(d.body, "count"),
		ForEach: argument(d.body, "for_each"),
		Header:  d.block.DefRange(),
		Range:   d.block.Range(),
	}
	if c.Count != nil {
		c.ForEach = nil // as for resources
	}
	for _, item := range objectItems(argument(d.body, "providers")) {
		theirs, ours := reference(item.KeyExpr), reference(item.ValueExpr)
		if theirs == "" || ours == "" {
			continue
		}
		if c.Providers == nil {
			c.Providers = map[string]string{}
		}
		c.Providers[theirs] = ours
	}
	return c
}

func provider(d *declaration) *Provider {
	return &Provider{
		Name:   d.block.Labels[0],
		Alias:  literalOf(d.body, "alias"),
		Body:   d.body,
		JSON:   d.json,
		Broken: d.broken,
		Range:  d.block.Range(),
	}
}

// configured reports whether a provider block says more than its name.
func (p *Provider) configured() bool {
	if len(p.Body.Blocks) > 0 {
		return true
	}
	for name := range p.Body.Attributes {
		if name != "alias" && name != "version" {
			return true
		}
	}
	return false
}

// literalOf is literal for the argument called name, "" if there is none.
func literalOf(body *hclsyntax.Body, name string) string {
	s, _ := literal(argument(body, name))
	return s
}

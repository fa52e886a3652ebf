package eval

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/funcs"
)

// rendered is that attribute of a template_file, the data source in which
// templates stood before there was a function of almost that name. Its
// variables are text. ok is false for one without a template.
func (inst *instance) rendered(b *busy, r *run) (v cty.Value, ok bool) {
	body := inst.body.within(b, r)
	template, ok := body.syntax.Attributes["template"]
	if !ok {
		return cty.NilVal, false
	}
	source, marks := body.scope.known(template.Expr).Unmark()
	text, ok := convertString(source)
	if !ok {
		return unknown(cty.String, graph.Cause{Text: orElse(causeOf(source.WithMarks(marks)).Text, "the template is not text")}), true
	}
	vars, cause := body.templateVars()
	if cause.Text != "" {
		return unknown(cty.String, cause), true
	}
	v, err := inst.m.render(body.scope.functions(), funcs.Template{Name: inst.address, Source: text, Vars: vars})
	if err != nil {
		return failed(err), true
	}
	return v.WithMarks(withoutCauses(marks)), true
}

// templateVars are the variables of a template_file, which stand in a map or,
// in the oldest configurations, in a block.
func (b *body) templateVars() (map[string]cty.Value, graph.Cause) {
	vars := map[string]cty.Value{}
	add := func(name string, v cty.Value) {
		if s, err := convert.Convert(v, cty.String); err == nil {
			v = withCauseOf(s, v)
		}
		vars[name] = v
	}
	if a, ok := b.syntax.Attributes["vars"]; ok {
		v := b.scope.known(a.Expr)
		bare, marks := v.Unmark()
		if !bare.IsKnown() {
			return nil, graph.Cause{Text: orElse(causeOf(v).Text, "the variables of the template are not known")}
		}
		if ty := bare.Type(); !bare.IsNull() && (ty.IsMapType() || ty.IsObjectType()) {
			for name, e := range bare.AsValueMap() {
				add(name, e.WithMarks(withoutCauses(marks)))
			}
		}
	}
	for _, blk := range b.syntax.Blocks {
		if blk.Type == "vars" {
			for name, a := range blk.Body.Attributes {
				add(name, b.scope.known(a.Expr))
			}
		}
	}
	for name := range vars {
		if !hclsyntax.ValidIdentifier(name) {
			delete(vars, name) // which no template can name
		}
	}
	return vars, graph.Cause{}
}

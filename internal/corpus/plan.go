package corpus

import (
	"bytes"
	"maps"
)

// Plan returns a plan with the given number of resource instances to create, as `terraform show -json` prints it:
// the plan of a configuration of this package, repeated as child modules until it is large enough. Data sources that
// Terraform reads during apply come on top. The same arguments give the same bytes.
func Plan(resources int, seed uint64) []byte {
	rec := recorded("plan")
	c := newCopies(resources, len(managed(rec)), seed)

	parts := make([]planPart, len(c.sizes))
	whole := planPartOf(rec, copyPath+moduleMark)
	for i, size := range c.sizes {
		parts[i] = whole
		if i == 0 || size < len(managed(rec)) {
			module := ""
			if i > 0 {
				module = copyPath + moduleMark
			}
			parts[i] = planPartOf(cutPlan(rec, size), module)
		}
		parts[i].replace = c.replacer(i)
	}

	config := at(rec, "configuration")
	root := at(config, "root_module")
	prior := at(rec, "prior_state")
	w := &bytes.Buffer{}
	write := func(s string) { w.WriteString(s) }
	value := func(v any) { w.Write(encode(v)) }
	section := func(of func(planPart) []byte) {
		l := list{w: w}
		for _, p := range parts {
			l.add(of(p), p.replace)
		}
	}

	write(`{"format_version":`)
	value(rec["format_version"])
	write(`,"terraform_version":`)
	value(rec["terraform_version"])
	write(`,"variables":`)
	value(rec["variables"])
	write(`,"planned_values":{"outputs":`)
	value(at(rec, "planned_values")["outputs"])
	write(`,"root_module":{"resources":[`)
	section(func(p planPart) []byte { return p.planned.resources })
	write(`],"child_modules":[`)
	section(func(p planPart) []byte { return p.planned.children })
	write(`]}},"resource_changes":[`)
	section(func(p planPart) []byte { return p.changes })
	write(`],"output_changes":`)
	value(rec["output_changes"])
	write(`,"prior_state":{"format_version":`)
	value(prior["format_version"])
	write(`,"terraform_version":`)
	value(prior["terraform_version"])
	write(`,"values":{"root_module":{"resources":[`)
	section(func(p planPart) []byte { return p.prior.resources })
	write(`],"child_modules":[`)
	section(func(p planPart) []byte { return p.prior.children })
	write(`]}}},"configuration":{"provider_config":`)
	value(config["provider_config"])
	write(`,"root_module":{"outputs":`)
	value(root["outputs"])
	write(`,"resources":`)
	value(root["resources"])
	write(`,"module_calls":{`)
	section(func(p planPart) []byte { return p.calls })
	write(`},"variables":`)
	value(root["variables"])
	write(`}},"relevant_attributes":[`)
	section(func(p planPart) []byte { return p.relevant })
	write(`],"checks":`)
	value(rec["checks"])
	write(`,"timestamp":`)
	value(rec["timestamp"])
	write(`,"applyable":true,"complete":true,"errored":false}`)
	return w.Bytes()
}

// planPart is what one copy of the recorded plan adds to each section of the whole: JSON arrays, and an object for the
// module calls.
type planPart struct {
	planned, prior           moduleValues
	changes, calls, relevant []byte
	replace                  interface{ Replace(string) string }
}

type moduleValues struct {
	resources, children []byte
}

// planPartOf encodes a plan as the module of the given address; "" is the root module.
func planPartOf(rec map[string]any, module string) planPart {
	config := at(rec, "configuration", "root_module")
	calls := at(config, "module_calls")
	if module != "" {
		calls = map[string]any{moduleMark: map[string]any{"source": "./units/" + moduleMark, "module": config}}
	}
	return planPart{
		planned:  valuesOf(at(rec, "planned_values", "root_module"), module),
		prior:    valuesOf(at(rec, "prior_state", "values", "root_module"), module),
		changes:  encode(within(rec["resource_changes"], module)),
		calls:    encode(calls),
		relevant: encode(within(rec["relevant_attributes"], module)),
	}
}

func valuesOf(root map[string]any, module string) moduleValues {
	if module == "" {
		return moduleValues{encode(elements(root["resources"])), encode(elements(root["child_modules"]))}
	}
	moved := within(root, module).(map[string]any)
	moved["address"] = module
	return moduleValues{[]byte("[]"), encode([]any{moved})}
}

// within returns what a plan or state says with all addresses moved into the module.
func within(v any, module string) any {
	if module == "" {
		return v
	}
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = within(e, module)
		}
		return out
	case map[string]any:
		out := maps.Clone(v)
		for _, key := range []string{"address", "resource", "module_address"} {
			if address, ok := v[key].(string); ok {
				out[key] = module + "." + address
			}
		}
		if _, change := v["change"]; change && v["module_address"] == nil {
			out["module_address"] = module
		}
		for _, key := range []string{"resources", "child_modules", "depends_on"} {
			if inner, ok := v[key]; ok {
				out[key] = within(inner, module)
			}
		}
		return out
	case string: // of depends_on
		return module + "." + v
	}
	return v
}

// managed returns the addresses of the resource instances of a recorded plan, in its order.
func managed(rec map[string]any) []string {
	var out []string
	for _, c := range elements(rec["resource_changes"]) {
		if c := c.(map[string]any); c["mode"] == "managed" {
			out = append(out, c["address"].(string))
		}
	}
	return out
}

// cutPlan leaves the first resource instances of a plan and all its data sources.
func cutPlan(rec map[string]any, resources int) map[string]any {
	keep := map[string]bool{}
	for _, address := range managed(rec)[:resources] {
		keep[address] = true
	}
	out := maps.Clone(rec)
	out["resource_changes"] = filter(rec["resource_changes"], keep)
	planned := maps.Clone(at(rec, "planned_values"))
	planned["root_module"] = cutModule(at(planned, "root_module"), keep)
	out["planned_values"] = planned
	return out
}

// cutModule leaves what is kept. Terraform prints neither empty lists nor empty modules.
func cutModule(m map[string]any, keep map[string]bool) map[string]any {
	out := maps.Clone(m)
	delete(out, "resources")
	delete(out, "child_modules")
	if resources := filter(m["resources"], keep); len(resources) > 0 {
		out["resources"] = resources
	}
	var children []any
	for _, c := range elements(m["child_modules"]) {
		if c := cutModule(c.(map[string]any), keep); c["resources"] != nil || c["child_modules"] != nil {
			children = append(children, c)
		}
	}
	if len(children) > 0 {
		out["child_modules"] = children
	}
	return out
}

func filter(resources any, keep map[string]bool) []any {
	out := []any{}
	for _, r := range elements(resources) {
		if r := r.(map[string]any); r["mode"] == "data" || keep[r["address"].(string)] {
			out = append(out, r)
		}
	}
	return out
}

// at follows keys into a decoded JSON object; a missing one gives an empty object.
func at(v map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		v, _ = v[key].(map[string]any)
	}
	return v
}

func elements(v any) []any {
	out, _ := v.([]any)
	if out == nil {
		out = []any{}
	}
	return out
}

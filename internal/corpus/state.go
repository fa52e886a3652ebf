package corpus

import (
	"bytes"
	"maps"
)

// State returns a state file (version 4, as Terraform stores it) with the given number of resource instances: the
// state of a configuration of this package, repeated as child modules until it is large enough. Data sources come on
// top. The same arguments give the same bytes.
func State(resources int, seed uint64) []byte {
	rec := recorded("state")
	total := instances(rec)
	c := newCopies(resources, total, seed)

	w := &bytes.Buffer{}
	w.WriteString(`{"version":4,"terraform_version":`)
	w.Write(encode(rec["terraform_version"]))
	w.WriteString(`,"serial":`)
	w.Write(encode(rec["serial"]))
	w.WriteString(`,"lineage":`)
	w.Write(encode(rec["lineage"]))
	w.WriteString(`,"outputs":`)
	w.Write(encode(rec["outputs"]))
	w.WriteString(`,"resources":[`)
	whole := encode(stateWithin(rec["resources"], copyPath+moduleMark))
	l := list{w: w}
	for i, size := range c.sizes {
		part := whole
		switch {
		case i == 0:
			part = encode(cutState(rec["resources"], size))
		case size < total:
			part = encode(stateWithin(cutState(rec["resources"], size), copyPath+moduleMark))
		}
		l.add(part, c.replacer(i))
	}
	w.WriteString(`],"check_results":null}`)
	return w.Bytes()
}

// stateWithin moves the resources of a state into a module.
func stateWithin(resources any, module string) []any {
	var out []any
	for _, r := range elements(resources) {
		r := maps.Clone(r.(map[string]any))
		if inner, ok := r["module"].(string); ok {
			r["module"] = module + "." + inner
		} else {
			r["module"] = module
		}
		var moved []any
		for _, i := range elements(r["instances"]) {
			i := maps.Clone(i.(map[string]any))
			if d, ok := i["dependencies"]; ok {
				i["dependencies"] = within(d, module)
			}
			moved = append(moved, i)
		}
		r["instances"] = moved
		out = append(out, r)
	}
	return out
}

// cutState leaves the first instances of managed resources and all data sources.
func cutState(resources any, n int) []any {
	out := []any{}
	for _, r := range elements(resources) {
		r := r.(map[string]any)
		if r["mode"] == "managed" {
			keep := min(n, len(elements(r["instances"])))
			if keep == 0 {
				continue
			}
			n -= keep
			r = maps.Clone(r)
			r["instances"] = elements(r["instances"])[:keep]
		}
		out = append(out, r)
	}
	return out
}

// instances counts the managed ones of a state.
func instances(rec map[string]any) int {
	n := 0
	for _, r := range elements(rec["resources"]) {
		if r := r.(map[string]any); r["mode"] == "managed" {
			n += len(elements(r["instances"]))
		}
	}
	return n
}

package plan

import (
	"errors"
	"fmt"
)

// maxModules bounds how deep modules may be nested in one another.
const maxModules = 100

// A reader collects the instances of a document.
type reader struct {
	doc     *Doc
	strings map[string]string   // so that equal types and modules share memory
	seen    map[string]struct{} // addresses, as they stand in the JSON
}

func newReader(doc *Doc) *reader {
	return &reader{doc: doc, strings: map[string]string{}, seen: map[string]struct{}{}}
}

// intern is r's text, shared with all equal ones.
func (rd *reader) intern(r raw) string {
	s, ok := rd.strings[string(r)]
	if !ok {
		s = r.text()
		rd.strings[string(r)] = s
	}
	return s
}

// readPlan reads a plan.
func readPlan(top map[string]raw) (*Doc, error) {
	if err := version(top, "plan"); err != nil {
		return nil, err
	}
	for name, first := range map[string]byte{
		"planned_values": '{', "resource_changes": '[', "prior_state": '{', "configuration": '{', "variables": '{', "deferred_changes": '[',
	} {
		if err := shaped(top[name], first, name); err != nil {
			return nil, err
		}
	}
	doc := &Doc{IsPlan: true, variables: top["variables"]}
	if c := top["configuration"]; !c.isNothing() {
		doc.providers = c.get("provider_config")
		doc.config = &moduleConfig{raw: c.get("root_module")}
	}
	switch {
	case top["errored"].isTrue():
		doc.incomplete = "the plan ended with an error, so that resources may be missing: run terraform plan again"
	case top["complete"].first() == 'f':
		doc.incomplete = "the plan does not cover the whole configuration: run terraform plan without -target"
	}
	rd := newReader(doc)
	if err := rd.changes(top["resource_changes"]); err != nil {
		return nil, err
	}
	if err := rd.deferred(top["deferred_changes"]); err != nil {
		return nil, err
	}
	if len(rd.seen) == 0 {
		n := len(doc.instances)
		if err := rd.values(top["planned_values"], "planned_values"); err != nil {
			return nil, err
		}
		for _, in := range doc.instances[n:] {
			in.planned = true
		}
	}
	// Data sources that could be read, and what the plan leaves as it is.
	if err := rd.values(top["prior_state"].get("values"), "prior_state.values"); err != nil {
		return nil, err
	}
	return doc, nil
}

// changes reads resource_changes.
func (rd *reader) changes(list raw) error {
	i := 0
	for c := range list.elements() {
		if err := rd.change(c, ""); err != nil {
			return fmt.Errorf("resource_changes[%d]: %w", i, err)
		}
		i++
	}
	return nil
}

// deferred reads what a plan puts off to a later one.
func (rd *reader) deferred(list raw) error {
	i := 0
	for d := range list.elements() {
		maybe := ""
		if d.get("reason").is("instance_count_unknown") {
			maybe = "the number of instances is known only after apply"
		}
		if err := rd.change(d.get("resource_change"), maybe); err != nil {
			return fmt.Errorf("deferred_changes[%d]: %w", i, err)
		}
		i++
	}
	return nil
}

// change reads one element of resource_changes.
func (rd *reader) change(c raw, maybe string) error {
	if err := shaped(c, '{', "the change"); err != nil {
		return err
	}
	in := &instance{maybe: maybe}
	var address, previous, mode, change raw
	for k, v := range c.fields() {
		switch {
		case k.is("address"):
			address = v
		case k.is("previous_address"):
			previous = v
		case k.is("module_address"):
			in.module = rd.intern(v)
		case k.is("mode"):
			mode = v
		case k.is("type"):
			in.typ = rd.intern(v)
		case k.is("name"):
			in.name = v.text()
		case k.is("change"):
			change = v
		case k.is("deposed"):
			return nil // what is left of an instance that was replaced before
		}
	}
	if err := shaped(change, '{', "change"); err != nil {
		return err
	}
	exists := false
	for k, v := range change.fields() {
		switch {
		case k.is("actions"):
			for a := range v.elements() {
				switch a.text() {
				case "create", "update", "no-op", "read":
					exists = true
				}
			}
		case k.is("after"):
			in.values = v
		case k.is("after_unknown"):
			in.unknown = v
		case k.is("after_sensitive"):
			in.secret = v
		}
	}
	if previous.isString() {
		rd.seen[string(previous)] = struct{}{}
	}
	return rd.add(in, address, mode, exists)
}

// add puts an instance into the document, unless it is there already.
func (rd *reader) add(in *instance, address, mode raw, exists bool) error {
	in.address = address.text()
	if in.address == "" || in.typ == "" || in.name == "" {
		return errors.New("it has no address, type or name: it is no document of Terraform")
	}
	if _, seen := rd.seen[string(address)]; seen {
		return nil
	}
	rd.seen[string(address)] = struct{}{}
	in.data = mode.is("data")
	if !in.data && !mode.is("managed") || !exists || !in.values.isObject() {
		return nil
	}
	rd.doc.instances = append(rd.doc.instances, in)
	return nil
}

// readState reads what terraform show -json prints of a state.
func readState(top map[string]raw) (*Doc, error) {
	if err := version(top, "state"); err != nil {
		return nil, err
	}
	doc := &Doc{}
	return doc, newReader(doc).values(top["values"], "values")
}

// values reads planned_values, or the values of a state.
func (rd *reader) values(v raw, path string) error {
	if err := shaped(v, '{', path); err != nil {
		return err
	}
	if err := rd.module(v.get("root_module"), 0); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (rd *reader) module(m raw, depth int) error {
	if err := shaped(m, '{', "a module"); err != nil {
		return err
	}
	if depth > maxModules {
		return fmt.Errorf("modules are nested more than %d deep", maxModules)
	}
	var address, resources, children raw
	for k, v := range m.fields() {
		switch {
		case k.is("address"):
			address = v
		case k.is("resources"):
			resources = v
		case k.is("child_modules"):
			children = v
		}
	}
	if err := shaped(resources, '[', "resources"); err != nil {
		return err
	}
	if err := shaped(children, '[', "child_modules"); err != nil {
		return err
	}
	i := 0
	for r := range resources.elements() {
		if err := rd.resource(r, rd.intern(address)); err != nil {
			return fmt.Errorf("resources[%d] of module %q: %w", i, address.text(), err)
		}
		i++
	}
	for c := range children.elements() {
		if err := rd.module(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (rd *reader) resource(r raw, module string) error {
	if err := shaped(r, '{', "it"); err != nil {
		return err
	}
	in := &instance{module: module}
	var address, mode raw
	for k, v := range r.fields() {
		switch {
		case k.is("address"):
			if _, seen := rd.seen[string(v)]; seen {
				return nil
			}
			address = v
		case k.is("mode"):
			mode = v
		case k.is("type"):
			in.typ = rd.intern(v)
		case k.is("name"):
			in.name = v.text()
		case k.is("deposed_key"):
			return nil
		case k.is("values"):
			in.values = v
		case k.is("sensitive_values"):
			in.secret = v
		}
	}
	return rd.add(in, address, mode, true)
}

// readStateFile reads a state as Terraform stores it.
func readStateFile(top map[string]raw) (*Doc, error) {
	switch v := string(top["version"]); v {
	case "4":
	case "1", "2", "3":
		return nil, fmt.Errorf("the state file has version %s, of Terraform before 0.12: run terraform refresh with Terraform 0.12 or later, which rewrites it", v)
	default:
		return nil, fmt.Errorf("the state file has version %.40s: version 4 can be read", v)
	}
	if err := shaped(top["resources"], '[', "resources"); err != nil {
		return nil, err
	}
	doc := &Doc{}
	rd := newReader(doc)
	i := 0
	for r := range top["resources"].elements() {
		if err := rd.stored(r); err != nil {
			return nil, fmt.Errorf("resources[%d]: %w", i, err)
		}
		i++
	}
	return doc, nil
}

// stored reads a resource of a state file with its instances.
func (rd *reader) stored(r raw) error {
	if err := shaped(r, '{', "it"); err != nil {
		return err
	}
	var mode, instances raw
	var of instance
	for k, v := range r.fields() {
		switch {
		case k.is("module"):
			of.module = rd.intern(v)
		case k.is("mode"):
			mode = v
		case k.is("type"):
			of.typ = rd.intern(v)
		case k.is("name"):
			of.name = v.text()
		case k.is("instances"):
			instances = v
		}
	}
	if of.typ == "" || of.name == "" {
		return errors.New("it has no type or name: it is no document of Terraform")
	}
	of.data = mode.is("data")
	if !of.data && !mode.is("managed") {
		return nil
	}
	if err := shaped(instances, '[', "instances"); err != nil {
		return err
	}
	for i := range instances.elements() {
		in := of
		var key, deposed, flat raw
		for k, v := range i.fields() {
			switch {
			case k.is("index_key"):
				key = v
			case k.is("attributes"):
				in.values = v
			case k.is("attributes_flat"):
				flat = v
			case k.is("sensitive_attributes"):
				in.paths = v
			case k.is("deposed"):
				deposed = v
			}
		}
		if !deposed.isNothing() && !deposed.is("") {
			continue
		}
		in.address = in.block() + instanceKey(key)
		if !in.values.isObject() {
			if flat.isNothing() {
				continue
			}
			in.values = nil
			in.flawed = "the state holds " + in.address + " as Terraform before 0.12 wrote it: run terraform apply -refresh-only"
		}
		rd.doc.instances = append(rd.doc.instances, &in)
	}
	return nil
}

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
	for _, section := range []struct {
		name  string
		first byte
	}{
		{"planned_values", '{'}, {"resource_changes", '['}, {"deferred_changes", '['},
		{"prior_state", '{'}, {"configuration", '{'}, {"variables", '{'},
	} {
		if err := shaped(top[section.name], section.first, section.name); err != nil {
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
	s := scan(list)
	return s.array(func(i int) error {
		if err := rd.change(s, ""); err != nil {
			return fmt.Errorf("resource_changes[%d]: %w", i, err)
		}
		return nil
	})
}

// deferred reads what a plan puts off to a later one.
func (rd *reader) deferred(list raw) error {
	for d := range list.elements() {
		maybe := ""
		if d.get("reason").is("instance_count_unknown") {
			maybe = "the number of instances is known only after apply"
		}
		if err := rd.change(scan(d.get("resource_change")), maybe); err != nil {
			return fmt.Errorf("deferred_changes: %w", err)
		}
	}
	return nil
}

// An entry is what a document says of one instance.
type entry struct {
	instance
	address, mode raw
	absent        bool // the instance does not exist, or will not
}

// change reads one element of resource_changes.
func (rd *reader) change(s *scanner, maybe string) error {
	if err := s.shaped('{', "the change"); err != nil {
		return err
	}
	var previous raw
	left := false
	e := entry{instance: instance{maybe: maybe}, absent: true}
	err := s.object(func(k raw) error {
		switch {
		case k.is("previous_address"):
			previous = s.value()
		case k.is("module_address"):
			e.module = rd.intern(s.value())
		case k.is("deposed"):
			left = true // over from an instance that was replaced before
		case k.is("change"):
			if err := s.shaped('{', "change"); err != nil {
				return err
			}
			return s.object(func(k raw) error {
				switch {
				case k.is("actions"):
					e.absent = !existing(s.value())
				case k.is("after"):
					e.scanValues(s)
				case k.is("after_unknown"):
					e.unknown = s.value()
				case k.is("after_sensitive"):
					e.secret = s.value()
				}
				return nil
			})
		default:
			rd.common(s, k, &e)
		}
		return nil
	})
	if err != nil || left {
		return err
	}
	if previous.isString() {
		rd.seen[string(previous)] = struct{}{}
	}
	return rd.add(&e)
}

// existing reports whether an instance exists after the actions.
func existing(actions raw) bool {
	for a := range actions.elements() {
		switch a.text() {
		case "create", "update", "no-op", "read":
			return true
		}
	}
	return false
}

// common reads a field that instances have everywhere.
func (rd *reader) common(s *scanner, k raw, e *entry) {
	switch {
	case k.is("address"):
		e.address = s.value()
	case k.is("mode"):
		e.mode = s.value()
	case k.is("type"):
		e.typ = rd.intern(s.value())
	case k.is("name"):
		e.name = s.value().text()
	}
}

// scanValues takes the attributes, and what identifies the instance in AWS.
func (in *instance) scanValues(s *scanner) {
	s.first()
	start := s.i
	_ = s.object(func(k raw) error {
		switch {
		case k.is("arn"):
			in.arn = s.value().text()
		case k.is("id"):
			in.id = s.value().text()
		case k.is("region"):
			in.region = s.value().text()
		}
		return nil
	})
	in.values = s.data[start:s.i]
}

// add puts an instance into the document, unless it is there already.
func (rd *reader) add(e *entry) error {
	e.instance.address = e.address.text()
	if e.instance.address == "" || e.typ == "" || e.name == "" {
		return errors.New("it has no address, type or name: it is no document of Terraform")
	}
	if _, seen := rd.seen[string(e.address)]; seen {
		return nil
	}
	rd.seen[string(e.address)] = struct{}{}
	e.data = e.mode.is("data")
	if !e.data && !e.mode.is("managed") || e.absent || !e.values.isObject() {
		return nil
	}
	in := e.instance
	rd.doc.instances = append(rd.doc.instances, &in)
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
	s := scan(v)
	return s.object(func(k raw) error {
		if !k.is("root_module") {
			return nil
		}
		if err := rd.module(s, 0); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

func (rd *reader) module(s *scanner, depth int) error {
	if err := s.shaped('{', "a module"); err != nil {
		return err
	}
	if depth > maxModules {
		return fmt.Errorf("modules are nested more than %d deep", maxModules)
	}
	first := len(rd.doc.instances)
	address := ""
	err := s.object(func(k raw) error {
		switch {
		case k.is("address"):
			address = rd.intern(s.value())
		case k.is("resources"):
			if err := s.shaped('[', "resources"); err != nil {
				return err
			}
			return s.array(func(i int) error {
				if err := rd.resource(s); err != nil {
					return fmt.Errorf("resources[%d] of module %q: %w", i, address, err)
				}
				return nil
			})
		case k.is("child_modules"):
			if err := s.shaped('[', "child_modules"); err != nil {
				return err
			}
			return s.array(func(int) error { return rd.module(s, depth+1) })
		}
		return nil
	})
	// The address follows the resources.
	for _, in := range rd.doc.instances[first:] {
		if in.module == "" {
			in.module = address
		}
	}
	return err
}

func (rd *reader) resource(s *scanner) error {
	if err := s.shaped('{', "it"); err != nil {
		return err
	}
	var e entry
	left := false
	err := s.object(func(k raw) error {
		switch {
		case k.is("values"):
			e.scanValues(s)
		case k.is("sensitive_values"):
			e.secret = s.value()
		case k.is("deposed_key"):
			left = true
		default:
			rd.common(s, k, &e)
		}
		return nil
	})
	if err != nil || left {
		return err
	}
	return rd.add(&e)
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
	s := scan(top["resources"])
	return doc, s.array(func(i int) error {
		if err := rd.stored(s); err != nil {
			return fmt.Errorf("resources[%d]: %w", i, err)
		}
		return nil
	})
}

// stored reads a resource of a state file with its instances.
func (rd *reader) stored(s *scanner) error {
	if err := s.shaped('{', "it"); err != nil {
		return err
	}
	var of entry
	var found []*instance
	err := s.object(func(k raw) error {
		switch {
		case k.is("module"):
			of.module = rd.intern(s.value())
		case k.is("instances"):
			if err := s.shaped('[', "instances"); err != nil {
				return err
			}
			return s.array(func(int) error {
				if in := storedInstance(s); in != nil {
					found = append(found, in)
				}
				return nil
			})
		default:
			rd.common(s, k, &of)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case of.typ == "" || of.name == "":
		return errors.New("it has no type or name: it is no document of Terraform")
	case !of.mode.is("data") && !of.mode.is("managed"):
		return nil
	}
	for _, in := range found {
		in.module, in.typ, in.name, in.data = of.module, of.typ, of.name, of.mode.is("data")
		in.address = in.block() + in.address
		if in.values == nil {
			in.flawed = "the state holds " + in.address + " as Terraform before 0.12 wrote it: run terraform apply -refresh-only"
		}
	}
	rd.doc.instances = append(rd.doc.instances, found...)
	return nil
}

// storedInstance reads an instance of a state file, of whose address it sets
// only the key; nil if it does not exist any more.
func storedInstance(s *scanner) *instance {
	in := &instance{}
	var key, flat, deposed raw
	_ = s.object(func(k raw) error {
		switch {
		case k.is("index_key"):
			key = s.value()
		case k.is("attributes"):
			in.scanValues(s)
		case k.is("attributes_flat"):
			flat = s.value()
		case k.is("sensitive_attributes"):
			in.paths = s.value()
		case k.is("deposed"):
			deposed = s.value()
		}
		return nil
	})
	if !in.values.isObject() {
		in.values = nil
	}
	if !deposed.isNothing() && !deposed.is("") || in.values == nil && flat.isNothing() {
		return nil
	}
	in.address = instanceKey(key)
	return in
}

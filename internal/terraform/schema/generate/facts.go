package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"safeguard/internal/terraform/schema/layout"
)

// An observation is what the observe program wrote about one type.
type observation struct {
	Default map[string]json.RawMessage
	Null    []string
	Unknown []string
	Blocks  []string
	Replace []string
	Toggle  []string
	Unseen  []string
	Changed bool
}

// conditional lists what replaces the resource only with some values of other
// arguments, so that it was not observed. Wrongly expecting a replacement costs
// less than not expecting one.
var conditional = map[string][]string{
	// In place since Redis 7.0.5.
	"aws_elasticache_replication_group": {"transit_encryption_enabled"},
}

// addFacts adds what schemas do not say: what was observed and, where nothing
// was, what is documented.
func addFacts(resources map[string]*block, in inputs) error {
	observed := map[string]*observation{}
	defaults := map[string]map[string]struct{ Default json.RawMessage }{}
	forceNew := map[string][]string{}
	for path, into := range map[string]any{in.observed: &observed, in.defaults: &defaults, in.forceNew: &forceNew} {
		if err := readJSON(path, into); err != nil {
			return err
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(resources)) {
		b := resources[typ]
		o := observed[typ]
		if o != nil {
			if err := b.observe(o); err != nil {
				return fmt.Errorf("%s: %w", typ, err)
			}
		}
		for path, fact := range defaults[typ] {
			a, _ := b.find(path)
			if a == nil || o != nil && a.flags&layout.Added == 0 && !slices.Contains(o.Unseen, path) {
				continue
			}
			if err := a.setDefault(fact.Default); err != nil {
				return fmt.Errorf("%s: %s: %w", typ, path, err)
			}
		}
		for _, path := range conditional[typ] {
			b.replaces(path)
		}
		for _, path := range forceNew[typ] {
			// Where a change was observed that list is out of date, but what a
			// provider compares by elements of a set it does not tell.
			if o == nil || !o.Changed || b.inSet(path) {
				b.replaces(path)
			}
		}
	}
	return nil
}

// observe takes over what was observed.
func (b *block) observe(o *observation) error {
	for path, value := range o.Default {
		if a, _ := b.find(path); a != nil {
			if err := a.setDefault(value); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	for _, path := range o.Null {
		if a, _ := b.find(path); a != nil {
			a.flags |= layout.PlannedNull
		}
	}
	for _, path := range o.Unknown {
		if a, _ := b.find(path); a != nil {
			a.flags |= layout.PlannedUnknown
		}
	}
	for _, path := range o.Blocks {
		if _, n := b.find(path); n != nil {
			n.flags |= layout.NestedComputed
		}
	}
	for _, path := range slices.Concat(o.Replace, o.Toggle) {
		b.replaces(path)
	}
	return nil
}

// replaces marks what replaces the resource: an attribute, or nested blocks
// that are added or removed.
func (b *block) replaces(path string) {
	a, n := b.find(path)
	switch {
	case n != nil:
		n.flags |= layout.NestedForceNew
	case a != nil && a.flags&(layout.Required|layout.Optional) != 0:
		a.flags |= layout.ForceNew
	}
}

// inSet reports whether a path leads through a set of blocks.
func (b *block) inSet(path string) bool {
	name, rest, deeper := strings.Cut(path, ".")
	n := b.nested[name]
	return deeper && n != nil && (n.mode == layout.ModeSet || n.block.inSet(rest))
}

// setDefault sets what a plan shows when the attribute is left out.
func (a *attr) setDefault(text json.RawMessage) error {
	if strings.Contains(string(text), `"(unknown)"`) {
		return nil
	}
	implied, err := ctyjson.ImpliedType(text)
	if err != nil {
		return err
	}
	v, err := ctyjson.Unmarshal(text, implied)
	if err != nil {
		return err
	}
	if v, err = convert.Convert(v, a.typ); err != nil {
		return err
	}
	if v.IsNull() {
		return nil
	}
	text, err = ctyjson.Marshal(v, a.typ)
	a.value = string(text)
	return err
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read %q: %w", path, err)
	}
	return nil
}

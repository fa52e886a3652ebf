package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/generate/source"
)

// An observation is what the provider plans for one resource type. Paths are
// attribute names joined with dots, without indexes.
type observation struct {
	Legacy  bool           `json:"legacy,omitempty"`  // built with the old plugin SDK
	Default map[string]any `json:"default,omitempty"` // left out, yet planned with this value
	Null    []string       `json:"null,omitempty"`    // computed and left out, yet planned as null
	Unknown []string       `json:"unknown,omitempty"` // left out and known only after apply, not by the schema
	Blocks  []string       `json:"blocks,omitempty"`  // nested blocks known only after apply when left out
	Replace []string       `json:"replace,omitempty"` // a change of the value replaces the resource
	Toggle  []string       `json:"toggle,omitempty"`  // adding or removing the block replaces the resource
	Changed bool           `json:"changed"`           // a change of everything was planned
	Unseen  []string       `json:"unseen,omitempty"`  // never left out
	Varying []string       `json:"varying,omitempty"` // planned in several ways
	Failed  []string       `json:"failed,omitempty"`  // what could not be planned
}

// An observer keeps one provider running, and starts another when it dies.
type observer struct {
	provider string
	config   map[string]any
	plugin   *plugin
	deadline time.Time // for the type that is observed
}

// budget is how long one type may take. With some, every plan takes seconds
// and complains of one value of hundreds.
const budget = 2 * time.Minute

func (o *observer) stop() {
	if o.plugin != nil {
		o.plugin.stop()
		o.plugin = nil
	}
}

func (o *observer) plan(typ string, prior, config, proposed any) (*plan, error) {
	if time.Now().After(o.deadline) {
		return nil, errSlow
	}
	if o.plugin == nil {
		p, err := start(o.provider, o.config)
		if err != nil {
			return nil, err
		}
		o.plugin = p
	}
	result, err := o.plugin.plan(typ, prior, config, proposed)
	if errors.Is(err, errGone) || errors.Is(err, errSlow) {
		o.stop()
	}
	return result, err
}

func (o *observer) observe(typ string, b *source.Block) *observation {
	o.deadline = time.Now().Add(budget)
	result := &observation{Default: map[string]any{}}
	depth := depthOf(b)
	known := hints{}
	maps.Copy(known, presets[typ].hints)
	seen := &sightings{states: map[string][]any{}, blocks: map[string][]any{}}
	variants := []func(cty.Type) any{notKnown, settled(false)}
	for d := 0; d <= depth; d++ {
		variants = slices.DeleteFunc(variants, func(value func(cty.Type) any) bool {
			config, p, err := o.create(typ, b, sample{depth: d, value: value, hints: known, settings: presets[typ].create})
			if err != nil {
				result.Failed = append(result.Failed, fmt.Sprintf("create at depth %d: %v", d, err))
				return errors.Is(err, errSlow)
			}
			result.Legacy = p.legacy
			if state, ok := p.state.(map[string]any); ok {
				seen.block(b, "", config, state)
			}
			return false
		})
		if len(variants) == 0 {
			depth = max(0, d-1)
		}
	}
	for _, variant := range presets[typ].variants {
		maps.Copy(known, variant)
		config, p, err := o.create(typ, b, sample{depth: depth, value: settled(false), hints: known, settings: presets[typ].create})
		if err != nil {
			result.Failed = append(result.Failed, fmt.Sprintf("create with %v: %v", variant, err))
		} else if state, ok := p.state.(map[string]any); ok {
			seen.variant = true
			seen.block(b, "", config, state)
		}
	}
	seen.judge(b, "", result)
	o.replacements(typ, b, depth, known, result)
	return result
}

// sightings holds the planned values of everything that was left out.
type sightings struct {
	states  map[string][]any
	blocks  map[string][]any
	variant bool // look only at what is planned for nested blocks, and known
}

// saw notes what is planned for an attribute that was left out.
func (s *sightings) saw(path string, v any) {
	if v == region {
		v = unknown{} // the provider's own region, which differs
	}
	switch {
	case !s.variant:
		s.states[path] = append(s.states[path], v)
	case v != nil && v != (unknown{}) && strings.Contains(path, "."):
		s.states[path] = append([]any{v}, s.states[path]...)
	}
}

func (s *sightings) block(b *source.Block, path string, config, state map[string]any) {
	for name, a := range b.Attributes {
		at := join(path, name)
		if config[name] == nil {
			s.saw(at, state[name])
		} else if a.AsBlocks() {
			s.elements(at, first(config[name]), first(state[name]))
		}
	}
	for name, bt := range b.BlockTypes {
		at := join(path, name)
		if isAbsent(config[name]) {
			if !s.variant {
				s.blocks[at] = append(s.blocks[at], state[name])
			}
			continue
		}
		given, planned := first(config[name]), first(state[name])
		if given != nil && planned != nil {
			s.block(bt.Block, at, given, planned)
		}
	}
}

// elements looks at an object that was given as an attribute.
func (s *sightings) elements(path string, given, planned map[string]any) {
	for name, v := range planned {
		if given[name] == nil {
			s.saw(join(path, name), v)
		}
	}
}

func (s *sightings) judge(b *source.Block, path string, result *observation) {
	for name, a := range b.Attributes {
		at := join(path, name)
		s.attribute(at, a.Computed, result)
		if a.AsBlocks() {
			for inner := range a.Type.ElementType().AttributeTypes() {
				s.attribute(join(at, inner), false, result)
			}
		}
	}
	for name, bt := range b.BlockTypes {
		at := join(path, name)
		for _, v := range s.blocks[at] {
			if v == (unknown{}) && !slices.Contains(result.Blocks, at) {
				result.Blocks = append(result.Blocks, at)
			} else if !isAbsent(v) && v != (unknown{}) {
				result.Default[at] = v
			}
		}
		s.judge(bt.Block, at, result)
	}
	for _, list := range []*[]string{&result.Null, &result.Unknown, &result.Blocks, &result.Varying, &result.Unseen} {
		slices.Sort(*list)
	}
}

func (s *sightings) attribute(at string, computed bool, result *observation) {
	states := s.states[at]
	if len(states) == 0 {
		result.Unseen = append(result.Unseen, at)
		return
	}
	// What is planned for the simplest resource counts, unless it is unknown
	// for any.
	state := states[0]
	for _, v := range states[1:] {
		if !reflect.DeepEqual(v, states[0]) {
			text, _ := json.Marshal(states)
			result.Varying = append(result.Varying, fmt.Sprintf("%s %s", at, text))
			break
		}
	}
	if slices.ContainsFunc(states, func(v any) bool { return v == any(unknown{}) }) {
		state = unknown{}
	}
	switch v := state.(type) {
	case nil:
		if computed {
			result.Null = append(result.Null, at)
		}
	case unknown:
		if !computed {
			result.Unknown = append(result.Unknown, at)
		}
	default:
		result.Default[at] = v
	}
}

// create plans a new resource, and learns what values it wants.
func (o *observer) create(typ string, b *source.Block, s sample) (map[string]any, *plan, error) {
	for {
		config := s.block(b, "", 0)
		p, err := o.plan(typ, nil, config, config)
		if err == nil || !s.hints.learn(err) {
			return config, p, err
		}
	}
}

// replacements plans changes of everything and notes what replaces the
// resource.
func (o *observer) replacements(typ string, b *source.Block, depth int, known hints, result *observation) {
	full := sample{depth: depth, optional: true, value: settled(false), hints: known, settings: presets[typ].change}
	other, open, prior, bare, bareBefore := full, full, full, full, full
	other.value = settled(true)
	open.value = notKnown
	prior.computed = true
	bare.depth, bare.optional = 0, false
	bareBefore.depth, bareBefore.optional, bareBefore.computed = 0, false, true
	changes := []struct {
		name          string
		prior, config sample
		into          *[]string
	}{
		{"to other values", prior, other, &result.Replace},
		{"to unknown values", prior, open, &result.Replace},
		{"to nothing", prior, bare, &result.Toggle},
		{"from nothing", bareBefore, full, &result.Toggle},
	}
	for _, change := range changes {
		for {
			before, config := change.prior.block(b, "", 0), change.config.block(b, "", 0)
			p, err := o.plan(typ, before, config, carry(b, config, before))
			if err == nil {
				*change.into = append(*change.into, p.replace...)
				result.Changed = result.Changed || change.name == "to other values"
			} else if known.learn(err) {
				continue
			} else {
				result.Failed = append(result.Failed, fmt.Sprintf("change %s: %v", change.name, err))
			}
			break
		}
	}
	o.withinSets(typ, b, "", prior, full, result)
	for _, list := range []*[]string{&result.Replace, &result.Toggle} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// withinSets changes one attribute at a time within sets that replace the
// resource: for a set, a provider does not say which attribute it was.
func (o *observer) withinSets(typ string, top *source.Block, path string, prior, config sample, result *observation) {
	b := top
	for name := range strings.SplitSeq(path, ".") {
		if name != "" {
			b = b.BlockTypes[name].Block
		}
	}
	for name, bt := range b.BlockTypes {
		at := join(path, name)
		if bt.NestingMode != "set" || !slices.Contains(result.Replace, at) {
			o.withinSets(typ, top, at, prior, config, result)
			continue
		}
		for inner, a := range bt.Block.Attributes {
			if !a.Required && !a.Optional {
				continue
			}
			config.changed = join(at, inner)
			before, after := prior.block(top, "", 0), config.block(top, "", 0)
			p, err := o.plan(typ, before, after, carry(top, after, before))
			if err == nil && slices.Contains(p.replace, at) {
				result.Replace = append(result.Replace, config.changed)
			}
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func isAbsent(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// first returns the one nested block of a value.
func first(v any) map[string]any {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			m, _ := v[0].(map[string]any)
			return m
		}
	case map[string]any:
		if inner, ok := v["key"].(map[string]any); ok && len(v) == 1 {
			return inner
		}
		return v
	}
	return nil
}

// MarshalJSON makes a value that is known only after apply readable.
func (unknown) MarshalJSON() ([]byte, error) { return []byte(`"(unknown)"`), nil }

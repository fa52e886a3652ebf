package differential

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"safeguard/internal/assessment"
)

// A Difference is a place where Terraform and inspect contradict each other.
type Difference struct {
	Address   string
	Path      string
	What      string
	Terraform any
	Inspect   any
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: %s: %s\n\tterraform: %s\n\tinspect:   %s",
		d.Address, cmp.Or(d.Path, "."), d.What, text(d.Terraform), text(d.Inspect))
}

// A Gap is a value that Terraform knows and inspect does not, with the reason
// that inspect gives.
type Gap struct {
	Address   string
	Path      string
	Cause     string
	Terraform any
}

func (g Gap) String() string {
	return fmt.Sprintf("%s: %s = %s: %s", g.Address, cmp.Or(g.Path, "."), text(g.Terraform), g.Cause)
}

// A Report is the outcome of a comparison.
type Report struct {
	Differences []Difference
	Gaps        []Gap
	Equal       int // values that both know
	Missing     int // values within the gaps
	Silent      int // values that Terraform knows and the configuration does not set: defaults
}

// Coverage is the share, in percent, of what inspect knows among the values
// that Terraform knows and inspect mentions.
func (r *Report) Coverage() int {
	if r.Equal+r.Missing == 0 {
		return 100
	}
	return 100 * r.Equal / (r.Equal + r.Missing)
}

// Compare compares all instances. It leaves out the attributes whose
// "ADDRESS PATH" is in skip. Data sources may be missing from inspected.
//
// What providers do to values is no difference: that they take an empty
// collection for null and write JSON documents in their own form. Nor is it a
// difference that inspect computes the policy documents that Terraform defers
// to apply because they refer to a resource.
func Compare(planned map[string]*Instance, inspected map[string]*Inspected, schemas Schemas, skip map[string]bool) *Report {
	r := &Report{}
	deferred := false
	for _, p := range planned {
		deferred = deferred || !p.Managed && hasTrue(p.Unknown)
	}
	for _, address := range slices.Sorted(maps.Keys(planned)) {
		p := planned[address]
		if i := inspected[address]; i != nil {
			c := comparison{Report: r, instance: p, inspected: i, skip: skip, deferred: deferred}
			c.resource(schemas[schemaName(p)])
			continue
		}
		if representative := wildcard(address, inspected); representative != "" {
			r.gap(address, "", "inspect has only "+representative, p.Values)
		} else if p.Managed {
			r.differ(address, "", "inspect lacks this instance", "planned", nil)
		}
	}
	for _, address := range slices.Sorted(maps.Keys(inspected)) {
		if planned[address] == nil && !strings.Contains(address, "[*]") {
			r.differ(address, "", "terraform plans no such instance", nil, "present")
		}
	}
	return r
}

func schemaName(p *Instance) string {
	if p.Managed {
		return p.Type
	}
	return "data." + p.Type
}

// wildcard finds the representative instance, whose unknown keys are written
// as [*], that stands for address.
func wildcard(address string, inspected map[string]*Inspected) string {
	for other := range inspected {
		if strings.Contains(other, "[*]") && assessment.WithoutKeys(other) == assessment.WithoutKeys(address) {
			return other
		}
	}
	return ""
}

func (r *Report) differ(address, path, what string, terraform, inspect any) {
	r.Differences = append(r.Differences, Difference{address, path, what, terraform, inspect})
}

func (r *Report) gap(address, path, cause string, terraform any) {
	if n := leaves(terraform); n > 0 {
		r.Missing += n
		r.Gaps = append(r.Gaps, Gap{address, path, cause, terraform})
	}
}

// A comparison is that of one instance.
type comparison struct {
	*Report
	instance  *Instance
	inspected *Inspected
	skip      map[string]bool
	deferred  bool // the plan defers reading data sources
}

// A place is one value of the plan and what the plan says about it.
type place struct {
	path       path
	typ        *Type
	value      any
	unknown    any
	sensitive  any
	configured any  // what the configuration has there, nil if it is not known to have anything
	complete   bool // within the value of an argument, where no provider adds defaults
}

func (p place) field(name string) place {
	return place{p.path.key(name), p.typ.Field(name), field(p.value, name), field(p.unknown, name), field(p.sensitive, name), field(p.configured, name), p.argument()}
}

func (p place) element(i int) place {
	return place{p.path.index(i), p.typ.Element(), element(p.value, i), element(p.unknown, i), element(p.sensitive, i), element(p.configured, i), p.argument()}
}

// argument reports whether the place holds the value of an argument, or a part
// of one, and neither blocks nor what may be written as blocks.
func (p place) argument() bool {
	return len(p.path) > 0 && (p.complete || p.typ.plain())
}

// resource compares the top level.
func (c *comparison) resource(schema *Type) {
	c.object(place{
		typ:        schema,
		value:      c.instance.Values,
		unknown:    c.instance.Unknown,
		sensitive:  c.instance.Sensitive,
		configured: c.instance.Configured,
	}, c.instance.Values, c.inspected.Values)
}

// object compares field by field.
func (c *comparison) object(p place, theirs, ours map[string]any) {
	names := map[string]any{}
	maps.Copy(names, theirs)
	maps.Copy(names, ours)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c.compare(p.field(name), ours[name])
	}
}

// compare compares the values at one place; ours is nil if inspect has none,
// though it must have what the configuration sets. That may be a null, where
// the plan has a default: the usual defaults are excused.
func (c *comparison) compare(p place, ours any) {
	address, at := c.instance.Address, p.path.String()
	switch cause := c.note(p.path); {
	case c.skipped(p.path), c.heldBack(p.path):
	case cause != "":
		c.gap(address, at, cause, p.value)
	case p.sensitive == true:
		c.secret(p, ours)
	case p.unknown == true:
		if c.claims(p.path, ours) {
			c.differ(address, at, "inspect knows what terraform does not", "unknown", ours)
		}
	case ours == nil && p.complete && leaves(p.value) > 0:
		c.differ(address, at, "inspect lacks this", p.value, nil)
	case ours == nil && p.configured != nil && !vacant(p.value):
		c.differ(address, at, "inspect does not mention what the configuration sets", p.value, nil)
	case ours == nil:
		c.Silent += leaves(p.value)
	default:
		c.both(p, ours)
	}
}

func (c *comparison) both(p place, ours any) {
	address, at := c.instance.Address, p.path.String()
	switch ours := ours.(type) {
	case map[string]any:
		theirs, ok := p.value.(map[string]any)
		if !ok && !(p.value == nil && leaves(ours) == 0) {
			c.differ(address, at, "not an object", p.value, ours)
			return
		}
		c.object(p, theirs, ours)
	case []any:
		theirs, ok := p.value.([]any)
		switch {
		case p.value == nil && len(ours) == 0:
		case !ok:
			c.differ(address, at, "not a list", p.value, ours)
		case p.typ != nil && p.typ.Set:
			c.sets(p, theirs, ours)
		case len(theirs) != len(ours):
			c.differ(address, at, fmt.Sprintf("%d elements, not %d", len(ours), len(theirs)), theirs, ours)
		default:
			if blocks, ok := p.configured.([]any); ok && len(blocks) != len(theirs) {
				p.configured = nil // some of them are dynamic
			}
			for i := range ours {
				c.listElement(p.element(i), ours[i])
			}
		}
	default:
		if !equal(p.value, ours) && !(c.instance.Type != "terraform_data" && sameDocument(p.value, ours)) {
			c.differ(address, at, "values differ", p.value, ours)
			return
		}
		c.Equal++
	}
}

// listElement is compare for an element of a list, where null is a value.
func (c *comparison) listElement(p place, ours any) {
	quiet := p.unknown == true || p.sensitive == true || c.note(p.path) != "" || c.heldBack(p.path) || c.skipped(p.path)
	if ours == nil && p.value != nil && !quiet {
		c.differ(c.instance.Address, p.path.String(), "values differ", p.value, nil)
		return
	}
	c.compare(p, ours)
}

// sets compares without regard to order. Sets that are not known in whole are
// not comparable.
func (c *comparison) sets(p place, theirs, ours []any) {
	if hasTrue(p.unknown) || hasTrue(p.sensitive) || c.noteBelow(p.path) {
		return
	}
	p.configured = nil // in another order
	found := len(theirs) == len(ours)
	if found {
		// matched[i] is the element of ours that theirs[i] goes with.
		matched := make([]int, len(theirs))
		for i := range matched {
			matched[i] = -1
		}
		for j := range ours {
			found = found && c.match(p, ours, j, matched, make([]bool, len(theirs)))
		}
	}
	if !found {
		c.differ(c.instance.Address, p.path.String(), "sets differ", theirs, ours)
		return
	}
	for _, o := range ours {
		c.Equal += leaves(o)
	}
}

// match finds an element of the plan's set for ours[j], moving earlier matches
// out of the way: a block of ours may agree with several of the plan's, since
// it lacks the defaults.
func (c *comparison) match(p place, ours []any, j int, matched []int, tried []bool) bool {
	for i := range matched {
		if tried[i] || !c.agree(p.element(i), ours[j]) {
			continue
		}
		tried[i] = true
		if matched[i] < 0 || c.match(p, ours, matched[i], matched, tried) {
			matched[i] = j
			return true
		}
	}
	return false
}

func (c *comparison) agree(p place, ours any) bool {
	trial := comparison{Report: &Report{}, instance: c.instance, inspected: &Inspected{}, skip: c.skip, deferred: c.deferred}
	trial.listElement(p, ours)
	return len(trial.Differences) == 0
}

// secret checks that inspect does not print a value that Terraform holds back.
func (c *comparison) secret(p place, ours any) {
	secrets := map[string]bool{}
	eachScalar(p.value, func(v any) { secrets[text(v)] = true })
	eachScalar(ours, func(v any) {
		if s, ok := v.(string); ok && s != "" && secrets[text(v)] {
			c.differ(c.instance.Address, p.path.String(), "inspect prints a secret", "(sensitive)", ours)
		}
	})
}

// claims reports whether ours, at p, holds a value without a note.
func (c *comparison) claims(p path, ours any) bool {
	if c.note(p) != "" || c.heldBack(p) {
		return false
	}
	switch ours.(type) {
	case nil:
		return false
	case map[string]any, []any:
		// Providers plan a collection as unknown if one element is.
		if c.noteBelow(p) {
			return false
		}
	}
	switch ours := ours.(type) {
	case map[string]any:
		for name, v := range ours {
			if c.claims(p.key(name), v) {
				return true
			}
		}
		return false
	case []any:
		for i, v := range ours {
			if c.claims(p.index(i), v) {
				return true
			}
		}
		return false
	}
	return !c.deferred || c.instance.Managed && !isPolicy(ours)
}

// note is what inspect says about the value at p, other than the value:
// that it is unknown, or a symbol. It is "" if it says nothing.
func (c *comparison) note(p path) string {
	at := p.String()
	for _, u := range c.inspected.Unknown {
		if within(at, u.Path) {
			return cmp.Or(u.Cause, "unknown without a cause")
		}
	}
	for _, s := range c.inspected.Symbols {
		if within(at, s.Path) {
			return "symbol " + s.RefersTo
		}
	}
	return ""
}

// noteBelow reports whether inspect says so about the value at p or within it.
func (c *comparison) noteBelow(p path) bool {
	at := p.String()
	for _, u := range c.inspected.Unknown {
		if within(u.Path, at) {
			return true
		}
	}
	for _, s := range c.inspected.Symbols {
		if within(s.Path, at) {
			return true
		}
	}
	return slices.ContainsFunc(c.inspected.Sensitive, func(s string) bool { return within(s, at) })
}

// heldBack reports whether inspect keeps the value at p secret.
func (c *comparison) heldBack(p path) bool {
	at := p.String()
	return slices.ContainsFunc(c.inspected.Sensitive, func(s string) bool { return within(at, s) })
}

func (c *comparison) skipped(p path) bool {
	return c.skip[c.instance.Address+" "+p.String()]
}

// equal compares two scalars; 1.0 and 1 are the same number, "1" is not.
func equal(a, b any) bool {
	x, xok := a.(json.Number)
	y, yok := b.(json.Number)
	if !xok || !yok {
		return a == b
	}
	xr, xok := new(big.Rat).SetString(x.String())
	yr, yok := new(big.Rat).SetString(y.String())
	return xok && yok && xr.Cmp(yr) == 0
}

// sameDocument reports whether a and b are the same JSON object or array,
// however written.
func sameDocument(a, b any) bool {
	x, y := document(a), document(b)
	return x != nil && reflect.DeepEqual(x, y)
}

// document is the JSON object or array that the string v holds, or nil.
func document(v any) any {
	s, _ := v.(string)
	if !strings.HasPrefix(strings.TrimSpace(s), "{") && !strings.HasPrefix(strings.TrimSpace(s), "[") {
		return nil
	}
	var doc any
	if json.Unmarshal([]byte(s), &doc) != nil {
		return nil
	}
	return doc
}

func isPolicy(v any) bool {
	return field(document(v), "Statement") != nil
}

// vacant reports whether v is null, empty, zero or false.
func vacant(v any) bool {
	found := false
	eachScalar(v, func(e any) { found = found || e != "" && e != false && !equal(e, json.Number("0")) })
	return !found
}

// leaves counts the scalars in v.
func leaves(v any) int {
	n := 0
	eachScalar(v, func(any) { n++ })
	return n
}

func eachScalar(v any, f func(any)) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for _, e := range v {
			eachScalar(e, f)
		}
	case []any:
		for _, e := range v {
			eachScalar(e, f)
		}
	default:
		f(v)
	}
}

func hasTrue(v any) bool {
	found := false
	eachScalar(v, func(e any) { found = found || e == true })
	return found
}

func field(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func element(v any, i int) any {
	if list, ok := v.([]any); ok && i < len(list) {
		return list[i]
	}
	return nil
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

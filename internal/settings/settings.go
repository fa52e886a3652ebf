// Package settings reads .safeguard.hcl: parameters and estimates of rules,
// weights, exceptions, and tunnels. docs/settings.md describes the file.
package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

// Name is the name of the file.
const Name = ".safeguard.hcl"

// Settings are what a file says. The zero value says nothing.
type Settings struct {
	File       string // "" if there is none
	Weights    triage.Weights
	Exceptions []triage.Exception
	Tunnels    []Tunnel
	// History says that assessments are kept without --save.
	History bool

	parameters map[string]map[string]hipaa.Value // by rule, by name in lower case
	efforts    map[string]hipaa.Effort
}

// Find reads the file in dir or the nearest directory above it. Without one the
// settings are empty.
func Find(dir string) (*Settings, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find %s from %s: %w", Name, dir, err)
	}
	for {
		file := filepath.Join(abs, Name)
		src, err := os.ReadFile(file)
		switch {
		case err == nil:
			return Parse(src, shown(file))
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("read the settings: %w", err)
		}
		up := filepath.Dir(abs)
		if up == abs {
			return &Settings{}, nil
		}
		abs = up
	}
}

// shown is the path as it is from the working directory, if there is one.
func shown(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(dir, file); err == nil {
		return filepath.ToSlash(rel)
	}
	return file
}

// Param is a parameter of a rule that the file sets, for scan.Options.
func (s *Settings) Param(rule, name string) (hipaa.Value, bool) {
	v, ok := s.parameters[rule][strings.ToLower(name)]
	return v, ok
}

// Effort is an estimate that the file sets, for triage.Options.
func (s *Settings) Effort(rule string) (hipaa.Effort, bool) {
	e, ok := s.efforts[rule]
	return e, ok
}

// Parse reads the text of a file. All of its faults are in the error, each with
// its line.
func Parse(src []byte, file string) (*Settings, error) {
	parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, joined(diags)
	}
	p := &parser{settings: &Settings{File: file, parameters: map[string]map[string]hipaa.Value{}, efforts: map[string]hipaa.Effort{}}}
	body := parsed.Body.(*hclsyntax.Body)
	for _, a := range body.Attributes {
		if a.Name == "history" {
			p.settings.History = p.truth(a)
			continue
		}
		p.fault(a.SrcRange, "there is no setting %q at the top: known are history and the blocks %s", a.Name, strings.Join(blocks, ", "))
	}
	for _, b := range body.Blocks {
		p.block(b)
	}
	if len(p.faults) > 0 {
		slices.SortStableFunc(p.faults, func(a, b fault) int { return a.line - b.line })
		errs := make([]error, len(p.faults))
		for i, f := range p.faults {
			errs[i] = f
		}
		return nil, errors.Join(errs...)
	}
	return p.settings, nil
}

// blocks are the types that a file may hold.
var blocks = []string{"exception", "rule", "tunnel", "weights"}

func joined(diags hcl.Diagnostics) error {
	var errs []error
	for _, d := range diags {
		errs = append(errs, fmt.Errorf("%s:%d: %s: %s", d.Subject.Filename, d.Subject.Start.Line, d.Summary, d.Detail))
	}
	return errors.Join(errs...)
}

// A fault is what is wrong in a line.
type fault struct {
	file string
	line int
	text string
}

func (f fault) Error() string { return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.text) }

type parser struct {
	settings *Settings
	faults   []fault
}

func (p *parser) fault(r hcl.Range, format string, args ...any) {
	p.faults = append(p.faults, fault{r.Filename, r.Start.Line, fmt.Sprintf(format, args...)})
}

func (p *parser) block(b *hclsyntax.Block) {
	at := b.DefRange()
	for _, inner := range b.Body.Blocks {
		p.fault(inner.DefRange(), "a %s block holds no blocks", b.Type)
	}
	switch b.Type {
	case "rule":
		p.rule(b)
	case "exception":
		p.exception(b)
	case "weights":
		p.weights(b)
	case "tunnel":
		p.tunnel(b)
	default:
		p.fault(at, "there is no block %q: known are %s", b.Type, strings.Join(blocks, ", "))
	}
}

// label is the rule that a block is about, nil with a fault if there is none.
func (p *parser) label(b *hclsyntax.Block) *hipaa.Rule {
	if len(b.Labels) != 1 {
		p.fault(b.DefRange(), "want %s \"RULE\" { … }", b.Type)
		return nil
	}
	facts, ok := hipaa.Lookup(b.Labels[0])
	if !ok {
		p.fault(b.DefRange(), "no rule of the pack is named %q: see `safeguard rules`", b.Labels[0])
		return nil
	}
	return facts
}

// known reports the arguments that a block does not have.
func (p *parser) known(b *hclsyntax.Block, names ...string) {
	for _, a := range b.Body.Attributes {
		if !slices.Contains(names, a.Name) {
			p.fault(a.SrcRange, "%s has no argument %q: known are %s", b.Type, a.Name, strings.Join(names, ", "))
		}
	}
}

func (p *parser) value(a *hclsyntax.Attribute) (cty.Value, bool) {
	v, diags := a.Expr.Value(nil)
	if diags.HasErrors() {
		p.fault(a.SrcRange, "%s: %s", a.Name, diags[0].Detail)
		return cty.NilVal, false
	}
	return v, true
}

// truth is an argument that must be true or false.
func (p *parser) truth(a *hclsyntax.Attribute) bool {
	v, ok := p.value(a)
	if !ok {
		return false
	}
	if v.IsNull() || v.Type() != cty.Bool {
		p.fault(a.SrcRange, "%s: want true or false", a.Name)
		return false
	}
	return v.True()
}

// text is an argument that must be a string; "" if it is not set.
func (p *parser) text(b *hclsyntax.Block, name string) string {
	a := b.Body.Attributes[name]
	if a == nil {
		return ""
	}
	v, ok := p.value(a)
	if !ok {
		return ""
	}
	if v.IsNull() || v.Type() != cty.String {
		p.fault(a.SrcRange, "%s: want text in quotes", name)
		return ""
	}
	return v.AsString()
}

// number is an argument that must be a number of at least 0.
func (p *parser) number(b *hclsyntax.Block, name string, into *float64) {
	a := b.Body.Attributes[name]
	if a == nil {
		return
	}
	v, ok := p.value(a)
	if !ok {
		return
	}
	if v.IsNull() || v.Type() != cty.Number {
		p.fault(a.SrcRange, "%s: want a number", name)
		return
	}
	f, _ := v.AsBigFloat().Float64()
	if f < 0 || f > 1e6 {
		p.fault(a.SrcRange, "%s is %g: want 0 to 1,000,000", name, f)
		return
	}
	*into = f
}

func (p *parser) rule(b *hclsyntax.Block) {
	p.known(b, "parameters", "optimistic_hours", "pessimistic_hours", "per_extra_hours")
	facts := p.label(b)
	if facts == nil {
		return
	}
	if p.settings.parameters[facts.Identifier] != nil {
		p.fault(b.DefRange(), "rule %q is there already", facts.Identifier)
		return
	}
	set := map[string]hipaa.Value{}
	p.settings.parameters[facts.Identifier] = set
	if a := b.Body.Attributes["parameters"]; a != nil {
		p.parameters(a, facts, set)
	}
	e := facts.Guide().Effort
	before := e
	p.number(b, "optimistic_hours", &e.Optimistic)
	p.number(b, "pessimistic_hours", &e.Pessimistic)
	p.number(b, "per_extra_hours", &e.PerExtra)
	if e != before {
		if e.Pessimistic < e.Optimistic {
			p.fault(b.DefRange(), "pessimistic_hours is %g, less than optimistic_hours, %g", e.Pessimistic, e.Optimistic)
			return
		}
		p.settings.efforts[facts.Identifier] = e
	}
}

func (p *parser) parameters(a *hclsyntax.Attribute, facts *hipaa.Rule, set map[string]hipaa.Value) {
	v, ok := p.value(a)
	if !ok {
		return
	}
	if v.IsNull() || !v.Type().IsObjectType() {
		p.fault(a.SrcRange, "parameters: want { name = value }")
		return
	}
	for name, v := range v.AsValueMap() {
		parameter, ok := facts.Parameter(name)
		if !ok {
			var names []string
			for _, known := range facts.Parameters {
				names = append(names, known.Name)
			}
			p.fault(a.SrcRange, "%s has no parameter %q: it has %s", facts.Identifier, name, list(names))
			continue
		}
		text, ok := asText(v)
		if !ok {
			p.fault(a.SrcRange, "parameter %s: want text, a number, true or false, or a list of such", name)
			continue
		}
		if err := parameter.Check(hipaa.Value(text)); err != nil {
			p.fault(a.SrcRange, "%v", err)
			continue
		}
		set[strings.ToLower(name)] = hipaa.Value(text)
	}
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// asText is a value as AWS Config passes it: lists with commas.
func asText(v cty.Value) (string, bool) {
	switch {
	case v.IsNull():
		return "", true
	case v.Type() == cty.String:
		return v.AsString(), true
	case v.Type() == cty.Bool:
		return fmt.Sprint(v.True()), true
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1), true
	case v.Type().IsTupleType():
		var parts []string
		for _, e := range v.AsValueSlice() {
			part, ok := asText(e)
			if !ok {
				return "", false
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}

func (p *parser) weights(b *hclsyntax.Block) {
	p.known(b, "critical", "high", "medium", "low", "exposed", "resources")
	w := triage.DefaultWeights
	p.number(b, "critical", &w.Critical)
	p.number(b, "high", &w.High)
	p.number(b, "medium", &w.Medium)
	p.number(b, "low", &w.Low)
	p.number(b, "exposed", &w.Exposed)
	p.number(b, "resources", &w.Resources)
	p.settings.Weights = w
}

func (p *parser) exception(b *hclsyntax.Block) {
	p.known(b, "resource", "reason", "owner", "expires", "compensating_control")
	facts := p.label(b)
	e := triage.Exception{
		Resource: p.text(b, "resource"), Reason: p.text(b, "reason"), Owner: p.text(b, "owner"),
		Control: p.text(b, "compensating_control"), File: b.DefRange().Filename, Line: b.DefRange().Start.Line,
	}
	for name, value := range map[string]string{"resource": e.Resource, "reason": e.Reason} {
		if strings.TrimSpace(value) == "" && b.Body.Attributes[name] == nil {
			p.fault(b.DefRange(), "an exception needs %s", name)
		}
	}
	expires := p.text(b, "expires")
	day, err := time.Parse(time.DateOnly, expires)
	switch {
	case b.Body.Attributes["expires"] == nil:
		p.fault(b.DefRange(), "an exception needs expires, such as \"2027-03-31\"")
	case err != nil:
		p.fault(b.Body.Attributes["expires"].SrcRange, "expires is %q: want a date such as \"2027-03-31\"", expires)
	}
	if facts == nil {
		return
	}
	e.Rule, e.Expires = facts.Identifier, day
	p.settings.Exceptions = append(p.settings.Exceptions, e)
}

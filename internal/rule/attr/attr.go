// Package attr makes assertions about one attribute: check and message come
// from one declaration. An assertion here takes values, never another
// assertion; anything with an "if" in it is a rule.Func.
package attr

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// An Option refines an assertion.
type Option func(*assertion)

// Default is the value that applies where the attribute is absent or null:
// the provider's default or AWS's. Without it absence fails.
func Default(v graph.Value) Option { return func(a *assertion) { a.def = v } }

// Among requires, where the rule's parameter is set, that the value is also one
// of those that the parameter lists.
func Among(param string) Option { return func(a *assertion) { a.param = param } }

// Repaired is Terraform code of the value that makes the attribute compliant,
// where the assertion itself does not tell: `shared.kms_key.arn`.
func Repaired(code string) Option { return func(a *assertion) { a.code = code } }

// NoRepair says why there is no automatic repair.
func NoRepair(why string) Option { return func(a *assertion) { a.code, a.why = "", why } }

type assertion struct {
	path  string
	param string
	def   graph.Value
	holds func(graph.Value) logic.Truth
	want  string
	code  string // of a value that is right; "" if there is none
	why   string // why not
}

func build(path, want, code string, holds func(graph.Value) logic.Truth, opts []Option) rule.Assertion {
	a := &assertion{path: path, want: want, code: code, holds: holds, def: graph.AbsentValue()}
	for _, o := range opts {
		o(a)
	}
	return a
}

// Eval decides the attribute.
func (a *assertion) Eval(t *rule.Target) rule.Verdict {
	v := t.Get(a.path)
	effective := v.Or(a.def)
	truth := a.holds(effective)
	if a.param != "" && truth != logic.False {
		if allowed := t.Param(a.param).List(); len(allowed) > 0 {
			truth = truth.And(effective.OneOf(allowed...))
		}
	}
	return rule.Require(truth, effective, "%s", a.message(v)).Named(a.path)
}

// Repair sets the attribute.
func (a *assertion) Repair(*rule.Target) rule.Repair {
	if a.code == "" {
		return rule.CannotRepair(a.why)
	}
	steps := strings.Split(a.path, ".")
	last := len(steps) - 1
	code := steps[last] + " = " + a.code
	for _, block := range slices.Backward(steps[:last]) {
		code = block + " {\n" + code + "\n}"
	}
	return rule.To(rule.Set{Code: code})
}

func (a *assertion) message(v graph.Value) string {
	switch v.Kind() {
	case graph.KindAbsent, graph.KindNull:
		if a.def.Kind() != graph.KindAbsent {
			return fmt.Sprintf("%s is not set (default %s), must be %s", a.path, a.def.Display(), a.want)
		}
		return fmt.Sprintf("%s is not set, must be %s", a.path, a.want)
	}
	return fmt.Sprintf("%s is %s, must be %s", a.path, v.Display(), a.want)
}

// True asserts that the attribute is true.
func True(path string, opts ...Option) rule.Assertion {
	return build(path, "true", "true", graph.Value.IsTrue, opts)
}

// False asserts that the attribute is false; absent is false unless Default
// says otherwise.
func False(path string, opts ...Option) rule.Assertion {
	return build(path, "false", "false", func(v graph.Value) logic.Truth { return v.IsTrue().Not() }, opts)
}

// OneOf asserts that the attribute is one of the strings.
func OneOf(path string, allowed []string, opts ...Option) rule.Assertion {
	quoted := make([]string, len(allowed))
	for i, s := range allowed {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	allowed = slices.Clone(allowed)
	return build(path, strings.Join(quoted, " or "), quoted[0], func(v graph.Value) logic.Truth { return v.OneOf(allowed...) }, opts)
}

// AtLeast asserts that the attribute is a number of at least n.
func AtLeast(path string, n float64, opts ...Option) rule.Assertion {
	return build(path, fmt.Sprintf("at least %v", n), fmt.Sprint(n), func(v graph.Value) logic.Truth { return v.AtLeast(n) }, opts)
}

// NonEmpty asserts that the attribute is set to something other than "" or an
// empty collection.
func NonEmpty(path string, opts ...Option) rule.Assertion {
	return build(path, "set", "", graph.Value.NonEmpty, opts)
}

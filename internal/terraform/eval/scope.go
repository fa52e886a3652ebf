package eval

import (
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/graph"
	"safeguard/internal/terraform/funcs"
)

// Limits keep hostile input from taking memory or time without end.
const (
	maxSteps     = 500_000 // loop turns and calls while one attribute is evaluated
	maxDepth     = 4_000   // expressions and definitions within each other
	maxInstances = 10_000  // instances of one block
)

// A scope is what names mean where an expression stands.
type scope struct {
	m     *module
	each  *eachValues // of the enclosing resource or module block, nil without for_each
	count cty.Value   // count.index; cty.NilVal without count
	self  *instance   // nil outside of provisioners and the like
	iter  *iteration  // names bound by for expressions and dynamic blocks
	anon  *anonymous  // values of splat symbols
	// nested is set within a template file, where only iter has names.
	nested *funcs.Scope
	busy   *busy // definitions under evaluation, to find cycles
	run    *run
}

type eachValues struct {
	key, value cty.Value
	over       hclsyntax.Expression // what has value at key; nil where that is not told
}

type iteration struct {
	name  string
	value cty.Value
	up    *iteration
}

type anonymous struct {
	symbol *hclsyntax.AnonSymbolExpr
	value  cty.Value
	up     *anonymous
}

type busy struct {
	memo any // a *memo[T]
	up   *busy
}

// A run counts the work done for one attribute.
type run struct{ steps, depth int }

func (r *run) step(n int) error {
	if r.steps += n; r.steps > maxSteps {
		return limitError(fmt.Sprintf("evaluation takes more than %d steps", maxSteps))
	}
	return nil
}

// with returns s with one more name bound.
func (s *scope) with(name string, v cty.Value) *scope {
	c := *s
	c.iter = &iteration{name, v, s.iter}
	return &c
}

// A memo holds the result of a definition: computed when first asked for, at
// worst twice if two goroutines ask at once, and never under a lock, so that
// cycles over goroutines cannot deadlock.
type memo[T any] struct{ p atomic.Pointer[result[T]] }

type result[T any] struct {
	v   T
	err error
}

// force returns the memo's value, computing it with f in a scope that knows
// that it is under way.
func force[T any](s *scope, m *memo[T], name string, f func(b *busy, r *run) (T, error)) (T, error) {
	if r := m.p.Load(); r != nil {
		return r.v, r.err
	}
	var none T
	for b := s.busy; b != nil; b = b.up {
		if b.memo == any(m) {
			return none, fmt.Errorf("%s refers to itself", name)
		}
	}
	r := s.run
	if r == nil {
		r = &run{}
	}
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return none, limitError(fmt.Sprintf("%s: definitions are nested more than %d deep", name, maxDepth))
	}
	v, err := f(&busy{m, s.busy}, r)
	r.depth--
	if value, ok := any(v).(cty.Value); ok && err == nil {
		if err = checkSize(value); err != nil {
			v, err = none, fmt.Errorf("%s: %w", name, err)
		}
	}
	m.p.CompareAndSwap(nil, &result[T]{v, err})
	res := m.p.Load()
	return res.v, res.err
}

// A limitError says which limit an evaluation would exceed. It is no error of the
// configuration, so neither try nor can catch it.
type limitError string

func (e limitError) Error() string { return string(e) }

// An Error says what cannot be evaluated and where.
type Error struct {
	Range hcl.Range
	Err   error
}

func (e *Error) Error() string {
	if e.Range.Filename == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s:%d: %v", e.Range.Filename, e.Range.Start.Line, e.Err)
}

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }

// at puts a place to an error that has none.
func at(rng hcl.Range, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := err.(*Error); ok {
		return err
	}
	return &Error{rng, err}
}

func errorf(rng hcl.Range, format string, args ...any) error {
	return &Error{rng, fmt.Errorf(format, args...)}
}

// known evaluates x and turns an error into an unknown with the error as cause.
func (s *scope) known(x hclsyntax.Expression) cty.Value {
	v, err := s.eval(x)
	if err != nil {
		return failed(err)
	}
	return v
}

// failed is the unknown value in the place of what cannot be evaluated.
func failed(err error) cty.Value {
	return because(graph.Cause{Text: err.Error()})
}

// literal is the value of an expression that is a plain literal.
func literal(x hclsyntax.Expression) (cty.Value, bool) {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return x.Val, x.Val.IsKnown()
	case *hclsyntax.TemplateExpr:
		if len(x.Parts) == 1 {
			if l, ok := x.Parts[0].(*hclsyntax.LiteralValueExpr); ok && l.Val.Type() == cty.String {
				return l.Val, true
			}
		}
		if len(x.Parts) == 0 {
			return cty.StringVal(""), true
		}
	}
	return cty.NilVal, false
}

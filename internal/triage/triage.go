// Package triage turns an assessment into decisions: which changes would close
// its findings, what they cost, what to do first, and how the score grows.
//
// It works on any stream of results, whatever its source. All functions are
// pure; renderers read the Plan and decide nothing.
package triage

import (
	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// An Item is one change: what closes all findings of one rule, or of a family of
// rules, at one block of source code. Forty instances of one module are one item.
type Item struct {
	// Key identifies the item across runs. It holds no line numbers.
	Key string
	// Title says what to do, without a final period.
	Title string
	// Rules are what it closes, the gravest first.
	Rules    []string
	Severity hipaa.Severity // of the gravest rule
	Kind     hipaa.FixKind
	Risk     hipaa.Risk
	// Location is the block; zero for the account. Address is without the keys
	// of instances, and without modules if several calls share the block.
	Location assessment.Location
	Address  string
	Root     string
	// Results are the findings that it closes.
	Results []*assessment.Result
	// After are the items that have to come first, by index in the plan.
	After []int
	// Needs are what else has to be there, in words: "a customer managed key".
	Needs []string
	// First says that the item is the first of its kind, which costs more than
	// each further one.
	First    bool
	Estimate Estimate
	// Own is the estimate before anybody edited it.
	Own Estimate
	// Closes is the risk that it closes, in the units of Weights.
	Closes float64
	// Edit is what people typed for it.
	Edit Edit
}

// A Plan is an assessment's findings as items, in the order in which to do them.
type Plan struct {
	Items []*Item
	// Before is the summary of the assessment, Steps those after each item.
	Before *assessment.Summary
	Steps  []Step
	Total  Estimate
	// Gone are the edits of items that are not there any more, and rows that are
	// people's own: kept, so that nothing that somebody typed is lost.
	Gone []Edit

	results []*assessment.Result
}

// A Step is how things stand after an item.
type Step struct {
	Hours           float64 // expected, up to here
	ComplianceScore *float64
	RuleScore       *float64
	Open            int // findings
}

// Options say how to plan.
type Options struct {
	Weights Weights
	// Effort replaces the estimate of a rule; ok is false for others.
	Effort func(rule string) (e hipaa.Effort, ok bool)
	// Edits are what people typed for items, by their keys.
	Edits []Edit
	// Factor is by how much actual hours were above the expected ones; 0 is 1.
	Factor float64
	// Known are findings that no item is made of: they stay open. Nil is none.
	Known func(*assessment.Result) bool
}

// Make makes a plan of results.
func Make(results []*assessment.Result, opts Options) *Plan {
	items := group(results, opts.Known)
	opts.estimate(items)
	gone := apply(items, opts.Edits)
	for _, item := range items {
		item.Closes = opts.Weights.closes(item)
	}
	link(items)
	order(items)
	plan := &Plan{Items: items, Gone: gone, results: results}
	plan.burnUp(results)
	for _, item := range items {
		plan.Total = plan.Total.Plus(item.Estimate)
	}
	return plan
}

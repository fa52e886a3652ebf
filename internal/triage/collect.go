package triage

import (
	"slices"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// A Collector is a Handler that keeps what a plan is made of.
type Collector struct {
	Head        *assessment.Config
	Diagnostics []*assessment.Diagnostic
	Results     []*assessment.Result
	Sum         *assessment.Summary
}

// Config keeps the message.
func (c *Collector) Config(m *assessment.Config) error { c.Head = m; return nil }

// Progress is not kept.
func (c *Collector) Progress(*assessment.Progress) error { return nil }

// Diagnostic keeps the message.
func (c *Collector) Diagnostic(m *assessment.Diagnostic) error {
	c.Diagnostics = append(c.Diagnostics, m)
	return nil
}

// Result keeps the result.
func (c *Collector) Result(r *assessment.Result) error {
	c.Results = append(c.Results, r)
	return nil
}

// Summary keeps the message.
func (c *Collector) Summary(m *assessment.Summary) error { c.Sum = m; return nil }

// Select drops the results of rules for which f is false; a nil f keeps all.
func (c *Collector) Select(f func(*hipaa.Rule) bool) {
	if f == nil {
		return
	}
	c.Results = slices.DeleteFunc(c.Results, func(r *assessment.Result) bool {
		facts, ok := hipaa.Lookup(r.Rule)
		return !ok || !f(facts)
	})
}

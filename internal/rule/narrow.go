package rule

import (
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// Narrow limits what the statements of a policy document allow of one service on
// all resources. A statement of the service alone gets the resources of those
// scopes that its actions need; from one that allows others too, the actions of
// the service move into a statement of their own. What allows everything stays.
type Narrow struct {
	On      *graph.Resource
	At      graph.Location // of the nested block of On that has the argument; zero is On itself
	Path    string         // the argument; "" for an aws_iam_policy_document, which is On
	Service string         // kms
	All     string         // what a resource covers that is all of them: arn:aws:kms:*:*:key/*
	Scopes  []Scope
}

// A Scope is a resource that some actions need.
type Scope struct {
	Actions  []string // patterns
	Resource string   // a template: arn:aws:kms:*:${shared.account.id}:key/*
}

// Covers reports whether a resource of a statement is all of them.
func (n Narrow) Covers(resource string) bool {
	return policy.ResourceCovers(resource, n.All) == logic.True
}

// Serves reports whether one of the actions needs the resource of the scope.
func (s Scope) Serves(actions []string) bool {
	return slices.ContainsFunc(actions, func(a string) bool {
		return slices.ContainsFunc(s.Actions, func(p string) bool { return policy.ActionIntersects(a, p) == logic.True })
	})
}

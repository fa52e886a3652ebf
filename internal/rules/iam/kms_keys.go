package iam

import (
	"fmt"
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

// kmsScopes are the resources of this account to which actions of KMS are limited.
// Those that are about aliases need both.
var kmsScopes = []rule.Scope{
	{Actions: []string{"kms:*"}, Resource: "arn:aws:kms:*:${shared.account.id}:key/*"},
	{Actions: []string{"kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"}, Resource: "arn:aws:kms:*:${shared.account.id}:alias/*"},
}

// keyless are the actions that AWS allows on all resources alone, as they are
// about no key that there is: see the actions of KMS in the Service
// Authorization Reference. Those about custom key stores are among them, too, but
// nobody means them by a pattern.
var keyless = []string{"kms:CreateKey", "kms:ListKeys", "kms:ListAliases", "kms:ListRetirableGrants"}

// foreignKeys is what the repair takes away.
const foreignKeys = "keys of other accounts can no longer be used"

// repairKMSPolicy limits a managed policy to the keys of this account.
func repairKMSPolicy(t *rule.Target) rule.Repair {
	return narrowKMS(t, t.Resource, graph.Location{}, t.Attr("policy"), usedByPeople(t))
}

// repairInlineKMS does the same for the inline policies of the target.
func repairInlineKMS(t *rule.Target) rule.Repair {
	id, ok := identities[t.Type]
	if !ok {
		return narrowKMS(t, t.Resource, graph.Location{}, t.Attr("policy"), logic.Of(t.Type != "aws_iam_role_policy"))
	}
	people := logic.True
	if t.Type == "aws_iam_role" {
		people = assumedByPeople(t.Resource)
	}
	var all rule.Repair
	add := func(r rule.Repair) {
		all.Changes = append(all.Changes, r.Changes...)
		if all.Why == "" {
			all.Why = r.Why
		}
		for _, n := range r.Notes {
			if !slices.Contains(all.Notes, n) {
				all.Notes = append(all.Notes, n)
			}
		}
	}
	for _, b := range t.Blocks("inline_policy").Items {
		add(narrowKMS(t, t.Resource, b.Location(), b.Attr("policy"), people))
	}
	for _, p := range t.Attached(id.policy, id.attr).Items {
		add(narrowKMS(t, p, graph.Location{}, p.Attr("policy"), people))
	}
	if all.Why != "" {
		return rule.CannotRepair(all.Why)
	}
	return all
}

// narrowKMS limits what a policy in a block of a resource allows of KMS to the
// keys of this account. People is whether people, who may make and list keys, have
// the policy.
func narrowKMS(t *rule.Target, on *graph.Resource, at graph.Location, v graph.Value, people logic.Truth) rule.Repair {
	doc, err := policy.Parse(v.Text())
	if err != nil {
		return rule.Repair{}
	}
	blocked := t.Param("blockedActionsPatterns").List()
	var r rule.Repair
	found := false
	for _, s := range doc.Statements {
		only := &policy.Document{Version: doc.Version, Statements: []policy.Statement{s}}
		if only.AllowsAction(blocked, policy.AllKMSKeys()).Truth != logic.True {
			continue
		}
		if why := unlimited(s, people); why != "" {
			return rule.CannotRepair(why)
		}
		found = true
		if s.CoversAction("kms:CreateKey") == logic.True {
			r.Notes = []string{foreignKeys + ", and no keys be made and listed: AWS allows that on all resources alone"}
		}
	}
	if !found {
		return rule.Repair{}
	}
	if r.Notes == nil {
		r.Notes = []string{foreignKeys}
	}
	documents := documentsOf(t.Graph, v.Source(), 0)
	for _, d := range documents {
		r.Changes = append(r.Changes, narrow(d, graph.Location{}, ""))
	}
	if len(documents) == 0 {
		r.Changes = append(r.Changes, narrow(on, at, "policy"))
	}
	return r
}

func narrow(on *graph.Resource, at graph.Location, path string) rule.Change {
	return rule.Narrow{On: on, At: at, Path: path, Service: "kms", All: "arn:aws:kms:*:*:key/*", Scopes: kmsScopes}
}

// unlimited says why a statement cannot be limited to keys, "" if it can.
func unlimited(s policy.Statement, people logic.Truth) string {
	if s.Action.Except || s.Resource.Except {
		return s.String() + " allows everything but something: " + ownersPolicy
	}
	if s.CoversAction("*:*") == logic.True {
		return s.String() + " allows every service: " + ownersPolicy
	}
	for _, a := range s.Action.Values {
		if policy.ActionCovers(a, "kms:*") == logic.True {
			if people != logic.False {
				return fmt.Sprintf("%s allows %s, perhaps to people or a pipeline who make and list keys, which AWS allows on all resources alone: list the actions that they need, and name the keys", &s, policy.Display(a))
			}
			continue
		}
		for _, k := range keyless {
			if policy.ActionCovers(a, k) == logic.True {
				return fmt.Sprintf("%s allows %s, which holds %s, and AWS allows that on all resources alone: take it out, or document an exception (safeguard exceptions suggest)", &s, policy.Display(a), k)
			}
		}
	}
	return ""
}

// documentsOf are the aws_iam_policy_documents of which a policy consists.
func documentsOf(g *graph.Graph, address string, depth int) []*graph.Resource {
	doc := g.ByAddress(address)
	if doc == nil || doc.Type != "aws_iam_policy_document" || depth > 8 {
		return nil
	}
	all := []*graph.Resource{doc}
	for _, path := range []string{"source_policy_documents", "override_policy_documents"} {
		inner, _ := doc.Attr(path).Elements()
		for _, v := range inner {
			all = append(all, documentsOf(g, v.Source(), depth+1)...)
		}
	}
	return all
}

// usedByPeople decides whether a managed policy is attached to a user or group,
// or to a role that not only services may take.
func usedByPeople(t *rule.Target) logic.Truth {
	for _, typ := range []string{"aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_policy_attachment"} {
		if len(t.Attached(typ, "policy_arn").Items) > 0 {
			return logic.True
		}
	}
	used := logic.False
	for _, a := range t.Attached("aws_iam_role_policy_attachment", "policy_arn").Items {
		role, found := t.Graph.Referent(a.Attr("role"), "aws_iam_role")
		if found != logic.True {
			return logic.Unknown
		}
		used = used.Or(assumedByPeople(role))
	}
	return used
}

// assumedByPeople decides whether others than services may take a role.
func assumedByPeople(role *graph.Resource) logic.Truth {
	doc, err := policy.Parse(role.Attr("assume_role_policy").Text())
	if err != nil {
		return logic.Unknown
	}
	for _, s := range doc.Statements {
		for _, p := range s.Principal.List {
			if p.Kind != "Service" {
				return logic.True
			}
		}
	}
	return logic.False
}

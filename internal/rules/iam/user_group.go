package iam

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairUserPolicies makes a group for the user alone, with what the user has:
// nobody else gets a permission, and the user keeps each. In which group with
// others it belongs, the code does not say.
func repairUserPolicies(t *rule.Target) rule.Repair {
	if t.Type != "aws_iam_user" {
		return rule.CannotRepair("the user is not declared here: attach the policy to a group of which it is a member")
	}
	if t.Attached("aws_iam_user_policy_attachments_exclusive", "user_name").Exist() != logic.False {
		return rule.CannotRepair("an aws_iam_user_policy_attachments_exclusive says which policies the user has: attach them to a group, then leave none in it")
	}
	inline := t.Attached("aws_iam_user_policy", "user")
	attached := t.Attached("aws_iam_user_policy_attachment", "user")
	listed := t.Attached("aws_iam_policy_attachment", "users")
	for _, c := range []graph.Companions{inline, attached, listed} {
		if len(c.Possible) > 0 {
			return rule.CannotRepair("it is not known whether " + c.Possible[0].Address + " is about this user: attach policies to a group of which it is a member")
		}
	}
	r := rule.To(rule.Add{Code: `
		resource "aws_iam_group" "self" {
		  name = self.name
		}

		resource "aws_iam_user_group_membership" "self" {
		  user   = self.name
		  groups = [aws_iam_group.self.name]
		}
	`})
	r.Notes = []string{"while it is applied, a user is without permissions for seconds: apply it as somebody else"}
	toGroup := func(on *graph.Resource, from, as string) rule.Change {
		return rule.Redirect{On: on, From: from, As: as, To: "aws_iam_group"}
	}
	for _, a := range attached.Items {
		r.Changes = append(r.Changes, toGroup(a, "user", "group"), rule.Retype{On: a, Type: "aws_iam_group_policy_attachment"})
	}
	for _, a := range listed.Items {
		r.Changes = append(r.Changes, toGroup(a, "users", "groups"))
	}
	for _, p := range inline.Items {
		r.Changes = append(r.Changes, toGroup(p, "user", "group"))
		r.Changes = append(r.Changes, managed(t.Graph, p, "group", "aws_iam_group_policy_attachment")...)
	}
	return r
}

// managed makes a managed policy of an inline one, and attaches it to whom the
// argument names.
func managed(g *graph.Graph, p *graph.Resource, argument, attachment string) []rule.Change {
	changes := []rule.Change{
		rule.Add{Beside: p, Code: fmt.Sprintf(`
			resource %q "self" {
			  %s = argument.%s
			  policy_arn = self.arn
			}
		`, attachment, argument, argument)},
	}
	if named(g, p) {
		changes = append(changes, rule.Set{On: p, Code: fmt.Sprintf(`name = "${argument.%s}-${argument.name}"`, argument)})
	}
	return append(changes,
		rule.Unset{On: p, Names: []string{argument}},
		rule.Retype{On: p, Type: "aws_iam_policy", Ready: attachment},
	)
}

// named reports whether another policy may have the name of an inline one, which
// is unique for its user, role or group alone. A managed policy's name is unique
// in the account.
func named(g *graph.Graph, p *graph.Resource) bool {
	name := p.Attr("name")
	if name.Kind() != graph.KindString {
		return false
	}
	for _, other := range g.OfType("aws_iam_policy", "aws_iam_group_policy", "aws_iam_role_policy", "aws_iam_user_policy") {
		if other.Address != p.Address && sameName(name, other.Attr("name")) != logic.False {
			return true
		}
	}
	return false
}

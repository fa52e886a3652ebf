package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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
	r := ownGroup
	if shareGroup(t, inline, attached, listed) {
		r = rule.To(rule.Add{Once: true, Code: fmt.Sprintf(`
			resource "aws_iam_group" "self" {
			  name = %q
			}
		`+membership, strings.ReplaceAll(t.Name, "_", "-"))})
	}
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

// ownGroup is a group for each instance of the target.
var ownGroup = rule.To(rule.Add{Code: `
	resource "aws_iam_group" "self" {
	  name = self.name
	}
` + membership})

const membership = `
	resource "aws_iam_user_group_membership" "self" {
	  user   = self.name
	  groups = [aws_iam_group.self.name]
	}
`

// shareGroup reports whether the users of one block have the same policies, each
// attached to all of them by one block: then they share a group, with the name of
// the block if it has one.
func shareGroup(t *rule.Target, inline, attached, listed graph.Companions) bool {
	users := instances(t.Graph, t.Resource)
	unnamed := slices.Contains([]string{"this", "main", "default", "user", "users"}, t.Name)
	if len(users) < 2 || unnamed || len(inline.Items) > 0 || strings.HasSuffix(t.Location().File, ".json") {
		return false
	}
	for _, a := range append(attached.Items, listed.Items...) {
		same := instances(t.Graph, a)
		if a.Module != t.Module || a.Type == "aws_iam_user_policy_attachment" && len(same) != len(users) {
			return false
		}
		for _, u := range users {
			about := func(c *graph.Resource) bool {
				names := []graph.Value{c.Attr("user")}
				if c.Type == "aws_iam_policy_attachment" {
					names, _ = c.Attr("users").Elements()
					if len(names) != len(users) {
						return false
					}
				}
				return slices.ContainsFunc(names, func(v graph.Value) bool { return t.Graph.Identifies(v, u) == logic.True }) &&
					sameName(c.Attr("policy_arn"), a.Attr("policy_arn")) == logic.True
			}
			if !slices.ContainsFunc(same, about) {
				return false
			}
		}
	}
	return true
}

// instances are those of the block that declares a resource; none where it is not
// known how many there are.
func instances(g *graph.Graph, r *graph.Resource) []*graph.Resource {
	var all []*graph.Resource
	for _, other := range g.OfType(r.Type) {
		if other.Maybe && other.Name == r.Name {
			return nil
		}
		if other.Module == r.Module && other.Name == r.Name {
			all = append(all, other)
		}
	}
	return all
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
	if p.Attr("name").Kind() == graph.KindString && (named(g, p) || generated(g, p.Attr(argument))) {
		changes = append(changes, rule.Set{On: p, Code: fmt.Sprintf(`name = "${argument.%s}-${argument.name}"`, argument)})
	}
	return append(changes,
		rule.Unset{On: p, Names: []string{argument}},
		rule.Retype{On: p, Type: "aws_iam_policy", Ready: attachment},
	)
}

// generated reports whether AWS or Terraform makes the name of whom the policy
// is for, so that there may be several: names of their managed policies differ
// if they begin with it.
func generated(g *graph.Graph, v graph.Value) bool {
	who, found := g.Referent(v, slices.Collect(maps.Keys(identities))...)
	return found == logic.True && who.Attr("name").Kind() == graph.KindAbsent
}

// named reports whether another policy may have the name of an inline one, which
// is unique for its user, role or group alone. A managed policy's name is unique
// in the account.
func named(g *graph.Graph, p *graph.Resource) bool {
	name := p.Attr("name")
	for _, other := range g.OfType("aws_iam_policy", "aws_iam_group_policy", "aws_iam_role_policy", "aws_iam_user_policy") {
		if other.Address != p.Address && sameName(name, other.Attr("name")) != logic.False {
			return true
		}
	}
	return false
}

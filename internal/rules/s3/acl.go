package s3

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// A grant gives somebody permissions on a bucket by its ACL.
type grant struct {
	public      logic.Truth   // to everyone, or to everyone with an AWS account
	owner       logic.Truth   // to the owner of the bucket
	permissions []graph.Value // READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL
	grantee     string        // for a message
	block       graph.Block   // where it is written; none for a canned one
}

// cannedACLs are the canned ACLs that grant something to others than the owner
// of a bucket. bucket-owner-read and bucket-owner-full-control are about
// objects alone.
var cannedACLs = map[string][]grant{
	"public-read":        {cannedGrant(logic.True, "everyone", "READ")},
	"public-read-write":  {cannedGrant(logic.True, "everyone", "READ", "WRITE")},
	"authenticated-read": {cannedGrant(logic.True, "everyone with an AWS account", "READ")},
	"aws-exec-read":      {cannedGrant(logic.False, "Amazon EC2", "READ")},
	"log-delivery-write": {cannedGrant(logic.False, "the log delivery group", "WRITE", "READ_ACP")},
}

func cannedGrant(public logic.Truth, grantee string, permissions ...string) grant {
	g := grant{public: public, owner: logic.False, grantee: grantee}
	for _, p := range permissions {
		g.permissions = append(g.permissions, graph.String(p))
	}
	return g
}

// A matcher says which permissions, to the public or to anybody, it is about.
type matcher func(public logic.Truth, permission graph.Value) logic.Truth

// matches decides whether the grant is to others than the owner and gives a
// permission that match is about, and which one.
func (g grant) matches(match matcher) (truth logic.Truth, permission string) {
	truth = logic.False
	for _, p := range g.permissions {
		t := match(g.public, p).And(g.owner.Not())
		if t == logic.True {
			return t, p.Text()
		}
		truth = truth.Or(t)
	}
	return truth, ""
}

// granted decides whether the ACL of a bucket gives others than the owner a
// permission that match is about.
func granted(t *rule.Target, match matcher) finding {
	return setting{
		split: "aws_s3_bucket_acl",
		ofSplit: func(r *graph.Resource) finding {
			return either(canned(r.Attr("acl"), match), listed(splitGrants(r), match).under("access_control_policy.grant"))
		},
	}.orInline(t, "no ACL grants anything to others than the owner", func() (finding, bool) {
		acl, grants := t.Attr("acl"), t.Blocks("grant")
		return either(canned(acl, match), listed(inlineGrants(t, grants), match).under("grant")),
			acl.IsSet() != logic.False || grants.Exist() != logic.False
	})
}

// either is the finding that says True, else that which leaves it open.
func either(a, b finding) finding {
	if b.truth == logic.True || b.truth == logic.Unknown && a.truth == logic.False {
		return b
	}
	return a
}

func canned(v graph.Value, match matcher) finding {
	f := finding{truth: logic.False, at: v, named: "acl", wrong: "acl is " + v.Display()}
	name, literal := v.Or(graph.String("private")).Literal()
	if !literal {
		f.truth = logic.Unknown
		return f
	}
	for _, g := range cannedACLs[name] {
		if truth, permission := g.matches(match); truth == logic.True {
			f.truth, f.wrong = truth, fmt.Sprintf("acl is %q, which grants %s to %s", name, permission, g.grantee)
			return f
		}
	}
	return f
}

func listed(grants []grant, match matcher) finding {
	f := finding{truth: logic.False}
	for _, g := range grants {
		truth, permission := g.matches(match)
		if g.block.Maybe {
			truth = truth.And(logic.Unknown)
		}
		at := graph.AbsentValue().From(graph.At(g.block.Location()))
		switch truth {
		case logic.True:
			return finding{truth: truth, at: at, wrong: fmt.Sprintf("a grant gives %s to %s", permission, g.grantee)}
		case logic.Unknown:
			f = finding{at: at, open: openGrant(g.block)}
		}
	}
	return f
}

// openGrant says why it is not known what a grant gives, and to whom.
func openGrant(b graph.Block) string {
	if b.Maybe {
		return b.Cause.Text
	}
	for _, path := range []string{"uri", "id", "permissions", "permission", "grantee.uri", "grantee.id"} {
		if c := b.Get(path).Cause(); c.Text != "" {
			return c.Text
		}
	}
	return "it is not known to whom a grant gives a permission"
}

// splitGrants are the grants that an aws_s3_bucket_acl lists.
func splitGrants(r *graph.Resource) []grant {
	owner := r.Get("access_control_policy.owner.id")
	var grants []grant
	for _, b := range within(r.Blocks("access_control_policy"), "grant").Items {
		uri, id := b.Get("grantee.uri"), b.Get("grantee.id")
		grants = append(grants, grant{
			public:      publicGroup(uri),
			owner:       isOwner(id, owner),
			permissions: []graph.Value{b.Attr("permission")},
			grantee:     grantee(uri, id, b.Get("grantee.email_address")),
			block:       b,
		})
	}
	return grants
}

// inlineGrants are the grants that a bucket lists.
func inlineGrants(t *rule.Target, blocks graph.Blocks) []grant {
	var grants []grant
	// A state lists the owner's grant among the others, and does not say who
	// the owner is.
	listsOwner := t.ID != ""
	for _, b := range blocks.Items {
		uri, id, permissions := b.Attr("uri"), b.Attr("id"), b.Attr("permissions")
		each, ok := permissions.Elements()
		if !ok {
			each = []graph.Value{permissions}
		}
		g := grant{
			public:      publicGroup(uri),
			owner:       isOwner(id, graph.AbsentValue()),
			permissions: each,
			grantee:     grantee(uri, id, graph.AbsentValue()),
			block:       b,
		}
		if listsOwner && b.Attr("type").Is("CanonicalUser") == logic.True && permissions.Has("FULL_CONTROL") == logic.True {
			g.owner, listsOwner = logic.True, false
		}
		grants = append(grants, g)
	}
	return grants
}

func grantee(uri, id, email graph.Value) string {
	switch {
	case publicGroup(uri) == logic.True && strings.HasSuffix(uri.Text(), "AuthenticatedUsers"):
		return "everyone with an AWS account"
	case publicGroup(uri) == logic.True:
		return "everyone"
	case uri.IsSet() == logic.True:
		return uri.Display()
	case email.IsSet() == logic.True:
		return email.Display()
	}
	if base := id.Cause().Base; base != "" {
		return base
	}
	return "the canonical user " + id.Display()
}

// publicGroup decides whether a grantee's URI is one of the groups that S3
// calls public.
func publicGroup(uri graph.Value) logic.Truth {
	return uri.OneOf("http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
		"https://acs.amazonaws.com/groups/global/AllUsers", "https://acs.amazonaws.com/groups/global/AuthenticatedUsers")
}

// isOwner decides whether a canonical user is the owner of the bucket: the one
// that the ACL names as such, or the user of the account that Terraform runs in.
func isOwner(id, owner graph.Value) logic.Truth {
	switch {
	case id.IsSet() == logic.False:
		return logic.False
	case isData(id, "aws_canonical_user_id"):
		return logic.True
	case isData(id, "aws_cloudfront_log_delivery_canonical_user_id"):
		return logic.False
	case owner.IsSet() == logic.True:
		if id.Kind() == graph.KindString && owner.Kind() == graph.KindString {
			return graph.SameText(id.Text(), owner.Text())
		}
		return logic.Unknown
	case id.Kind() == graph.KindUnknown:
		if c := owner.Cause(); c.Exact && c == id.Cause() {
			return logic.True
		}
		return logic.Unknown
	}
	return logic.False
}

// isData reports whether an unknown value comes from a data source of a type.
func isData(v graph.Value, typ string) bool {
	base := v.Cause().Base
	return strings.HasPrefix(base, "data."+typ+".") || strings.Contains(base, ".data."+typ+".")
}

package s3

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

// A grant gives somebody a permission on a bucket by its ACL. Grants to the
// owner are never made into one.
type grant struct {
	public     graph.Truth // to everyone, or to everyone with an AWS account
	permission graph.Value // READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL
	grantee    string      // for a message
}

// cannedACLs are the canned ACLs that grant something to others than the owner
// of a bucket. bucket-owner-read and bucket-owner-full-control are about
// objects alone.
var cannedACLs = map[string][]grant{
	"public-read":        {cannedGrant(graph.True, "READ", "everyone")},
	"public-read-write":  {cannedGrant(graph.True, "READ", "everyone"), cannedGrant(graph.True, "WRITE", "everyone")},
	"authenticated-read": {cannedGrant(graph.True, "READ", "everyone with an AWS account")},
	"aws-exec-read":      {cannedGrant(graph.False, "READ", "Amazon EC2")},
	"log-delivery-write": {cannedGrant(graph.False, "WRITE", "the log delivery group"), cannedGrant(graph.False, "READ_ACP", "the log delivery group")},
}

func cannedGrant(public graph.Truth, permission, grantee string) grant {
	return grant{public, graph.String(permission), grantee}
}

// granted decides whether the ACL of a bucket has a grant of which match is
// True, to others than the owner.
func granted(t *rule.Target, match func(grant) graph.Truth) finding {
	const none = "no ACL grants anything to others than the owner"
	return setting{
		split: "aws_s3_bucket_acl",
		ofSplit: func(r *graph.Resource) finding {
			const path = "access_control_policy.grant"
			f := canned(r.Attr("acl"), match)
			grants := within(r.Blocks("access_control_policy"), "grant")
			owner := r.Get("access_control_policy.owner.id")
			return either(f, listed(grants, match, func(b graph.Block) grant {
				return grant{
					public:     publicGroup(b.Get("grantee.uri")),
					permission: b.Attr("permission"),
					grantee:    grantee(b.Get("grantee.uri"), b.Get("grantee.id"), b.Get("grantee.email_address")),
				}
			}, func(b graph.Block) graph.Truth { return isOwner(b.Get("grantee.id"), owner) }).under(path))
		},
	}.orInline(t, none, func() (finding, bool) {
		f, grants := canned(t.Attr("acl"), match), t.Blocks("grant")
		return either(f, listed(grants, func(g grant) graph.Truth {
			permissions, ok := g.permission.Elements()
			if !ok {
				return match(g)
			}
			truth := graph.False
			for _, p := range permissions {
				truth = truth.Or(match(grant{g.public, p, g.grantee}))
			}
			return truth
		}, func(b graph.Block) grant {
			return grant{publicGroup(b.Attr("uri")), b.Attr("permissions"), grantee(b.Attr("uri"), b.Attr("id"), graph.AbsentValue())}
		}, func(b graph.Block) graph.Truth {
			if t.ID != "" && b.Attr("type").Is("CanonicalUser") == graph.True && b.Attr("permissions").Has("FULL_CONTROL") == graph.True {
				// A state lists the owner's grant among the others.
				return graph.True
			}
			return isOwner(b.Attr("id"), graph.AbsentValue())
		}).under("grant")), t.Attr("acl").IsSet() != graph.False || grants.Exist() != graph.False
	})
}

// either is the finding that says True, else that which leaves it open.
func either(a, b finding) finding {
	if b.truth == graph.True || b.truth == graph.Unknown && a.truth == graph.False {
		return b
	}
	return a
}

func canned(v graph.Value, match func(grant) graph.Truth) finding {
	f := finding{truth: graph.False, at: v, named: "acl", wrong: "acl is " + v.Display()}
	name, literal := v.Or(graph.String("private")).Literal()
	if !literal {
		f.truth = graph.Unknown
		return f
	}
	for _, g := range cannedACLs[name] {
		if match(g) == graph.True {
			f.truth, f.wrong = graph.True, fmt.Sprintf("acl is %q, which grants %s to %s", name, g.permission.Text(), g.grantee)
			return f
		}
	}
	return f
}

func listed(blocks graph.Blocks, match func(grant) graph.Truth, read func(graph.Block) grant, owner func(graph.Block) graph.Truth) finding {
	f := finding{truth: graph.False, at: graph.AbsentValue().From(graph.At(blocks.At)), wrong: "no grant to others than the owner"}
	for _, b := range blocks.Items {
		g := read(b)
		truth := match(g).And(owner(b).Not())
		if b.Maybe {
			truth = truth.And(graph.Unknown)
		}
		switch truth {
		case graph.True:
			return finding{truth: truth, at: graph.AbsentValue().From(graph.At(b.Location())), wrong: fmt.Sprintf("a grant gives %s to %s", permissions(g.permission), g.grantee)}
		case graph.Unknown:
			f = finding{at: graph.AbsentValue().From(graph.At(b.Location())), wrong: f.wrong, open: openGrant(b)}
		}
	}
	return f
}

// openGrant says why it is not known what a grant gives.
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

func permissions(v graph.Value) string {
	if es, ok := v.Elements(); ok {
		names := make([]string, len(es))
		for i, e := range es {
			names[i] = e.Text()
		}
		return strings.Join(names, ", ")
	}
	return v.Text()
}

func grantee(uri, id, email graph.Value) string {
	switch {
	case publicGroup(uri) == graph.True && strings.HasSuffix(uri.Text(), "AuthenticatedUsers"):
		return "everyone with an AWS account"
	case publicGroup(uri) == graph.True:
		return "everyone"
	case uri.IsSet() == graph.True:
		return uri.Display()
	case email.IsSet() == graph.True:
		return email.Display()
	}
	if base := id.Cause().Base; base != "" {
		return base
	}
	return "the canonical user " + id.Display()
}

// publicGroup decides whether a grantee's URI is one of the groups that S3
// calls public.
func publicGroup(uri graph.Value) graph.Truth {
	return uri.OneOf("http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
		"https://acs.amazonaws.com/groups/global/AllUsers", "https://acs.amazonaws.com/groups/global/AuthenticatedUsers")
}

// isOwner decides whether a canonical user is the owner of the bucket: the one
// that the ACL names as such, or the user of the account that Terraform runs in.
func isOwner(id, owner graph.Value) graph.Truth {
	switch {
	case id.IsSet() == graph.False:
		return graph.False
	case isData(id, "aws_canonical_user_id"):
		return graph.True
	case isData(id, "aws_cloudfront_log_delivery_canonical_user_id"):
		return graph.False
	case owner.IsSet() == graph.True:
		if id.Kind() == graph.KindString && owner.Kind() == graph.KindString {
			return graph.SameText(id.Text(), owner.Text())
		}
		return graph.Unknown
	case id.Kind() == graph.KindUnknown:
		if c := owner.Cause(); c.Exact && c == id.Cause() {
			return graph.True
		}
		return graph.Unknown
	}
	return graph.False
}

// isData reports whether an unknown value comes from a data source of a type.
func isData(v graph.Value, typ string) bool {
	base := v.Cause().Base
	return strings.HasPrefix(base, "data."+typ+".") || strings.Contains(base, ".data."+typ+".")
}

package s3

import (
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// A part is a resource that configures a bucket, such as its policy. It is judged
// with the bucket; where that is not declared here, what the part proves of it is
// all there is to be known, and the part gets the result in its place.

// orParts are the types of what a rule judges: buckets, and the parts of others.
func orParts(types ...string) []string { return slices.Concat(bucket, types) }

// withParts makes of an assertion about buckets one about their parts too.
type withParts struct {
	rule.Assertion
	// forbids says that the rule is about what must not be: a part that does no
	// harm then says nothing of its bucket.
	forbids bool
}

func (w withParts) Eval(t *rule.Target) rule.Verdict {
	if t.Type == "aws_s3_bucket" {
		return w.Assertion.Eval(t)
	}
	name := t.Attr("bucket")
	if told := name.Kind() == graph.KindString || name.Cause().Exact; !told || ofDeclared(t.Graph, t.Resource) || ofDirectory(name) {
		return rule.Nothing()
	}
	v := w.Assertion.Eval(t)
	if v.Outcome() == rule.Compliant && !w.forbids {
		return v
	}
	return v.Fault()
}

func (w withParts) Repair(t *rule.Target) rule.Repair {
	if t.Type != "aws_s3_bucket" {
		return rule.Repair{}
	}
	return w.Assertion.Repair(t)
}

// ofDeclared reports whether a part is of a bucket that is declared here.
func ofDeclared(g *graph.Graph, part *graph.Resource) bool {
	_, declared := g.Referent(part.Attr("bucket"), bucket...)
	return declared == logic.True
}

// ofDirectory reports whether a part's bucket is a directory bucket, which AWS
// judges under no rule here: S3 Express demands that its name ends so.
func ofDirectory(bucket graph.Value) bool {
	return bucket.SourceType() == "aws_s3_directory_bucket" || strings.HasSuffix(bucket.Text(), "--x-s3")
}

// partsOf finds the parts of a type of the bucket that is judged, or of the one
// that the part which is judged belongs to.
func partsOf(t *rule.Target, typ string) graph.Companions {
	switch t.Type {
	case "aws_s3_bucket":
		return t.Attached(typ, "bucket")
	case typ: // S3 keeps one of a type
		return graph.Companions{Items: []*graph.Resource{t.Resource}, Lacks: logic.False}
	}
	return t.Graph.AttachedIf(t.Resource, typ, func(r *graph.Resource) (logic.Truth, graph.Cause) {
		if ofDeclared(t.Graph, r) {
			return logic.False, graph.Cause{}
		}
		return sameBucket(r.Attr("bucket"), t.Attr("bucket")),
			graph.Cause{Text: "cannot be decided whether " + r.Address + " is for the same bucket as " + t.Address}
	})
}

// sameBucket decides whether two references are to the same bucket.
func sameBucket(a, b graph.Value) logic.Truth {
	if ra, rb := a.Refs(), b.Refs(); len(ra) == 1 && len(rb) == 1 {
		return logic.Of(ra[0].Address == rb[0].Address)
	}
	if c := a.Cause(); a.Kind() == graph.KindUnknown && c.Exact && b.Kind() == graph.KindUnknown && c == b.Cause() {
		return logic.True
	}
	if a.Kind() != graph.KindString || b.Kind() != graph.KindString {
		return logic.Unknown
	}
	return graph.SameText(a.Text(), b.Text())
}

// ownWord reports whether what a bucket says of itself goes before a part that
// names it literally: where several buckets bear the name, as in examples side
// by side, that part may be any of theirs.
func ownWord(t *rule.Target, part *graph.Resource) bool {
	name, literal := part.Attr("bucket").Literal()
	return literal && t.Attr("bucket").Is(name) == logic.True
}

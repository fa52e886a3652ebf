package backup

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
)

// A decision is a truth with the value that decides it.
type decision struct {
	truth logic.Truth
	at    graph.Value
}

// cause says why an open decision is open.
func (d decision) cause() graph.Cause { return d.at.Cause() }

func (d decision) or(e decision) decision {
	switch {
	case d.truth == logic.True || d.truth == logic.Unknown && e.truth != logic.True:
		return d
	case e.truth == logic.False && d.at.Kind() != graph.KindUnknown:
		return d
	}
	return e
}

func (d decision) and(e decision) decision {
	if d.truth == logic.False || d.truth == logic.Unknown && e.truth != logic.False {
		return d
	}
	return e
}

func (d decision) not() decision { return decision{d.truth.Not(), d.at} }

// maybe is d where it is not known whether there is a block or resource at all.
func (d decision) maybe(unsure bool, c graph.Cause, at graph.Location) decision {
	if !unsure || d.truth == logic.False {
		return d
	}
	return decision{logic.Unknown, graph.UnknownValue(c).From(graph.At(at))}
}

func open(c graph.Cause, at graph.Location) decision {
	return decision{logic.Unknown, graph.UnknownValue(c).From(graph.At(at))}
}

// selectedBy decides whether a selection covers the source: by the ARNs of
// resources or by one of the tags of selection_tag, if all conditions hold and
// not_resources does not name it. A selection without ARNs and tags is about
// everything.
func (s source) selectedBy(g *graph.Graph, sel *graph.Resource) decision {
	here := graph.AbsentValue().From(graph.At(sel.Location()))
	if sel.Region != "" && s.res.Region != "" && sel.Region != s.res.Region || sel.Attr("plan_id").NonEmpty() == logic.False {
		return decision{logic.False, here}
	}
	resources, tags := sel.Attr("resources"), sel.Blocks("selection_tag")
	byName, byTag := s.namedIn(g, resources), s.taggedBy(tags)
	included := byName.or(byTag)
	if resources.NonEmpty() == logic.False && tags.Exist() == logic.False {
		included = decision{logic.True, here}
	}
	result := included.
		and(s.namedIn(g, sel.Attr("not_resources")).not()).
		and(s.meets(sel.Blocks("condition"))).
		and(s.optedIn(g, byName))
	return result.maybe(sel.Maybe && !sel.Together(s.res), sel.Cause, sel.Location())
}

// namedIn decides whether a list of ARNs and patterns names the source.
func (s source) namedIn(g *graph.Graph, list graph.Value) decision {
	elements, ok := list.Elements()
	if !ok {
		return decision{s.named(g, list), list}
	}
	result := decision{logic.False, list}
	for _, e := range elements {
		truth := s.named(g, e)
		if e.Location() == (graph.Location{}) {
			e = e.From(graph.At(list.Location()))
		}
		if truth == logic.Unknown && e.Cause().Text == "" {
			e = graph.UnknownValue(s.id.Cause()).From(graph.At(list.Location()))
		}
		result = result.or(decision{truth, e})
	}
	return result
}

// taggedBy decides whether the source has one of the tags.
func (s source) taggedBy(tags graph.Blocks) decision {
	result := decision{logic.False, graph.AbsentValue().From(graph.At(tags.At))}
	for _, b := range tags.Items {
		result = result.or(s.compare(b, equal).maybe(b.Maybe, b.Cause, b.Location()))
	}
	return result
}

// operators are the block types within condition.
var operators = []struct {
	name    string
	compare func(tag, want graph.Value) logic.Truth
	negated bool
}{
	{"string_equals", equal, false},
	{"string_like", like, false},
	{"string_not_equals", equal, true},
	{"string_not_like", like, true},
}

// meets decides whether all conditions hold. As in IAM, a negated one holds
// for a resource without the tag.
func (s source) meets(conditions graph.Blocks) decision {
	result := decision{logic.True, graph.AbsentValue().From(graph.At(conditions.At))}
	for _, c := range conditions.Items {
		for _, op := range operators {
			for _, b := range c.Blocks(op.name).Items {
				d := s.compare(b, op.compare)
				if op.negated {
					d = d.not()
				}
				if cause := b.Cause; (b.Maybe || c.Maybe) && d.truth != logic.True {
					if !b.Maybe {
						cause = c.Cause
					}
					d = open(cause, b.Location())
				}
				result = result.and(d)
			}
		}
	}
	return result
}

// compare compares the tag that a block names by its key.
func (s source) compare(b graph.Block, f func(tag, want graph.Value) logic.Truth) decision {
	key, want := b.Attr("key"), b.Attr("value")
	if key.Kind() != graph.KindString {
		return decision{logic.Unknown, key}
	}
	tag := s.tag(strings.TrimPrefix(key.Text(), "aws:ResourceTag/"))
	if tag.IsSet() == logic.False {
		return decision{logic.False, key}
	}
	d := decision{f(tag, want), tag}
	if d.truth == logic.Unknown && tag.Cause().Text == "" {
		d.at = want
	}
	return d
}

func equal(tag, want graph.Value) logic.Truth {
	return graph.SameText(text(tag), text(want))
}

func like(tag, want graph.Value) logic.Truth {
	pattern, known := want.Literal()
	s, literal := tag.Literal()
	switch {
	case known && pattern == "*":
		return tag.IsSet()
	case known && literal:
		return logic.Of(glob(pattern, s))
	}
	return equal(tag, want).And(logic.Unknown)
}

// optedIn decides whether AWS Backup is set to back up resources of the kind in
// this account. It is, unless aws_backup_region_settings says otherwise, and
// mostly does not matter where a selection names the resource or its type.
func (s source) optedIn(g *graph.Graph, byName decision) decision {
	result := decision{logic.True, byName.at}
	if byName.truth == logic.True && byName.at.Text() != "*" && !s.kind.always {
		return result
	}
	for _, r := range g.OfType("aws_backup_region_settings") {
		v := r.Attr("resource_type_opt_in_preference").Key(s.kind.optIn)
		out := v.IsSet().And(v.IsTrue().Not())
		if r.Region != "" && s.res.Region != "" && r.Region != s.res.Region {
			continue
		}
		result = result.and(decision{out, v}.maybe(r.Maybe, r.Cause, r.Location()).not())
	}
	return result
}

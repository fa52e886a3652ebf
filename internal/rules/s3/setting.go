package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// A setting is configured by a resource of its own, which names the bucket, or
// by blocks in the bucket, as before version 4 of the provider.
type setting struct {
	split   string // type of the resource
	ofSplit func(*graph.Resource) finding

	inline   string // type of the blocks, "" if there never were any
	ofInline func(graph.Blocks) finding
}

// find decides the setting of a bucket; without any it is False, and missing
// says so.
//
// A resource of its own goes before the blocks: it is applied after the bucket,
// and in a state the blocks show what stood there before it was.
func (s setting) find(t *rule.Target, missing string) finding {
	return s.orInline(t, missing, func() (finding, bool) {
		if s.inline == "" {
			return finding{}, false
		}
		blocks := t.Blocks(s.inline)
		if blocks.Exist() == logic.False {
			return finding{}, false
		}
		return s.ofInline(blocks).under(s.inline), true
	})
}

// orInline is find with the question to the bucket itself given as a function,
// which tells whether the bucket says anything, or may.
func (s setting) orInline(t *rule.Target, missing string, inline func() (finding, bool)) finding {
	found := partsOf(t, s.split)
	if len(found.Items) > 0 {
		return agreed(s.all(found.Items), s.split)
	}
	result, told := finding{}, false
	if t.Type == "aws_s3_bucket" {
		result, told = inline()
	}
	if !told {
		result = finding{truth: logic.False, at: t.Here(), wrong: missing}
	}
	switch {
	case found.Lacks == logic.True:
		return result
	case len(found.Possible) == 0 && told:
		return result
	case found.Elsewhere.Text != "" && !told:
		return because(t, found.Elsewhere)
	}
	for _, r := range found.Possible {
		if told && ownWord(t, r) {
			continue
		}
		if s.ofSplit(r).truth != result.truth {
			return because(t, found.Cause)
		}
	}
	return result
}

func (s setting) all(rs []*graph.Resource) []finding {
	fs := make([]finding, len(rs))
	for i, r := range rs {
		fs[i] = s.ofSplit(r).under(r.Address)
	}
	return fs
}

// within are the blocks of a type in the first of blocks, of which the provider
// allows one.
func within(blocks graph.Blocks, typ string) graph.Blocks {
	if len(blocks.Items) == 0 {
		return graph.Blocks{At: blocks.At}
	}
	outer := blocks.Items[0]
	inner := outer.Blocks(typ)
	if !outer.Maybe {
		return inner
	}
	maybe := graph.Blocks{At: inner.At}
	for _, b := range inner.Items {
		b.Maybe, b.Cause = true, outer.Cause
		maybe.Items = append(maybe.Items, b)
	}
	return maybe
}

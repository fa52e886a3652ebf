package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// A finding answers a question about a bucket, with the value that decides it.
// The zero finding is undecided.
type finding struct {
	truth logic.Truth
	at    graph.Value
	// named is the attribute that at is the value of, behind the address of its
	// resource where that is not the bucket itself.
	named string
	// wrong says what is wrong, if the truth is not the one that is wanted.
	wrong string
	// open says why it is not known, where at does not tell.
	open string
}

// verdict is COMPLIANT where the finding is True.
func (f finding) verdict() rule.Verdict {
	if f.truth == logic.Unknown {
		return rule.Undecided(f.at, "%s", f.reason()).Named(f.named)
	}
	return rule.Require(f.truth, f.at, "%s", f.wrong).Named(f.named)
}

// reason says why an undecided finding is.
func (f finding) reason() string {
	if f.open != "" {
		return f.open
	}
	if c := f.at.Cause(); c.Text != "" {
		return c.Text
	}
	return "cannot be decided whether " + f.wrong
}

// under returns f with the name of its attribute prefixed.
func (f finding) under(prefix string) finding {
	if f.named == "" {
		f.named = prefix
	} else {
		f.named = prefix + "." + f.named
	}
	return f
}

// because is an undecided finding about the bucket.
func because(t *rule.Target, c graph.Cause) finding {
	return finding{at: t.Here(), open: c.Text}
}

// agreed is what all findings say. S3 keeps one configuration of a kind a
// bucket, so that nobody knows which of several that differ is in effect.
func agreed(fs []finding, typ string) finding {
	for _, f := range fs[1:] {
		if f.truth != fs[0].truth {
			return finding{at: f.at, named: f.named, open: "several " + typ + " are for this bucket and differ: the last one that is applied is in effect"}
		}
	}
	return fs[0]
}

// anyOf decides whether holds is True of the value at path in at least one block.
func anyOf(blocks graph.Blocks, path string, holds func(graph.Value) logic.Truth) finding {
	truth := blocks.Any(func(b graph.Block) logic.Truth { return holds(b.Get(path)) })
	return finding{truth: truth, at: deciding(blocks, path, truth, holds), named: path}
}

// allOf decides whether there is a block and holds is True of the value at path
// in every one.
func allOf(blocks graph.Blocks, path string, holds func(graph.Value) logic.Truth) finding {
	truth := blocks.Exist().And(blocks.All(func(b graph.Block) logic.Truth { return holds(b.Get(path)) }))
	return finding{truth: truth, at: deciding(blocks, path, truth, holds), named: path}
}

// deciding is the first value at path of which holds says what is said of the
// blocks together, or the place where the blocks are missing.
func deciding(blocks graph.Blocks, path string, truth logic.Truth, holds func(graph.Value) logic.Truth) graph.Value {
	if c := blocks.Cause(); truth == logic.Unknown && c.Text != "" {
		return graph.UnknownValue(c).From(graph.At(blocks.At))
	}
	for _, b := range blocks.Items {
		if v := b.Get(path); holds(v) == truth {
			return v
		}
	}
	return graph.AbsentValue().From(graph.At(blocks.At))
}

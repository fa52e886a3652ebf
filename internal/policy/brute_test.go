package policy

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"safeguard/internal/logic"
)

// matches is the definition of a wildcard pattern, for comparison.
func matches(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	switch pattern[0] {
	case '*':
		return matches(pattern[1:], text) || text != "" && matches(pattern, text[1:])
	case '?':
		return text != "" && matches(pattern[1:], text[1:])
	}
	return text != "" && pattern[0] == text[0] && matches(pattern[1:], text[1:])
}

// words are all texts of up to n letters.
func words(letters string, n int) []string {
	all := []string{""}
	for from := 0; n > 0; n-- {
		to := len(all)
		for _, w := range all[from:to] {
			for _, c := range letters {
				all = append(all, w+string(c))
			}
		}
		from = to
	}
	return all
}

func randomPattern(r *rand.Rand, letters string) string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// TestCoversByEnumeration compares cover and intersection with what the texts
// of up to six letters say. z stands for all letters that occur in no pattern.
func TestCoversByEnumeration(t *testing.T) {
	t.Parallel()
	universe := words("abz", 6)
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		ps := []string{randomPattern(r, "ab*?*")}
		for r.IntN(3) == 0 {
			ps = append(ps, randomPattern(r, "ab*?"))
		}
		q := randomPattern(r, "ab*?*")
		covered, meets := true, false
		for _, w := range universe {
			if !matches(q, w) {
				continue
			}
			found := false
			for _, p := range ps {
				found = found || matches(p, w)
			}
			covered = covered && found
			meets = meets || matches(ps[0], w)
		}
		// Longer texts than those matter where a * outruns a row of ?.
		for n := range 12 {
			w := strings.NewReplacer("*", strings.Repeat("z", n), "?", "z").Replace(q)
			covered = covered && slices.ContainsFunc(ps, func(p string) bool { return matches(p, w) })
		}
		if got := covers(ps, q, actionSyntax); got != logic.Of(covered) {
			t.Errorf("covers(%q, %q) = %v, want %v", ps, q, got, covered)
		}
		if got := intersects(ps[0], q, actionSyntax); got != logic.Of(meets) {
			t.Errorf("intersects(%q, %q) = %v, want %v", ps[0], q, got, meets)
		}
	}
}

// TestPlaceholdersByInstance puts texts in the place of references and holes:
// what is True with placeholders stays true, what is False stays false.
func TestPlaceholdersByInstance(t *testing.T) {
	t.Parallel()
	const ref1, ref2, hole, exact = "\uE000x_x.a\uE001id\uE002", "\uE000x_x.b\uE001id\uE002", "\uE000?c\uE001\uE002", "\uE000?=c\uE001var.a\uE002"
	r := rand.New(rand.NewPCG(3, 4))
	build := func() (string, string) {
		p := randomPattern(r, "ab*RSHE?*")
		return strings.NewReplacer("R", ref1, "S", ref2, "H", hole, "E", exact).Replace(p), p
	}
	definite := []string{"a", "b", "ab", "ba", "z", "abz"}
	anything := []string{"", "a", "b", "*", "?", "ab", "a*", "z"}
	decided := 0
	for range 1500 {
		p, rawP := build()
		q, rawQ := build()
		cover, meet := covers([]string{p}, q, actionSyntax), intersects(p, q, actionSyntax)
		for range 12 {
			one, two, three := definite[r.IntN(len(definite))], definite[r.IntN(len(definite))], anything[r.IntN(len(anything))]
			fill := func(raw string) string {
				return strings.NewReplacer("R", one, "S", two, "E", three, "H", anything[r.IntN(len(anything))]).Replace(raw)
			}
			fp, fq := fill(rawP), fill(rawQ)
			if cover != logic.Unknown {
				decided++
				if got := covers([]string{fp}, fq, actionSyntax); got != cover {
					t.Fatalf("covers(%q, %q) = %v, but covers(%q, %q) = %v", rawP, rawQ, cover, fp, fq, got)
				}
			}
			if meet != logic.Unknown {
				decided++
				if got := intersects(fp, fq, actionSyntax); got != meet {
					t.Fatalf("intersects(%q, %q) = %v, but intersects(%q, %q) = %v", rawP, rawQ, meet, fp, fq, got)
				}
			}
		}
	}
	if decided < 8_000 {
		t.Errorf("only %d of 36,000 questions were decided", decided)
	}
}

package logic_test

import (
	"testing"

	"safeguard/internal/logic"
)

func TestTruth(t *testing.T) {
	t.Parallel()
	const U, F, T = logic.Unknown, logic.False, logic.True
	var zero logic.Truth
	if zero != U {
		t.Errorf("the zero truth is %v, want unknown", zero)
	}
	for _, c := range []struct{ a, b, all, any logic.Truth }{
		{U, U, U, U}, {U, F, F, U}, {U, T, U, T},
		{F, U, F, U}, {F, F, F, F}, {F, T, F, T},
		{T, U, U, T}, {T, F, F, T}, {T, T, T, T},
	} {
		if got := logic.All(c.a, c.b); got != c.all {
			t.Errorf("All(%v, %v) = %v, want %v", c.a, c.b, got, c.all)
		}
		if got := logic.Any(c.a, c.b); got != c.any {
			t.Errorf("Any(%v, %v) = %v, want %v", c.a, c.b, got, c.any)
		}
		if got, want := logic.All(c.a, c.b).Not(), logic.Any(c.a.Not(), c.b.Not()); got != want {
			t.Errorf("not All(%v, %v) = %v, want %v", c.a, c.b, got, want)
		}
	}
	if logic.All() != T || logic.Any() != F || logic.Of(true) != T || logic.Of(false) != F {
		t.Error("All of none is true, Any of none false")
	}
	for truth, want := range map[logic.Truth]string{U: "unknown", F: "false", T: "true"} {
		if got := truth.String(); got != want {
			t.Errorf("String of %d = %q, want %q", truth, got, want)
		}
	}
}

package constraint_test

import (
	"testing"

	"safeguard/internal/terraform/constraint"
)

func TestMajor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"":                    0,
		"5.31.0":              5,
		"= 4.2":               4,
		"~> 5.0":              5,
		"~> 5":                0, // 6 too
		">= 5.0":              0,
		">= 5.0, < 6.0":       5,
		">= 5.0, < 6.0.0":     5,
		">= 5.0, < 6.1":       0,
		">= 4.9, < 5":         4,
		">= 4.0, <= 5.0":      0,
		"> 5.1, <= 5.9, != 5": 5,
		"<":                   0,
		"~>":                  0,
		"no version":          0,
	} {
		if got := constraint.Major(text); got != want {
			t.Errorf("Major(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestMajorOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"5.100.0": 5, "6": 6, "": 0, "x": 0} {
		if got := constraint.MajorOf(text); got != want {
			t.Errorf("MajorOf(%q) = %d, want %d", text, got, want)
		}
	}
}

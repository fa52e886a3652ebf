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

func TestReaches(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                  true,
		">= 2.0":            true,
		"3.74.1":            false,
		"= 3.75.0":          true,
		"3.76.1":            true,
		"~> 3.27":           true, // 3.76, too
		"~> 3.27.0":         false,
		"~> 3.75.2":         true,
		"~> 3":              true,
		"~> 2.70":           false,
		"< 3.75.0":          false,
		"< 4.0":             true,
		">= 3.0, <= 3.74.9": false,
		">= 3.0, <= 3.75":   true,
		"!= 3.1":            true,
		"no version":        true,
	} {
		if got := constraint.Reaches(text, "3.75.0"); got != want {
			t.Errorf("Reaches(%q, 3.75.0) = %t, want %t", text, got, want)
		}
	}
}

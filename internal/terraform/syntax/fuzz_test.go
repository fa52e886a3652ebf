package syntax_test

import "testing"

// FuzzParse compares trees with those of hclsyntax.
func FuzzParse(f *testing.F) {
	for _, src := range cases {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) { check(t, src) })
}

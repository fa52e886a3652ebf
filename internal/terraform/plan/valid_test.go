package plan

import (
	"encoding/json"
	"strings"
	"testing"

	"safeguard/internal/corpus"
)

var validCases = []string{
	"", " ", "{}", "[]", " [ ] ", "{ }", `{"a":1}`, `{"a":1,}`, `[1,]`, `[,]`, `{,}`, `{"a"}`, `{"a":}`, `{1:2}`,
	`[1 2]`, `[]]`, `[}`, `{]`, `{"a":[1,{"b":null}],"c":true}`, "1 2", "null", "nul", "nulls", "true", "truE", "false", "fals",
	"0", "-0", "01", "-", "1.", "1.5", ".5", "1e", "1e5", "1E+5", "1e-", "-1.5e-10", "+1", "0x1", "1.5.5",
	`""`, `"`, `"\`, `"\"`, `"\u12`, `"\u12"`, `"\u12aF"`, `"\x"`, `"\b\f\n\r\t\/\\\""`, "\"\n\"", "\"\x1f\"", "\"\x7f\"", "\"\xff\"", "\"é\"",
	"\ufeff{}", "[1]\n", "\v1", "[1,\t2,\r\n3]", "{\"a\" : 1 , \"b\" : 2}", `{"a":1 "b":2}`, `{"a":1,"b"}`, `["a":1]`, `{"a",1}`,
	strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
	strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001),
}

func TestValid(t *testing.T) {
	t.Parallel()
	for _, src := range validCases {
		if got, want := valid([]byte(src)), json.Valid([]byte(src)); got != want {
			t.Errorf("valid(%.60q) = %v, want %v", src, got, want)
		}
	}
}

// FuzzValid compares with encoding/json.
func FuzzValid(f *testing.F) {
	for _, src := range validCases {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := valid(data), json.Valid(data); got != want {
			t.Errorf("valid(%q) = %v, want %v", data, got, want)
		}
	})
}

func BenchmarkValid(b *testing.B) {
	data := corpus.State(1000, 1)
	for name, f := range map[string]func([]byte) bool{"valid": valid, "json": json.Valid} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if !f(data) {
					b.Fatal("the state is not valid")
				}
			}
		})
	}
}

package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func TestRefuse(t *testing.T) {
	t.Parallel()
	rep := strings.Repeat
	tests := []struct {
		name, src, want string
	}{
		{"plain", "resource \"a\" \"b\" {\n  c = [1, { d = f(2) }]\n}\n", ""},
		{"nested brackets", "a = " + rep("[", 600), "brackets"},
		{"nested parentheses", "a = " + rep("(", 600), "brackets"},
		{"nested objects", "a = " + rep("{a=", 600), "brackets"},
		{"nested blocks", rep("a {\n", 600), "brackets"},
		{"nested templates", "a = " + rep(`"${`, 300), "brackets"},
		{"nested in a here-document", "a = <<EOT\n" + rep("${[", 300), "brackets"},
		{"400 levels", "a = " + rep("[", 400) + rep("]", 400) + "\n", ""},
		{"wide, not deep", "a = [" + rep("[],", 5000) + "]\n" + rep("b {}\n", 5000), ""},
		{"brackets in a string", `a = "` + rep("([{", 1000) + "\"\n", ""},
		{"brackets in a comment", "# " + rep("([{", 1000) + "\n// " + rep("([{", 1000) + "\n/* " + rep("([{", 1000) + "*/\n", ""},
		{"brackets in a here-document", "a = <<-EOT\n" + rep("([{\n", 1000) + "  EOT\n", ""},
		{"brackets after a here-document", "a = <<EOT\nx\nEOT\nb = " + rep("[", 600), "brackets"},
		{"marker inside the text", "a = <<EOT\n EOT x\n" + rep("[", 600) + "\nEOT\n", ""},
		{"no here-document", "a = 1 <<EOT" + rep("[", 600), "brackets"},
		{"closers in strings do not count", rep("[\")\",", 600), "brackets"},
		{"escaped quote", `a = "\"` + rep("[", 600) + "\"\n", ""},
		{"escaped interpolation", `a = "` + rep("$${", 600) + "\"\n", ""},
		{"dollar before an interpolation", `a = "` + rep("$$$ ${[", 300), "brackets"},
		{"not", "a = " + rep("!", 20000) + "b", "operators"},
		{"minus", "a = " + rep("-", 20000) + "b", "operators"},
		{"conditionals", "a = " + rep("b?c:", 20000) + "b", "operators"},
		{"indexes", "a = b" + rep("[0]", 20000), "operators"},
		{"splats", "a = b" + rep("[*]", 20000), "operators"},
		{"operators over nesting", "a = " + rep(rep("!", 100)+"(", 400), "operators"},
		{"directives", `a = "` + rep("%{if a}", 3000), "operators"},
		{"operators of many arguments", rep("a = b ? c + 1 : d\n", 20000), ""},
		{"operators of many elements", "a = [" + rep("b ? c + 1 : d,\n", 20000) + "]", ""},
		{"dashes in words", "a = {\n" + rep("b-c = d-e\n", 20000) + "}", ""},
		{"long here-document", "a = <<EOT\n" + rep("0123456789012345678901234567890\n", 20000) + "EOT\n", "too long"},
		{"lines of a here-document", "a = <<EOT\n" + rep("hello\n", 5000) + "EOT\n", ""},
		{"dollars", `a = "` + rep("$", 200000) + "\"\n", "too long"},
		{"odd marker", "a = <<é\n[\né\n", "marker"},
		{"no UTF-8 outside of strings", "a = {\xc6}\n", "UTF-8"},
		{"no UTF-8 in strings and comments", "a = \"\xc6\" # \xe9\n", ""},
		{"commas", "a = [" + rep(",", 5_000_000) + "]\n", "words and signs"},
		{"words", rep("b ", 5_000_000), "words and signs"},
		{"text", "# " + rep("b, ", 5_000_000), ""},
		{"open comment", "a = 1 /* b", "not closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			offset, why := refuse([]byte(tt.src), '{')
			if tt.want == "" && why != "" || !strings.Contains(why, tt.want) {
				t.Errorf("got %q at byte %d, want %q", why, offset, tt.want)
			}
			if offset > len(tt.src) {
				t.Errorf("offset %d of %d bytes", offset, len(tt.src))
			}
		})
	}
}

// The depth that refuse sees is compared with that of hclsyntax's own tokens.
func FuzzNesting(f *testing.F) {
	for _, s := range []string{
		"a = [(b[{c=\"${d[\"e\"]}\"}])]\n", "a = <<EOT\n${[\n]} EOT\n EOT\nb = [[\n", "a = \"$${[\" %{if (x)} \\\" $\n",
		"a = \"%%{[\" # [[[\n// [\n/* [ */ b = [\n", "a = <<-EOT\r\n[[\r\nEOT\r\n[", "a = \"${~ [ ~}\" }", "a = <<EOT\n$[$${[\nEOT", "a = b<<c<<EOT\nx",
		"a = \"\\\n${\"", "b {\n} }\n c { ( }", "${<<a\n$\na\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		refuse([]byte(src), '(')
		refuse([]byte(src), inBareTemplate)
		tokens, _ := hclsyntax.LexConfig([]byte(src), "", hcl.InitialPos)
		want := 0
		var open []hclsyntax.TokenType
		for _, tok := range tokens {
			switch tok.Type {
			case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
				hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
				open = append(open, tok.Type)
				want = max(want, len(open))
			case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
				hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
				if !closes(open, tok.Type) {
					return // unbalanced: only the safe side is promised
				}
				open = open[:len(open)-1]
			case hclsyntax.TokenInvalid, hclsyntax.TokenBadUTF8, hclsyntax.TokenQuotedNewline:
				return
			}
		}
		s := nesting{src: []byte(src), stack: []frame{{kind: '{'}}}
		got := 0
		for i := 0; i < len(src) && s.why == ""; {
			i = s.step(i)
			got = max(got, s.deepest)
		}
		if s.why == "" && got < want {
			t.Errorf("%q: got depth %d, hclsyntax has %d", src, got, want)
		}
	})
}

func closes(open []hclsyntax.TokenType, t hclsyntax.TokenType) bool {
	if len(open) == 0 {
		return false
	}
	switch last := open[len(open)-1]; t {
	case hclsyntax.TokenCBrace:
		return last == hclsyntax.TokenOBrace
	case hclsyntax.TokenCBrack:
		return last == hclsyntax.TokenOBrack
	case hclsyntax.TokenCParen:
		return last == hclsyntax.TokenOParen
	case hclsyntax.TokenCQuote:
		return last == hclsyntax.TokenOQuote
	case hclsyntax.TokenCHeredoc:
		return last == hclsyntax.TokenOHeredoc
	default:
		return last == hclsyntax.TokenTemplateInterp || last == hclsyntax.TokenTemplateControl
	}
}

func BenchmarkRefuse(b *testing.B) {
	src := []byte(strings.Repeat(fmt.Sprintf(`resource "aws_s3_bucket" "b%d" {
  bucket = "${var.prefix}-logs"
  tags   = merge(local.tags, { Name = "logs" }) # why
  policy = jsonencode({ Statement = [{ Effect = "Deny", Action = ["s3:*"] }] })
}
`, 1), 5000))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, why := refuse(src, '{'); why != "" {
			b.Fatal(why)
		}
	}
}

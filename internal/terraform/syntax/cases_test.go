package syntax_test

import "testing"

// cases are the kinds of text that are parsed without hclsyntax.
var cases = []string{
	"",
	"\n\n",
	"# only a comment\n",
	"/* one */ a = 1",
	"/* two\nlines */ a = 1 /* b */ // c\n",
	"a = 1 # é\nb = 2\n",
	"a = b # the end é",
	"a = \"é\" # é\n",
	"a = [\"é\", \"日本語\", \"é\", \"x\"]\n",
	"resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x\"\n}\n",
	"locals { a = 1 }\nterraform {}\nb {\n}\n",
	"b c \"d\" { # comment\n}\n",
	"label \"é\" { a = 1 }\n",
	"b {\n  a = 1\n  c {\n    d = 2.5\n  }\n}",
	"a = \"\"\nb = \"x\\n\\r\\t\\\"\\\\y\"\n",
	"a = \"${b}\"\nc = \"${1}\"\nd = \"x${b}y${c.d}\"\ne = \"$${x} %%{y} a$b 5%c\"\n",
	"a = \"${\n b \n}\"\n",
	"a = true\nb = false\nc = null\n",
	"a = b.c.d[0][\"e\"].f[g].h[*].i[*]\nb = c[\n0]\n",
	"a = f()\nb = f(1, g(2), 3,)\nc = f(x...)\nd = f(\n  1,\n  2\n)\ne = f (1).x\n",
	"a = [1, 2, [3],]\nb = [\n  1, # one\n  2,\n]\nc = []\n",
	"a = {}\nb = { c = 1, d : 2, \"e\" = 3, (f) = 4, g.h = 5 }\nc = {\n  d = 1 # x\n\n  e = 2\n}\nd = {\n  a = 1,\n  b = 2,\n}\n",
	"a = [for x in y : z]\nb = { for k, v in y : k => v... if k != v }\nc = [\n for x in y :\n x if x\n]\n",
	"a = { for x in y : x => { for z in x : z => z } }\n",
	"a = b ? c : d ? e : f\n",
	"a = 1 + 2 * 3 - 4 / 5 % 6\nb = !c && d || e == f != g\nc = d >= e\nd = e <= f\ne = f < g\nf = g > h\ng = -h\nh = (1 +\n 2)\n",
	"a = a-b - c\nb = - c.d\nc = !d[0]\n",
	"a = <<EOT\nx\n  y ${z} w\n${v}\n\n$${u} %%{t}\nEOT\n",
	"a = <<-EOT\n    x\n      y ${z} w\n\n    ${v}\n  EOT\nb = 1\n",
	"a = <<-EOT\n    ${v}x\n\n   \n    y\n  EOT\n",
	"a = <<EOT\nEOT\n",
	"a = f(<<-E\n\tx\n\tE\n)\n",
	"a = [<<E\nx\nE\n, 1]\n",
	"a = 00012\nb = 1.50\nc = 12345678901234567890123456789\n",
	"a = \"x\"[0]\nb = (c)[0].d\nc = [1][0]\nd = f(1)[0]\n",
	"a = b // c\nd = e / f\n",
}

func TestCases(t *testing.T) {
	t.Parallel()
	for _, src := range cases {
		if !check(t, []byte(src)) {
			t.Errorf("%q needs hclsyntax", src)
		}
	}
}

// doubtful has what only hclsyntax knows: errors, and what is rare.
var doubtful = []string{
	"a", "a =", "a = ]", "a = 1 b = 2", "a = 1\na = 2\n", "}", "b {", "b { a = 1, }", "b {\n a = 1 }\n",
	"a = 1\r\n", "\ufeffa = 1\n", "a = \"\xff\"", "a = \x00", "é = 1\n", "a = é",
	"a = \"x", "a = \"x\ny\"", "a = \"\\q\"", "a = \"${~ b ~}\"", "a = \"%{ if b }c%{ endif }\"",
	"a = b.*.c", "a = b.0", "a = b::c()", "a = 1e5", "a = 1.", "a = `x`", "a = 'x'", "a = 1;",
	"a = <<E\nx\n", "a = <<E\nx\nE", "a = b =", "a = {a}", "a = { a = 1 b = 2 }", "a = { for x in y : x }",
	"a = [for x in y : x => x]", "a = f(1 2)", "a = (1", "a = b ? c", "/*", "a = b => c", "a = b === c",
}

func TestDoubtful(t *testing.T) {
	t.Parallel()
	for _, src := range doubtful {
		if check(t, []byte(src)) {
			t.Errorf("%q needs no hclsyntax", src)
		}
	}
}

package config_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"safeguard/internal/terraform/config"
)

var update = flag.Bool("update", false, "write the golden parts of testdata")

// Each archive in testdata holds a tree of files, the directory to load if it
// is not the top one, as "load: DIR" in its comment, and what must come out.
func TestLoad(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			top := t.TempDir()
			want := -1
			for i, f := range archive.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				write(t, filepath.Join(top, f.Name), string(f.Data))
			}
			dir := top
			for line := range strings.Lines(string(archive.Comment)) {
				if sub, ok := strings.CutPrefix(line, "load: "); ok {
					dir = filepath.Join(top, strings.TrimSpace(sub))
				}
			}
			tree, err := config.Load(dir, config.Options{})
			got := ""
			if err != nil {
				got = fmt.Sprintf("error: %v\n", err)
			} else {
				got = dump(tree)
			}
			got = strings.ReplaceAll(got, top+"/", "")
			got = strings.ReplaceAll(got, top, "TOP")
			if *update {
				if want < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					want = len(archive.Files) - 1
				}
				archive.Files[want].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatal("no file called want: run with -update")
			}
			if diff := cmp.Diff(string(archive.Files[want].Data), got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func write(t testing.TB, file, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dump writes a tree as text.
func dump(tree *config.Tree) string {
	d := &dumper{files: map[string][]byte{}}
	for _, r := range tree.Roots {
		d.line("root %s: %s", r.Name, r.Dir)
		d.indent++
		for _, f := range r.VarFiles {
			d.line("values %s", f)
		}
		for _, p := range slices.Sorted(maps.Keys(r.Locked)) {
			d.line("locked %s %s", p, r.Locked[p])
		}
		d.module(r.Module)
		d.indent--
	}
	for _, diag := range tree.Diagnostics {
		at := diag.Range.Filename
		if diag.Range.Start.Line > 0 {
			at += fmt.Sprintf(":%d:%d", diag.Range.Start.Line, diag.Range.Start.Column)
		}
		d.line("%s: %s: %s: %s", diag.Severity, at, diag.Summary, strings.ReplaceAll(diag.Detail, "\n", "\n    "))
	}
	return d.out.String()
}

type dumper struct {
	out    strings.Builder
	indent int
	files  map[string][]byte
}

func (d *dumper) line(format string, args ...any) {
	d.out.WriteString(strings.Repeat("  ", d.indent))
	fmt.Fprintf(&d.out, format, args...)
	d.out.WriteByte('\n')
}

func (d *dumper) module(m *config.Module) {
	for _, f := range m.Files {
		d.files[f.Path] = f.Bytes
		d.line("file %s%s%s", f.Path, flagged(" json", f.JSON), flagged(" override", f.Override))
	}
	for _, f := range m.Incomplete {
		d.line("incomplete %s", f)
	}
	if m.HasBackend {
		d.line("backend")
	}
	for _, name := range slices.Sorted(maps.Keys(m.Required)) {
		d.line("required %s = %q %q", name, m.Required[name].Source, m.Required[name].Version)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Variables)) {
		v := m.Variables[name]
		d.line("variable %s (%s)%s", v.Name, place(v.Range), d.arguments("type", v.Type, "default", v.Default,
			"sensitive", v.Sensitive, "nullable", v.Nullable, "ephemeral", v.Ephemeral))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Locals)) {
		d.line("local %s (%s) = %s", name, place(m.Locals[name].NameRange), d.expr(m.Locals[name].Expr))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Outputs)) {
		o := m.Outputs[name]
		d.line("output %s (%s)%s", o.Name, place(o.Range), d.arguments("value", o.Value, "sensitive", o.Sensitive))
	}
	for _, p := range m.Providers {
		d.line("provider %s%s%s (%s)", p.Name, flagged("."+p.Alias, p.Alias != ""), flagged(" json", p.JSON)+flagged(" broken", p.Broken), place(p.Range))
		d.body(p.Body)
	}
	for _, r := range m.Resources {
		mode := map[config.Mode]string{config.Managed: "resource", config.Data: "data", config.Ephemeral: "ephemeral"}[r.Mode]
		d.line("%s %s.%s%s (%s, header %s)%s", mode, r.Type, r.Name, flagged(" json", r.JSON)+flagged(" broken", r.Broken), place(r.Range), place(r.Header),
			flagged(" provider="+r.Provider, r.Provider != "")+d.arguments("count", r.Count, "for_each", r.ForEach))
		d.body(r.Body)
	}
	for _, c := range m.Calls {
		d.line("call %s%s %q %q (%s)%s", c.Name, flagged(" json", c.JSON)+flagged(" broken", c.Broken), c.Source, c.Version, place(c.Range),
			d.arguments("count", c.Count, "for_each", c.ForEach))
		for _, p := range slices.Sorted(maps.Keys(c.Providers)) {
			d.line("  provider %s = %s", p, c.Providers[p])
		}
		d.body(c.Body)
		d.indent++
		if c.Missing != "" {
			d.line("missing: %s%s", c.Missing, flagged("; "+c.Install, c.Install != ""))
		}
		if c.Module != nil {
			d.line("leads to %s", c.Module.Dir)
			d.indent++
			d.module(c.Module)
			d.indent--
		}
		d.indent--
	}
}

func flagged(text string, on bool) string {
	if on {
		return text
	}
	return ""
}

func place(r hcl.Range) string {
	if r.Start.Line == r.End.Line {
		return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
	}
	return fmt.Sprintf("%s:%d-%d", r.Filename, r.Start.Line, r.End.Line)
}

func (d *dumper) arguments(pairs ...any) string {
	var out strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if e, _ := pairs[i+1].(hclsyntax.Expression); e != nil {
			fmt.Fprintf(&out, " %s=%s", pairs[i], d.expr(e))
		}
	}
	return out.String()
}

func (d *dumper) body(b *hclsyntax.Body) {
	d.indent++
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		d.line("%s = %s (%s)", name, d.expr(a.Expr), place(a.NameRange))
	}
	for _, block := range b.Blocks {
		d.line("%s (%s)", strings.Join(append([]string{block.Type}, block.Labels...), " "), place(block.Range()))
		d.body(block.Body)
	}
	d.indent--
}

// expr writes an expression as its kind and its text: values as JSON,
// everything else as it stands in the file.
func (d *dumper) expr(e hclsyntax.Expression) string {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		if !e.Val.IsKnown() {
			return "unknown"
		}
		text, err := ctyjson.Marshal(e.Val, e.Val.Type())
		if err != nil {
			return err.Error()
		}
		return string(text)
	case *hclsyntax.TupleConsExpr:
		var items []string
		for _, item := range e.Exprs {
			items = append(items, d.expr(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *hclsyntax.ObjectConsExpr:
		var items []string
		for _, item := range e.Items {
			items = append(items, d.expr(item.KeyExpr)+": "+d.expr(item.ValueExpr))
		}
		return "{" + strings.Join(items, ", ") + "}"
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" {
			return word
		}
		return d.expr(e.Wrapped)
	case *hclsyntax.TemplateExpr:
		if v, diags := e.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() {
			return fmt.Sprintf("%q", v.AsString())
		}
		return "template " + d.text(e)
	case *hclsyntax.TemplateWrapExpr:
		return "template " + d.text(e)
	case *hclsyntax.ScopeTraversalExpr:
		return "reference " + d.text(e)
	default:
		return d.text(e)
	}
}

func (d *dumper) text(e hclsyntax.Expression) string {
	r := e.Range()
	src := d.files[r.Filename]
	if r.Start.Byte > r.End.Byte || r.End.Byte > len(src) {
		return fmt.Sprintf("no text at %v", r)
	}
	return strings.ReplaceAll(string(src[r.Start.Byte:r.End.Byte]), "\n", `\n`)
}

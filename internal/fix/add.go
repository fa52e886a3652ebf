package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/terraform/config"
)

// beside is add for a resource that may be another than the target.
func (w *writer) beside(c rule.Add) error {
	if c.Beside == nil {
		return w.add(c)
	}
	s, err := siteOf(w.site.root, c.Beside.Module)
	if err != nil {
		return err
	}
	other := &writer{world: w.world, site: s, target: c.Beside, pieces: w.pieces, given: w.given, gentle: w.gentle, part: w.part, added: map[string]string{}}
	return other.add(c)
}

// add declares resources beside the target, or switches on those that are
// declared already and left out for this instance.
func (w *writer) add(c rule.Add) error {
	code, err := w.site.reuse(w.world, c.Code)
	if err != nil {
		return err
	}
	if len(code.body.Blocks) == 0 {
		return errors.New("a repair adds no resource")
	}
	if c.Once {
		for _, b := range code.body.Blocks {
			name := w.shared(key(b))
			if w.done[name] {
				return nil // for another instance of the block
			}
			w.done[name] = !bodyMentions(b.Body, "self")
		}
	}
	file, block, err := w.world.resourceBlock(w.target)
	if err != nil {
		return err
	}
	own := file.meta(repetition(block))
	apart := w.part && w.site.parent != nil && own.kind == "" // for this call of the module alone
	wanted := "true"
	if apart {
		if wanted, err = w.others(code); err != nil {
			return err
		}
	}
	var unless *hclsyntax.Attribute
	if !c.Another {
		if done, err := w.ask(code.body.Blocks[0], wanted); done || err != nil {
			return err
		}
		done := false
		if unless, done, err = w.switchOn(code.body.Blocks[0]); done || err != nil {
			return err
		}
	}
	if unless == nil && !apart {
		if err := w.alone(code); err != nil {
			return err
		}
	}
	if file, block, err = w.world.resourceBlock(w.target); err != nil {
		return err
	}
	within := own
	if own.kind == "for_each" && code.mentions("self") && !file.writtenByEach(block, code) { // else the target may refer to what is added
		within.code = w.target.Type + "." + w.target.Name
	}
	if unless != nil {
		if own.kind != "" {
			return fmt.Errorf("%s: it leaves out %s", place(unless.SrcRange), w.target.Address)
		}
		within = meta{"count", w.opposite(unless)}
	}
	if apart && unless == nil {
		if within, err = w.optional(code.body.Blocks[0], wanted); err != nil {
			return err
		}
	}
	if code, err = w.site.tagged(w.world, code); err != nil {
		return err
	}
	names, err := w.names(code)
	if err != nil {
		return err
	}
	maps.Copy(w.added, names)
	code, err = w.resolve(string(code.src), w.site, within)
	if err != nil {
		return err
	}
	code, err = code.resolve(func(t hcl.Traversal) (string, int, error) { return file.written(block, t) })
	if err != nil {
		return err
	}
	file, block, err = w.world.resourceBlock(w.target) // a shared piece may have changed the file
	if err != nil {
		return err
	}
	text := ""
	for _, b := range code.body.Blocks {
		often := within
		if w.done[w.shared(key(b))] {
			often = meta{}
		}
		text += "\n" + file.laid(w.declaration(code, b, names, often, file, block), "")
	}
	at := file.afterCompanions(block)
	if at > 0 && file.src[at-1] != '\n' {
		text = "\n" + text
	}
	if rest := string(file.src[at:]); rest != "" && !strings.HasPrefix(rest, "\n") {
		text += "\n"
	}
	d := newDraft()
	d.insert(file, at, text)
	return d.commit()
}

// shared marks in done what all instances of the target share.
func (w *writer) shared(name string) string {
	return fmt.Sprint("shared ", w.target.Location(), " ", name)
}

// afterCompanions is where the next companion of a block goes: after those of its
// name that follow it already.
func (f *source) afterCompanions(b *hclsyntax.Block) int {
	at := f.lineEnd(b.CloseBraceRange.End.Byte)
	name := b.Labels[len(b.Labels)-1]
	address := []byte(b.Labels[0] + "." + name)
	for _, it := range f.items {
		if it.start < at {
			continue
		}
		labels := it.block.Labels
		if len(labels) != 2 || labels[1] != name && !strings.HasPrefix(labels[1], name+"_") {
			break
		}
		if it.block.Type != "data" && !bytes.Contains(f.src[it.start:it.end], address) {
			break
		}
		at = f.lineEnd(it.end)
	}
	return at
}

// writtenByEach reports whether what the code takes over from the target's block
// depends on the value of its for_each.
func (f *source) writtenByEach(b *hclsyntax.Block, code *snippet) bool {
	found := false
	hclsyntax.VisitAll(code.body, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.ScopeTraversalExpr)
		if !ok || x.Traversal.RootName() != "argument" || len(x.Traversal) < 2 {
			return nil
		}
		if a := b.Body.Attributes[stepName(x.Traversal[1])]; a != nil {
			for _, t := range a.Expr.Variables() {
				found = found || refersTo(t, "each", "value")
			}
		}
		return nil
	})
	return found
}

// several are the types of which one resource can have more than one.
var several = map[string]bool{
	"aws_iam_role_policy_attachment": true, "aws_iam_role_policy": true,
	"aws_iam_user_policy_attachment": true, "aws_iam_group_policy_attachment": true,
	"aws_flow_log": true, "aws_rds_cluster_instance": true, "aws_docdb_cluster_instance": true, "aws_neptune_cluster_instance": true, "aws_vpc_endpoint": true,
	"aws_iam_user_group_membership": true, "aws_security_group_rule": true, "aws_vpc_security_group_ingress_rule": true,
	"aws_lambda_permission": true, "aws_backup_selection": true,
}

// alone is an error if another instance of the target's block has already what
// the code adds to all of them.
func (w *writer) alone(code *snippet) error {
	if have, what := w.holders(code); len(have) > 0 {
		return fmt.Errorf("%s has an %s already, and the code is the same for all", have[0].Address, what)
	}
	return nil
}

// holders are the instances of the target's block that have already what the
// code adds, and the type of that.
func (w *writer) holders(code *snippet) (have []*graph.Resource, what string) {
	for _, b := range code.body.Blocks {
		if b.Type != "resource" || several[b.Labels[0]] {
			continue
		}
		for _, link := range links(b) {
			for _, g := range w.pieces.graphs {
				for _, r := range g.OfType(w.target.Type) {
					if r.Location() == w.target.Location() && g.Attached(r, b.Labels[0], link).Lacks == logic.False {
						have, what = append(have, r), b.Labels[0]
					}
				}
			}
		}
	}
	return have, what
}

// others is the condition under which an instance of this call of the module
// has not yet what the code adds: all of them but those of some keys.
func (w *writer) others(code *snippet) (string, error) {
	have, _ := w.holders(code)
	var keys []string
	for _, r := range have {
		if !slices.Equal(moduleNames(r.Module), moduleNames(w.target.Module)) {
			continue
		}
		call := w.site.call()
		if len(w.site.calls) != 1 || call.ForEach == nil || call.JSON {
			return "", w.alone(code)
		}
		key := strings.TrimSuffix(strings.TrimPrefix(r.Module, "module."+call.Name+"["), "]")
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return "true", nil
	}
	if len(keys) == 1 {
		return "each.key != " + keys[0], nil
	}
	return fmt.Sprintf("!contains([%s], each.key)", strings.Join(keys, ", ")), nil
}

// ask switches on what the module declares already for calls that ask for it by a
// variable, where wanted holds for some of the call's instances alone. It reports
// whether it did.
func (w *writer) ask(b *hclsyntax.Block, wanted string) (bool, error) {
	declared, err := w.declaredFor(b)
	if err != nil || wanted == "true" || len(declared) == 0 {
		return false, err
	}
	a := repetition(declared[0])
	if a == nil || !isSwitch(a.Expr) || isNothing(a.Expr.(*hclsyntax.ConditionalExpr).TrueResult) {
		return false, nil
	}
	kind, name := bare(a.Expr.(*hclsyntax.ConditionalExpr).Condition)
	f, call, err := w.site.parent.declared(w.world, "module", w.site.call().Name)
	if err != nil || call == nil || kind != "var" {
		return false, err
	}
	if have := call.Body.Attributes[name]; have != nil {
		return f.text(have.Expr.Range()) == wanted, nil // for another instance
	}
	d := newDraft()
	if err := (&definer{world: w.world, draft: d}).pass(f, call, name, wanted); err != nil {
		return false, err
	}
	return true, d.commit()
}

// optional makes a variable by which this call of the module, and not the others,
// asks for what is added where wanted holds, and is the count that goes by it.
func (w *writer) optional(b *hclsyntax.Block, wanted string) (meta, error) {
	name := strings.TrimPrefix(strings.TrimPrefix(b.Labels[0], w.target.Type+"_"), "aws_")
	if _, taken, err := w.site.declared(w.world, "variable", name); err != nil || taken != nil {
		return meta{}, cmp.Or(err, fmt.Errorf("module %s has a variable %s already, and not all of its calls are to change", w.site.module.Dir, name))
	}
	f, call, err := w.site.parent.declared(w.world, "module", w.site.call().Name)
	if err != nil || call == nil {
		return meta{}, cmp.Or(err, fmt.Errorf("the call of module %s cannot be edited", w.site.call().Name))
	}
	variables, err := w.world.open(path.Join(w.site.module.Dir, fileOf(w.site.module.Variables, func(v *config.Variable) hcl.Range { return v.Range }, "variables.tf")))
	if err != nil {
		return meta{}, err
	}
	d := newDraft()
	d.appendText(variables, fmt.Sprintf("variable %q {\n  description = \"Whether there is an %s.\"\n  type        = bool\n  default     = false\n}\n", name, b.Labels[0]))
	if err := (&definer{world: w.world, draft: d}).pass(f, call, name, wanted); err != nil {
		return meta{}, err
	}
	return meta{"count", "var." + name + " ? 1 : 0"}, d.commit()
}

// renamed is the text for a reference to one of the blocks of the code.
func renamed(t hcl.Traversal, names map[string]string, within meta) (string, int, error) {
	steps := 2
	if t.RootName() == "data" {
		steps = 3
	}
	if len(t) < steps {
		return "", 0, nil
	}
	key := t.RootName()
	for _, s := range t[1:steps] {
		key += "." + stepName(s)
	}
	name, ok := names[key]
	if !ok {
		return "", 0, nil
	}
	text := key[:strings.LastIndexByte(key, '.')+1] + name
	switch within.kind {
	case "count":
		text += "[count.index]"
	case "for_each":
		text += "[each.key]"
	}
	return text, steps, nil
}

// declaration is the source of one new block.
func (w *writer) declaration(code *snippet, b *hclsyntax.Block, names map[string]string, within meta, file *source, target *hclsyntax.Block) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %q %q {\n", b.Type, b.Labels[0], names[key(b)])
	head := ""
	switch within.kind {
	case "count", "for_each":
		head += within.kind + " = " + within.code + "\n"
	}
	if a := target.Body.Attributes["provider"]; a != nil && b.Labels[0] != "aws_iam_policy_document" {
		head += "provider = " + file.text(a.Expr.Range()) + "\n"
	}
	if head != "" {
		text.WriteString(head + "\n")
	}
	inner := string(code.src[b.OpenBraceRange.End.Byte:b.CloseBraceRange.Start.Byte])
	if a := b.Body.Attributes["depends_on"]; a != nil { // on the block as a whole
		whole := code.text(a.SrcRange)
		inner = strings.Replace(inner, whole, instance.ReplaceAllString(whole, ""), 1)
	}
	text.WriteString(strings.Trim(inner, "\n ") + "\n}\n")
	return string(hclwrite.Format([]byte(text.String())))
}

// instance is what chooses one instance of a repeated resource.
var instance = regexp.MustCompile(`\[(count\.index|each\.key)\]`)

// key is how references name what a block declares.
func key(b *hclsyntax.Block) string {
	path := strings.Join(b.Labels, ".")
	switch b.Type {
	case "resource":
		return path
	case "variable":
		return "var." + path
	}
	return b.Type + "." + path
}

// names chooses the names of new blocks: that of the target for "self", which
// is the custom for resources that belong together, and another one where that
// is taken.
func (w *writer) names(code *snippet) (map[string]string, error) {
	names := map[string]string{}
	for _, b := range code.body.Blocks {
		if len(b.Labels) != 2 {
			return nil, fmt.Errorf("a repair adds a %s block", b.Type)
		}
		name := b.Labels[1]
		if rest, ok := strings.CutPrefix(name, "self"); ok {
			name = w.target.Name + rest
		}
		free, err := w.site.free(w.world, b.Type, b.Labels[0], name)
		if err != nil {
			return nil, err
		}
		names[key(b)] = free
	}
	return names, nil
}

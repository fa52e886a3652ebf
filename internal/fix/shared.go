package fix

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"safeguard/internal/edit"
	"safeguard/internal/graph"
	"safeguard/internal/terraform/config"
)

// A piece is something that a configuration has once and many repairs use: a
// key, a bucket for logs, a topic for alarms.
type piece struct {
	// main is the address of the resource that repairs refer to, in code.
	main string
	// file is where a new one goes, named for its purpose.
	file string
	// code names the file of its code below pieces; empty is that of its own name.
	code string
	// find finds one that the configuration has already; nil if there is none.
	find func(*graph.Graph) *graph.Resource
	// about is what a variable that passes it into a module is described as.
	about string
	// ready is the type of the companion without which it is of no use yet, such
	// as the policy of a topic, and by its attributes that code refers to instead
	// of those of main: so Terraform makes the companion first. By "" is the
	// attribute that a module is given to wait for the whole.
	ready string
	by    map[string]string
	// typ and initial are the type and the default, as code, of a piece that is a
	// variable of the root and no resource.
	typ, initial string
}

// pieces finds and makes the shared pieces of one root.
type pieces struct {
	roots  []*config.Root
	graphs []*graph.Graph    // of the roots
	index  int               // of the root
	made   map[string]string // addresses of pieces that were made, by root and name
}

func (p *pieces) root() *config.Root { return p.roots[p.index] }

// expression is how code in the site's module refers to an attribute of a
// piece. It makes the piece in the root, and passes it down, where that is
// needed.
func (p *pieces) expression(w *world, s *site, name, attribute string) (string, error) {
	piece, ok := catalogue[name]
	if !ok {
		return "", fmt.Errorf("there is no shared piece %q", name)
	}
	if s.parent == nil && piece.typ != "" {
		return p.variable(w, name, piece)
	}
	if s.parent == nil {
		address, err := p.address(w, name, piece, attribute)
		if err != nil {
			return "", err
		}
		return address, nil
	}
	attribute = cmp.Or(attribute, piece.by[""], "id") // depends_on may name a variable too
	variable := name + "_" + attribute
	if piece.typ != "" {
		variable = name
	}
	if err := p.pass(w, s, name, attribute, variable, piece); err != nil {
		return "", err
	}
	return "var." + variable, nil
}

// reference is the text for shared.NAME.ATTRIBUTE in code of the site, or for
// shared.NAME, the whole, in depends_on, and how much of the traversal that is.
func (p *pieces) reference(w *world, s *site, t hcl.Traversal) (string, int, error) {
	switch len(t) {
	case 1:
		return "", 0, errors.New("shared needs the name of a piece")
	case 2:
		text, err := p.expression(w, s, stepName(t[1]), "")
		return text, 2, err
	}
	text, err := p.expression(w, s, stepName(t[1]), stepName(t[2]))
	return text, 3, err
}

// account is the piece that is no resource: the AWS account, of which code can
// know the id.
const account = "account"

// address is the expression for an attribute of the piece in the root, or for
// the whole of it if there is no attribute.
func (p *pieces) address(w *world, name string, piece piece, attribute string) (string, error) {
	root := &site{root: p.root(), module: p.root().Module}
	if name == account {
		return root.account(w)
	}
	known := p.made[p.key(name, piece)]
	if piece.find == nil {
		known = cmp.Or(known, piece.main)
	}
	if typ, label, ok := strings.Cut(known, "."); ok {
		if _, b, err := root.declared(w, "resource", typ, label); err != nil {
			return "", err
		} else if b != nil && repetition(b) == nil {
			return piece.refer(w, root, known, attribute)
		}
		if f, n := root.jsonDeclared(w, "resource", typ, label); n != nil && f.jsonMeta(n) == (meta{}) {
			return known + "." + attribute, nil
		}
	}
	if piece.find != nil {
		if r := piece.find(p.graphs[p.index]); r != nil && !r.Maybe {
			if text, err := p.reach(w, r, piece, attribute); err == nil {
				return text, nil
			}
		}
	}
	main, err := p.make(w, root, name, piece)
	if err != nil {
		return "", fmt.Errorf("make shared.%s: %w", name, err)
	}
	return piece.refer(w, root, main, attribute)
}

// refer is how code of the root refers to an attribute of the piece's main
// resource, or to the whole: by the companion of the same name that makes it
// ready, if there is one.
func (p piece) refer(w *world, root *site, main, attribute string) (string, error) {
	_, label, _ := strings.Cut(main, ".")
	their, stands := p.by[attribute]
	if p.ready != "" && (stands || attribute == "") {
		_, b, err := root.declared(w, "resource", p.ready, label)
		if err != nil {
			return "", err
		}
		if b != nil && repetition(b) == nil {
			main, attribute = p.ready+"."+label, their
		}
	}
	if attribute == "" {
		return main, nil
	}
	return main + "." + attribute, nil
}

// key is that of a piece of this root in made.
func (p *pieces) key(name string, piece piece) string {
	return fmt.Sprint(p.index, " ", cmp.Or(piece.code, name))
}

// reach is an expression of the root for an attribute of a resource in it or
// in a module that it calls, by an output: for the whole, the module.
func (p *pieces) reach(w *world, r *graph.Resource, piece piece, attribute string) (string, error) {
	local := strings.TrimPrefix(strings.TrimPrefix(r.Address, r.Module), ".")
	if r.Module == "" {
		return piece.refer(w, &site{root: p.root(), module: p.root().Module}, local, attribute)
	}
	if attribute == "" {
		return r.Module, nil
	}
	s, err := siteOf(p.root(), r.Module)
	if err != nil {
		return "", err
	}
	if len(s.calls) != 1 {
		return "", fmt.Errorf("%s is too deep to refer to", r.Address)
	}
	if local != r.Type+"."+r.Name {
		return "", fmt.Errorf("%s is one of several in its module", r.Address)
	}
	for _, name := range sortedKeys(s.module.Outputs) {
		x, ok := s.module.Outputs[name].Value.(*hclsyntax.ScopeTraversalExpr)
		if ok && len(x.Traversal) == 3 && refersTo(x.Traversal, r.Type, r.Name, attribute) {
			return r.Module + "." + name, nil
		}
	}
	name := strings.TrimPrefix(r.Type, "aws_") + "_" + attribute
	f, err := w.open(path.Join(s.module.Dir, fileOf(s.module.Outputs, func(o *config.Output) hcl.Range { return o.Range }, "outputs.tf")))
	if err != nil {
		return "", err
	}
	d := newDraft()
	d.appendText(f, fmt.Sprintf("output %q {\n  value = %s.%s\n}\n", name, local, attribute))
	return r.Module + "." + name, d.commit()
}

// make declares a piece in the root, under other names where its own are taken,
// and is the address of its main resource.
func (p *pieces) make(w *world, root *site, name string, piece piece) (string, error) {
	text, err := pieceFiles.ReadFile("pieces/" + cmp.Or(piece.code, name) + ".tf")
	if err != nil {
		return "", err
	}
	code, err := parseSnippet(string(text))
	if err != nil {
		return "", err
	}
	code, err = code.resolve(func(t hcl.Traversal) (string, int, error) {
		if t.RootName() != "shared" {
			return "", 0, nil
		}
		return p.reference(w, root, t)
	})
	if err != nil {
		return "", err
	}
	// Only now: the other pieces may declare the same data sources.
	if code, err = root.reuse(w, string(code.src)); err != nil {
		return "", err
	}
	if code, err = p.named(w, code); err != nil {
		return "", err
	}
	if code, err = root.tagged(w, code); err != nil {
		return "", err
	}
	code, main, err := root.renamed(w, code, piece.main)
	if err != nil {
		return "", err
	}
	f, err := w.open(path.Join(root.module.Dir, piece.file))
	if err != nil {
		return "", err
	}
	d := newDraft()
	d.appendText(f, string(hclwrite.Format(code.src)))
	p.made[p.key(name, piece)] = main
	return main, d.commit()
}

// renamed gives the blocks of code the names that are free in the module, and
// is the address that its main resource has then.
func (s *site) renamed(w *world, code *snippet, main string) (*snippet, string, error) {
	names := map[string]string{}
	var edits []edit.Edit
	for _, b := range code.body.Blocks {
		last := len(b.Labels) - 1
		free, err := s.free(w, b.Type, b.Labels...)
		if err != nil {
			return nil, "", err
		}
		if free != b.Labels[last] {
			names[key(b)] = free
			r := b.LabelRanges[last]
			edits = append(edits, edit.Edit{Start: r.Start.Byte, End: r.End.Byte, New: strconv.Quote(free)})
		}
	}
	if len(names) == 0 {
		return code, main, nil
	}
	src, err := edit.Apply(code.src, edits)
	if err != nil {
		return nil, "", err
	}
	if code, err = parseSnippet(string(src)); err != nil {
		return nil, "", err
	}
	if name := names[main]; name != "" {
		main = main[:strings.LastIndexByte(main, '.')+1] + name
	}
	code, err = code.resolve(func(t hcl.Traversal) (string, int, error) { return renamed(t, names, meta{}) })
	return code, main, err
}

// reuse parses code and takes the data sources without arguments out of it that
// the module declares already, such as the caller's identity, whatever their
// names.
func (s *site) reuse(w *world, text string) (*snippet, error) {
	code, err := parseSnippet(text)
	if err != nil {
		return nil, err
	}
	if err := s.provided(code); err != nil {
		return nil, err
	}
	plain := func(b *hclsyntax.Block) bool {
		return b.Type == "data" && len(b.Labels) == 2 && len(b.Body.Attributes)+len(b.Body.Blocks) == 0
	}
	declared, err := s.blocks(w, plain)
	if err != nil {
		return nil, err
	}
	names := map[string]string{} // of those in the code, to those declared
	for _, b := range code.body.Blocks {
		for _, have := range declared {
			if plain(b) && have.Labels[0] == b.Labels[0] {
				names[key(b)] = have.Labels[1]
			}
		}
	}
	account := ""
	for _, b := range code.body.Blocks {
		if variable := s.accountVariable(); key(b) == callerIdentity(b) && names[key(b)] == "" && variable != "" {
			account, names[key(b)] = variable, b.Labels[1]
		}
	}
	if len(names) == 0 {
		return code, nil
	}
	code, err = code.resolve(func(t hcl.Traversal) (string, int, error) {
		if account != "" && len(t) == 4 && refersTo(t, "data", "aws_caller_identity") && stepName(t[3]) == "account_id" {
			return "var." + account, 4, nil
		}
		return renamed(t, names, meta{})
	})
	if err != nil {
		return nil, err
	}
	return code.without(func(b *hclsyntax.Block) bool { return b.Type == "data" && names[key(b)] != "" })
}

// callerIdentity is the key of a data source for the account, "" for others.
func callerIdentity(b *hclsyntax.Block) string {
	if b.Type == "data" && b.Labels[0] == "aws_caller_identity" {
		return key(b)
	}
	return ""
}

// account is an expression for the id of the account in the module: a variable
// that holds it, or the caller's identity.
func (s *site) account(w *world) (string, error) {
	if name := s.accountVariable(); name != "" {
		return "var." + name, nil
	}
	found, err := s.blocks(w, func(b *hclsyntax.Block) bool { return callerIdentity(b) != "" && repetition(b) == nil })
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return key(found[0]) + ".account_id", nil
	}
	for _, r := range s.module.Resources {
		if r.Mode == config.Data && r.Type == "aws_caller_identity" && strings.HasSuffix(r.Range.Filename, ".json") {
			return "data.aws_caller_identity." + r.Name + ".account_id", nil
		}
	}
	file := "data.tf"
	for _, have := range s.module.Files {
		if !have.JSON {
			file = path.Base(have.Path)
			break
		}
	}
	f, err := w.open(path.Join(s.module.Dir, file))
	if err != nil {
		return "", err
	}
	d := newDraft()
	free, err := s.free(w, "data", "aws_caller_identity", "current")
	if err != nil {
		return "", err
	}
	d.appendText(f, fmt.Sprintf("data \"aws_caller_identity\" %q {}\n", free))
	return "data.aws_caller_identity." + free + ".account_id", d.commit()
}

// accountVariable is the variable of the module that holds the account's id.
func (s *site) accountVariable() string {
	for _, name := range []string{"account_id", "aws_account_id"} {
		if s.module.Variables[name] != nil {
			return name
		}
	}
	return ""
}

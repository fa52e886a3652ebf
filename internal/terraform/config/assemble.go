package config

import (
	"fmt"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// labels names the labels of every block type that can stand in a file. Those
// with nil are known to Terraform or OpenTofu and of no interest here.
var labels = map[string][]string{
	"terraform": {}, "locals": {},
	"variable": {"name"}, "output": {"name"}, "module": {"name"}, "provider": {"name"}, "check": {"name"},
	"resource": {"type", "name"}, "data": {"type", "name"}, "ephemeral": {"type", "name"},
	"moved": nil, "removed": nil, "import": nil, "action": nil, "list": nil,
}

// modes are the block types of resources.
var modes = map[string]Mode{"resource": Managed, "data": Data, "ephemeral": Ephemeral}

// A declaration is a block, with the override files merged into its body.
type declaration struct {
	block  *hclsyntax.Block
	body   *hclsyntax.Body
	json   bool
	broken bool
	mode   Mode
}

func (d *declaration) override(block *hclsyntax.Block, json, broken bool) {
	d.body = mergeBodies(d.body, block.Body)
	d.json = d.json || json
	d.broken = d.broken || broken
}

// An address is what must be unique in a module: a block type, its labels
// and the alias of a provider.
type address struct{ kind, first, second string }

// An assembler makes a module of its files.
type assembler struct {
	module   *Module
	declared map[address]*declaration
	order    []*declaration
	required *hcl.Range // of required_providers
	backend  *hcl.Range
	override bool // the file at hand is an override file
	json     bool // … is a JSON file
	broken   map[*hclsyntax.Block]bool
	lost     bool // … declares something that is left out
}

// assemble makes a module of the files of dir, which stand in name order,
// overrides last.
func assemble(dir string, sources []*source) *Module {
	a := assembler{
		module: &Module{
			Dir:       dir,
			Variables: map[string]*Variable{},
			Locals:    map[string]*hclsyntax.Attribute{},
			Outputs:   map[string]*Output{},
			Required:  map[string]RequiredProvider{},
		},
		declared: map[address]*declaration{},
	}
	for _, s := range sources {
		a.module.Files = append(a.module.Files, s.file)
		a.module.Diagnostics = append(a.module.Diagnostics, s.diagnostics...)
		a.override, a.json, a.broken, a.lost = s.file.Override, s.file.JSON, s.broken, s.incomplete
		if s.body != nil {
			a.file(s.body)
		}
		if a.lost {
			a.module.Incomplete = append(a.module.Incomplete, s.file.Path)
		}
	}
	for _, d := range a.order {
		a.decode(d)
	}
	sortDiagnostics(a.module.Diagnostics)
	return a.module
}

func (a *assembler) file(body *hclsyntax.Body) {
	for _, attr := range sortedAttributes(body) {
		a.report(attr.NameRange, "Unsupported argument", "an argument named %q is not expected here: it belongs into a block", attr.Name)
	}
	for _, block := range body.Blocks {
		a.block(block)
	}
}

func (a *assembler) report(at hcl.Range, summary, format string, args ...any) {
	a.module.Diagnostics = append(a.module.Diagnostics,
		Diagnostic{Severity: Error, Summary: summary, Detail: fmt.Sprintf(format, args...), Range: at})
}

func (a *assembler) block(block *hclsyntax.Block) {
	names, known := labels[block.Type]
	if !known {
		a.module.Diagnostics = append(a.module.Diagnostics, Diagnostic{
			Severity: Warning, Summary: "Unsupported block type", Range: block.DefRange(),
			Detail: fmt.Sprintf("blocks of type %q are not known here: this one is left out", block.Type),
		})
		return
	}
	if names == nil || !a.labelled(block, names) {
		return
	}
	switch block.Type {
	case "terraform":
		a.terraform(block)
	case "locals":
		a.locals(block)
	case "check":
		for _, nested := range block.Body.Blocks {
			if nested.Type == "data" && a.labelled(nested, labels["data"]) {
				a.declare(nested)
			}
		}
	default:
		a.declare(block)
	}
}

// labelled reports whether block has the labels that its type needs.
func (a *assembler) labelled(block *hclsyntax.Block, names []string) bool {
	got, want := len(block.Labels), len(names)
	if got != want {
		a.lost = true
	}
	switch {
	case got > want:
		a.report(block.LabelRanges[want], "Extraneous label for "+block.Type, "%s blocks have %d labels, not %d", block.Type, want, got)
		return false
	case got < want:
		a.report(block.DefRange(), fmt.Sprintf("Missing %s for %s", names[got], block.Type), "%s blocks have %d labels, not %d", block.Type, want, got)
		return false
	}
	for i, label := range block.Labels {
		if !isName(label) {
			a.report(block.LabelRanges[i], fmt.Sprintf("Invalid %s %s", block.Type, names[i]),
				"%q is not a name: those begin with a letter or underscore and have only letters, digits, underscores and dashes", label)
		}
	}
	return true
}

// isName is hclsyntax.ValidIdentifier, which runs a scanner for each word,
// with a short way for what nearly all names are.
func isName(s string) bool {
	for i, c := range []byte(s) {
		if !isIdentStart(c) && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return hclsyntax.ValidIdentifier(s)
		}
	}
	return s != ""
}

// declare takes in a block that has an address of its own.
func (a *assembler) declare(block *hclsyntax.Block) {
	key := address{kind: block.Type, first: block.Labels[0]}
	if len(block.Labels) > 1 {
		key.second = block.Labels[1]
	}
	if block.Type == "provider" {
		key.second = literalOf(block.Body, "alias")
	}
	first, exists := a.declared[key]
	switch {
	case exists && a.override:
		first.override(block, a.json, a.broken[block])
		return
	case exists:
		a.duplicate(block, key, first.block.DefRange())
		return
	case a.override && !(block.Type == "provider" && key.second == ""):
		// The default configuration of a provider exists even if it is not
		// written; Terraform has nothing to override in the other cases.
		a.report(block.DefRange(), "Missing base declaration to override",
			"there is no %s: an override file can only change what another file declares", key)
	}
	d := &declaration{block: block, body: block.Body, json: a.json, broken: a.broken[block], mode: modes[block.Type]}
	a.declared[key] = d
	a.order = append(a.order, d)
}

func (a *assembler) duplicate(block *hclsyntax.Block, key address, first hcl.Range) {
	summary := map[string]string{
		"variable": "Duplicate variable declaration",
		"output":   "Duplicate output definition",
		"module":   "Duplicate module call",
		"provider": "Duplicate provider configuration",
	}[block.Type]
	if summary == "" {
		summary = fmt.Sprintf("Duplicate %s %q configuration", block.Type, key.first)
	}
	a.report(block.DefRange(), summary, "%s was already declared at %s: this declaration is left out", key, place(first))
}

// String words an address for a message.
func (k address) String() string {
	switch {
	case k.kind == "provider" && k.second == "":
		return fmt.Sprintf("default provider %q", k.first)
	case k.kind == "provider":
		return fmt.Sprintf("provider %q with alias %q", k.first, k.second)
	case k.second != "":
		return fmt.Sprintf("%s %q %q", k.kind, k.first, k.second)
	}
	return fmt.Sprintf("%s %q", k.kind, k.first)
}

func (a *assembler) locals(block *hclsyntax.Block) {
	for _, attr := range sortedAttributes(block.Body) {
		first, exists := a.module.Locals[attr.Name]
		switch {
		case exists && !a.override:
			a.report(attr.NameRange, "Duplicate local value definition",
				"local value %q was already defined at %s: this definition is left out", attr.Name, place(first.NameRange))
			continue
		case !exists && a.override:
			a.report(attr.NameRange, "Missing base declaration to override",
				"there is no local value %q: an override file can only change what another file declares", attr.Name)
		}
		a.module.Locals[attr.Name] = attr
	}
}

// terraform takes in a terraform block. What is nested in it stands as
// arguments in JSON.
func (a *assembler) terraform(block *hclsyntax.Block) {
	for _, nested := range block.Body.Blocks {
		switch nested.Type {
		case "required_providers":
			a.startRequired(nested.DefRange())
			for _, attr := range sortedAttributes(nested.Body) {
				a.require(attr.Name, attr.Expr)
			}
		case "backend", "cloud":
			a.setBackend(nested.DefRange())
		}
	}
	for _, attr := range sortedAttributes(block.Body) {
		switch attr.Name {
		case "required_providers":
			a.startRequired(attr.NameRange)
			for _, item := range dynamicItems(attr.Expr) {
				if name, ok := itemName(item); ok {
					a.require(name, item.ValueExpr)
				}
			}
		case "backend", "cloud":
			a.setBackend(attr.NameRange)
		}
	}
}

func (a *assembler) startRequired(at hcl.Range) {
	if a.required != nil && !a.override {
		a.report(at, "Duplicate required providers configuration",
			"a module can have one required_providers block only, and this one has it at %s", place(*a.required))
		return
	}
	a.required = &at
}

func (a *assembler) require(name string, e hclsyntax.Expression) {
	if _, exists := a.module.Required[name]; exists && !a.override {
		return
	}
	var r RequiredProvider
	if version, ok := literal(e); ok { // as it was before 0.13
		r.Version = version
	}
	for _, item := range objectItems(e) {
		value, _ := literal(item.ValueExpr)
		switch reference(item.KeyExpr) {
		case "source":
			r.Source = value
		case "version":
			r.Version = value
		}
	}
	a.module.Required[name] = r
}

func (a *assembler) setBackend(at hcl.Range) {
	a.module.HasBackend = true
	if a.backend != nil && !a.override {
		a.report(at, "Duplicate backend configuration", "a module can have one backend only, and this one has it at %s", place(*a.backend))
		return
	}
	a.backend = &at
}

// sortedAttributes are the arguments of body as they stand in the file.
func sortedAttributes(body *hclsyntax.Body) []*hclsyntax.Attribute {
	attrs := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, attr := range body.Attributes {
		attrs = append(attrs, attr)
	}
	slices.SortFunc(attrs, func(a, b *hclsyntax.Attribute) int { return a.NameRange.Start.Byte - b.NameRange.Start.Byte })
	return attrs
}

// place is a range as a message shows it.
func place(r hcl.Range) string {
	return fmt.Sprintf("%s:%d", path.Clean(r.Filename), r.Start.Line)
}

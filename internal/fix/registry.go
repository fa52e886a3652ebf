package fix

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"safeguard/internal/graph"
	"safeguard/internal/rule"
	"safeguard/internal/terraform/config"
)

// registryFiles say, for each module of terraform-aws-modules, by which inputs
// the findings of a rule go away. A file holds rule blocks: those count whose
// inputs the installed version declares, that are of its version, and whose when
// is in the call. The first of them is tried, and the last where that was not
// enough. CALL stands for the name of the call.
//
//go:embed registry/*.hcl
var registryFiles embed.FS

// An entry is one rule block.
type entry struct {
	Rule     string            `hcl:"rule,label"`
	Versions string            `hcl:"versions,optional"` // major ones: "<6", ">=6"
	When     map[string]string `hcl:"when,optional"`     // what arguments of the call begin with
	Needs    []string          `hcl:"needs,optional"`    // shared pieces that no input refers to
	Why      string            `hcl:"why,optional"`      // what people have to do, instead of inputs
	Inputs   *inputs           `hcl:"inputs,block"`

	code string // of the inputs
}

type inputs struct {
	Body hcl.Body `hcl:",remain"`
}

// entries are those of a module for a rule; none for a module that is not known.
func entries(module, rule string) ([]entry, error) {
	file := "registry/" + module + ".hcl"
	src, err := registryFiles.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	var table struct {
		Rules []entry `hcl:"rule,block"`
	}
	if diags := gohcl.DecodeBody(parsed.Body, nil, &table); diags.HasErrors() {
		return nil, diags
	}
	var found []entry
	for _, e := range table.Rules {
		if e.Rule != rule {
			continue
		}
		if e.Inputs == nil {
			found = append(found, e)
			continue
		}
		r := e.Inputs.Body.(*hclsyntax.Body).SrcRange
		e.code = strings.Trim(string(src[r.Start.Byte+1:r.End.Byte-1]), "\n") // between the braces
		found = append(found, e)
	}
	return found, nil
}

// sources match what a call of such a module may say: the registry's address or
// that of the repository.
var sources = regexp.MustCompile(`(?:^|/)terraform-aws-modules/(?:([a-z0-9-]+)/aws|terraform-aws-([a-z0-9-]+?)(?:\.git)?(?:\?ref=v?([0-9]+).*)?)$`)

var number = regexp.MustCompile(`[0-9]+`)

// registryModule is the name and the major version of the module that a call
// is of; "" for others. A call without a version is of the newest.
func registryModule(c *config.Call) (name string, major int) {
	m := sources.FindStringSubmatch(c.Source)
	if m == nil {
		return "", 0
	}
	version := number.FindString(c.Version)
	if m[3] != "" {
		version = m[3]
	}
	major, err := strconv.Atoi(version)
	if err != nil {
		major = 1 << 20
	}
	return m[1] + m[2], major
}

// fits reports whether the entry is for the call of the site.
func (e entry) fits(s *site, major int) bool {
	if least, ok := strings.CutPrefix(e.Versions, ">="); ok {
		if n, err := strconv.Atoi(least); err != nil || major < n {
			return false
		}
	}
	if limit, ok := strings.CutPrefix(e.Versions, "<"); ok {
		if n, err := strconv.Atoi(limit); err != nil || major >= n {
			return false
		}
	}
	for name, prefix := range e.When {
		a := s.call().Body.Attributes[name]
		if a == nil || !strings.HasPrefix(literal(a.Expr), prefix) {
			return false
		}
	}
	code, err := parseSnippet(e.code)
	if err != nil {
		return false
	}
	for name := range code.body.Attributes {
		if s.module.Variables[name] == nil {
			return false
		}
	}
	return true
}

// literal is the text of a constant string, "" for anything else.
func literal(x hclsyntax.Expression) string {
	v, diags := x.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type().FriendlyName() != "string" {
		return ""
	}
	return v.AsString()
}

// installed is the site of the outermost installed module on the way to this
// one; nil if all of the code is the user's.
func (s *site) installed() *site {
	var found *site
	for at := s; at.parent != nil; at = at.parent {
		if vendored(at.module.Dir + "/main.tf") {
			found = at
		}
	}
	return found
}

// inputs repairs what an installed module declares through the arguments of
// its call: those of the table, or else those that the code of the repair sets
// from a variable that the call passes or could pass.
func (w *writer) inputs(ruleID string, r rule.Repair, s *site) error {
	call := s.call()
	code, needs, err := w.inputCode(ruleID, r, s)
	if err != nil {
		return err
	}
	if err := sameAccount(call); err != nil && strings.Contains(code, "shared.") {
		return err
	}
	resolved, err := w.resolve(code, s.parent, meta{})
	if err != nil {
		return err
	}
	for _, name := range needs {
		if err := w.need(rule.Need{Piece: name}); err != nil {
			return err
		}
	}
	if call.JSON {
		return w.jsonInputs(resolved, s)
	}
	f, block, err := s.parent.declared(w.world, "module", call.Name)
	if err != nil {
		return err
	}
	if block == nil {
		return fmt.Errorf("the call of module.%s cannot be edited", call.Name)
	}
	d := newDraft()
	define := &definer{world: w.world, draft: d, given: w.given, gentle: w.gentle, part: w.part}
	m := &merge{file: f, code: resolved, draft: d, change: func(have *hclsyntax.Attribute, want string) error {
		if text, ok := merged(f.src, have.Expr, want); ok {
			d.replace(f, have.Expr.Range().Start.Byte, have.Expr.Range().End.Byte, text)
			return nil
		}
		return define.set(s.parent, f, have, want)
	}}
	body := withoutNulls(resolved.body, block.Body)
	if err := m.into(f.container(block), body); err != nil {
		return err
	}
	w.notes = append(w.notes, define.notes...)
	w.notes = append(w.notes, fmt.Sprintf("%s: through the inputs of module.%s, which is installed from %s", place(block.TypeRange), call.Name, call.Source))
	return d.commit()
}

// withoutNulls leaves out inputs that are to be null and are not given.
func withoutNulls(code, call *hclsyntax.Body) *hclsyntax.Body {
	body := *code
	body.Attributes = hclsyntax.Attributes{}
	for name, a := range code.Attributes {
		if !isNull(a.Expr) || call.Attributes[name] != nil {
			body.Attributes[name] = a
		}
	}
	return &body
}

// inputCode is the code of the arguments to set, and the pieces needed besides.
func (w *writer) inputCode(ruleID string, r rule.Repair, s *site) (code string, needs []string, err error) {
	known, err := s.tabled(ruleID)
	if err != nil {
		return "", nil, err
	}
	if n := len(known); n > 0 {
		e := known[0]
		if !w.gentle {
			e = known[n-1] // the first was not enough
		}
		return strings.ReplaceAll(e.code, "CALL", s.call().Name), e.Needs, nil
	}
	if code := w.passed(r, s); code != "" {
		return code, nil, nil
	}
	return "", nil, fmt.Errorf("%s is in an installed module (%s): change the arguments of module.%s, or use another version of it", w.target.Address, s.call().Source, s.call().Name)
}

// tabled are the entries with inputs for a rule that are for the call of the
// site.
func (s *site) tabled(rule string) ([]entry, error) {
	name, major := registryModule(s.call())
	known, err := entries(name, rule)
	return slices.DeleteFunc(known, func(e entry) bool { return e.Inputs == nil || !e.fits(s, major) }), err
}

// byHand says what people have to do about a rule at the call of the site, ""
// where the table has inputs or nothing.
func (s *site) byHand(rule string) string {
	name, major := registryModule(s.call())
	known, err := entries(name, rule)
	if err != nil {
		return ""
	}
	for _, e := range known {
		if e.Inputs == nil && e.fits(s, major) {
			return strings.ReplaceAll(e.Why, "CALL", s.call().Name)
		}
	}
	return ""
}

// passed is code for inputs where all that the repair sets are arguments of the
// target that consist of a variable, which each call on the way takes from one
// of its own; "" where that is not so.
func (w *writer) passed(r rule.Repair, s *site) string {
	var code strings.Builder
	for _, c := range r.Changes {
		set, ok := c.(rule.Set)
		if !ok || set.On != nil && set.On != w.target || set.At != (graph.Location{}) {
			return ""
		}
		parsed, err := parseSnippet(set.Code)
		if err != nil || len(parsed.body.Blocks) > 0 {
			return ""
		}
		declared := w.declared()
		if declared == nil {
			return ""
		}
		for _, a := range attributes(parsed.body) {
			have := declared.Body.Attributes[a.Name]
			if have == nil {
				return ""
			}
			input := w.inputOf(have.Expr, s)
			if input == "" {
				return ""
			}
			fmt.Fprintf(&code, "%s = %s\n", input, parsed.text(a.Expr.Range()))
		}
	}
	return code.String()
}

// declared is the target as its module declares it.
func (w *writer) declared() *config.Resource {
	i := slices.IndexFunc(w.site.module.Resources, func(r *config.Resource) bool {
		return r.Mode == config.Managed && r.Type == w.target.Type && r.Name == w.target.Name
	})
	if i < 0 {
		return nil
	}
	return w.site.module.Resources[i]
}

// inputOf follows an expression of the target's module to the input of the
// outer site that it is; "" if it is not.
func (w *writer) inputOf(x hclsyntax.Expression, outer *site) string {
	for at := w.site; ; at = at.parent {
		kind, name := bare(x)
		if kind != "var" || at.module.Variables[name] == nil {
			return ""
		}
		if at == outer || at.module == outer.module {
			return name
		}
		a := at.call().Body.Attributes[name]
		if a == nil || at.parent == nil {
			return ""
		}
		x = a.Expr
	}
}

package fix

import (
	"fmt"

	"safeguard/internal/terraform/config"
)

// setJSON changes a value in JSON syntax: where the variable or local that it
// consists of is defined, as set does, and else in place.
func (d *definer) setJSON(s *site, f *jsonFile, v *jsonNode, name, want string) error {
	if x := v.expression(); x != nil {
		done, why, err := d.follow(s, x, want)
		if done || err != nil {
			return err
		}
		if why != "" {
			d.notes = append(d.notes, fmt.Sprintf("%s: %s is set here, not where its value comes from: %s", f.path, name, why))
		}
		if fallback := fallbackOf(x); d.gentle && fallback != nil && constant(want) {
			r := fallback.Range()
			text := v.text[:r.Start.Byte] + want + v.text[r.End.Byte:]
			d.draft.replace(f.source, v.start, v.end, quoted(text))
			return nil
		}
	}
	indent := indentOf(f.src, v.start)
	text, err := jsonText(want, indent)
	if err != nil {
		return err
	}
	d.draft.replace(f.source, v.start, v.end, f.laid(text, indent))
	return nil
}

// jsonText is an expression as a JSON value.
func jsonText(code, indent string) (string, error) {
	parsed, err := parseSnippet("value = " + code)
	if err != nil {
		return "", err
	}
	return jsonValue(parsed, parsed.body.Attributes["value"].Expr, indent)
}

// member changes a member of a block of the module in JSON syntax, and reports
// whether there is one.
func (d *definer) member(s *site, want, name string, path ...string) (bool, error) {
	for f, n := range s.jsonBlocks(d.world, path...) {
		if v := n.member(name); v != nil {
			return true, d.setJSON(s, f, v, name, want)
		}
	}
	return false, nil
}

// jsonArgument is argument for a call in JSON syntax.
func (d *definer) jsonArgument(s *site, call *config.Call, name, want string) (bool, string, error) {
	for f, n := range s.parent.jsonBlocks(d.world, "module", call.Name) {
		v := n.member(name)
		if v == nil && d.part {
			return true, "", f.pass(d.draft, n, name, want)
		}
		if v != nil {
			return true, "", d.setJSON(s.parent, f, v, name, want)
		}
		return d.byDefault(s, name, want)
	}
	return false, fmt.Sprintf("the call of %s cannot be edited", call.Name), nil
}

// pass adds an argument to a call.
func (f *jsonFile) pass(d *draft, call *jsonNode, name, want string) error {
	text, err := jsonText(want, f.memberIndent(call))
	if err != nil {
		return err
	}
	f.addMembers(d, call, []string{fmt.Sprintf("%q: %s", name, text)})
	return nil
}

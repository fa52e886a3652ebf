package fix

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// unit is by how much the file indents one level.
func (f *jsonFile) unit() string {
	for _, o := range f.tree.objects() {
		if len(o.members) > 0 && f.lineStart(o.members[0].start) > o.start {
			outer, inner := indentOf(f.src, o.start), indentOf(f.src, o.members[0].start)
			if unit := strings.TrimPrefix(inner, outer); unit != "" {
				return unit
			}
		}
	}
	return "  "
}

// memberIndent is the white space before the members of an object.
func (f *jsonFile) memberIndent(n *jsonNode) string {
	if len(n.members) > 0 && f.lineStart(n.members[0].start) > n.start {
		return indentOf(f.src, n.members[0].start)
	}
	return indentOf(f.src, n.start) + f.unit()
}

// laid is a text whose levels are two spaces each as the file indents.
func (f *jsonFile) laid(text, indent string) string { return laid(text, indent, f.unit()) }

// inOneLine is JSON without line breaks.
func inOneLine(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		t := strings.TrimSpace(line)
		b.WriteString(t)
		if strings.HasSuffix(t, ",") {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// width is how long a line may get that gets members.
const width = 100

// addMembers adds members at the end of an object, laid out as it is: what
// stands in one line stays there unless the line becomes too long.
func (f *jsonFile) addMembers(d *draft, n *jsonNode, members []string) {
	if len(members) == 0 {
		return
	}
	indent := f.memberIndent(n)
	members = slices.Clone(members)
	for i, m := range members {
		members[i] = f.laid(m, indent)
	}
	separator := ",\n" + indent
	around := indentOf(f.src, n.start)
	if len(n.members) == 0 {
		if f.minified() {
			d.replace(f.source, n.start, n.end, "{"+inOneLine(strings.Join(members, ", "))+"}")
			return
		}
		d.replace(f.source, n.start, n.end, "{\n"+indent+strings.Join(members, separator)+"\n"+around+"}")
		return
	}
	last := n.members[len(n.members)-1].value.end
	if f.lineStart(n.members[0].start) > n.start {
		d.insert(f.source, last, separator+strings.Join(members, separator))
		return
	}
	flat := ", " + inOneLine(strings.Join(members, ", "))
	if !f.tooLong(n, flat) {
		d.insert(f.source, last, flat)
		return
	}
	for _, m := range n.members {
		d.replace(f.source, len(bytes.TrimRight(f.src[:m.start], " \t")), m.start, "\n"+indent)
	}
	d.replace(f.source, last, n.end-1, separator+strings.Join(members, separator)+"\n"+around)
}

// minified reports whether the whole file is one line.
func (f *jsonFile) minified() bool {
	return !bytes.Contains(bytes.TrimSpace(f.src), []byte("\n"))
}

// addElements adds elements, written at no indentation, at the end of an array,
// or makes an array of the value that is there.
func (f *jsonFile) addElements(d *draft, v *jsonNode, elements []string) {
	if v.kind != '[' {
		d.insert(f.source, v.start, "[")
		d.insert(f.source, v.end, ", "+f.elements(elements, indentOf(f.src, v.start), ", ")+"]")
		return
	}
	if len(v.elements) == 0 {
		d.replace(f.source, v.start, v.end, "["+f.elements(elements, indentOf(f.src, v.start), ", ")+"]")
		return
	}
	last := v.elements[len(v.elements)-1]
	if f.lineStart(last.start) > v.start {
		separator := ",\n" + indentOf(f.src, last.start)
		d.insert(f.source, last.end, separator+f.elements(elements, indentOf(f.src, last.start), separator))
		return
	}
	flat := ""
	for _, e := range elements {
		flat += ", " + inOneLine(e)
	}
	if !f.tooLong(v, flat) {
		d.insert(f.source, last.end, flat)
		return
	}
	around := indentOf(f.src, v.start)
	indent := around + f.unit()
	for _, e := range v.elements {
		d.replace(f.source, len(bytes.TrimRight(f.src[:e.start], " \t")), e.start, "\n"+indent)
	}
	separator := ",\n" + indent
	d.replace(f.source, last.end, v.end-1, separator+f.elements(elements, indent, separator)+"\n"+around)
}

// tooLong reports whether an object or array that stands in one line, with none
// around it there, gets too long for it with a text more.
func (f *jsonFile) tooLong(n *jsonNode, more string) bool {
	before := f.src[f.lineStart(n.start):n.start]
	long := f.lineEnd(n.end)-f.lineStart(n.start)+len(more) > width
	return long && !bytes.ContainsAny(before, "{[") && !bytes.Contains(f.src[n.start:n.end], []byte("\n"))
}

// elements are the texts of elements as they follow each other.
func (f *jsonFile) elements(elements []string, indent, separator string) string {
	var texts []string
	for _, e := range elements {
		if f.minified() {
			texts = append(texts, inOneLine(e))
		} else {
			texts = append(texts, f.laid(reindent(e, "", indent), indent))
		}
	}
	return strings.Join(texts, separator)
}

// appendJSON adds the nested blocks of the code to those of an object.
func (f *jsonFile) appendJSON(d *draft, n *jsonNode, code *snippet) error {
	several := map[string][]string{}
	var order []string
	for _, b := range code.body.Blocks {
		if several[b.Type] == nil {
			order = append(order, b.Type)
		}
		text, err := jsonBody(code, b.Body, "")
		if err != nil {
			return err
		}
		several[b.Type] = append(several[b.Type], text)
	}
	there := func(typ, text string) bool {
		return slices.ContainsFunc(n.member(typ).objects(), func(o *jsonNode) bool {
			return inOneLine(string(f.src[o.start:o.end])) == inOneLine(text)
		})
	}
	var missing []string
	for _, typ := range order {
		if have := n.member(typ); have != nil {
			// Another finding's repair may have added them just now.
			added := slices.DeleteFunc(several[typ], func(text string) bool { return there(typ, text) })
			if len(added) > 0 {
				f.addElements(d, have, added)
			}
			continue
		}
		text := several[typ][0]
		if len(several[typ]) > 1 {
			text = "[" + strings.Join(several[typ], ", ") + "]"
		}
		missing = append(missing, fmt.Sprintf("%q: %s", typ, reindent(text, "", f.memberIndent(n))))
	}
	f.addMembers(d, n, missing)
	return nil
}

package fix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A jsonNode is a value of a JSON document with its place.
type jsonNode struct {
	start, end int // bytes
	kind       byte
	members    []jsonMember // of an object, kind '{'
	elements   []*jsonNode  // of an array, kind '['
	text       string       // of a string, kind '"'
}

// A jsonMember is one name of an object with its value.
type jsonMember struct {
	name  string
	start int // of the name
	value *jsonNode
}

// parseTree reads a document with the places of its values.
func parseTree(src []byte) (*jsonNode, error) {
	p := &treeParser{src: src, dec: json.NewDecoder(bytes.NewReader(src))}
	p.dec.UseNumber()
	n, err := p.value()
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); err == nil {
		return nil, errors.New("there is more than one value")
	}
	return n, nil
}

type treeParser struct {
	src   []byte
	dec   *json.Decoder
	depth int
}

// start is where the next token begins.
func (p *treeParser) start() int {
	at := int(p.dec.InputOffset())
	return at + len(p.src[at:]) - len(bytes.TrimLeft(p.src[at:], " \t\r\n,:"))
}

func (p *treeParser) value() (*jsonNode, error) {
	if p.depth++; p.depth > 500 {
		return nil, errors.New("it is nested too deeply")
	}
	defer func() { p.depth-- }()
	n := &jsonNode{start: p.start()}
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if err := p.inside(n, t); err != nil {
			return nil, err
		}
	case string:
		n.kind, n.text = '"', t
	default:
		n.kind = '0'
	}
	n.end = int(p.dec.InputOffset())
	return n, nil
}

func (p *treeParser) inside(n *jsonNode, open json.Delim) error {
	n.kind = byte(open)
	for p.dec.More() {
		if n.kind == '[' {
			e, err := p.value()
			if err != nil {
				return err
			}
			n.elements = append(n.elements, e)
			continue
		}
		at := p.start()
		name, err := p.dec.Token()
		if err != nil {
			return err
		}
		v, err := p.value()
		if err != nil {
			return err
		}
		n.members = append(n.members, jsonMember{fmt.Sprint(name), at, v})
	}
	_, err := p.dec.Token()
	return err
}

// member is the value of a name, nil if there is none.
func (n *jsonNode) member(name string) *jsonNode {
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// objects are the objects that a value is: itself, or the elements of an array.
func (n *jsonNode) objects() []*jsonNode {
	switch {
	case n == nil:
		return nil
	case n.kind == '{':
		return []*jsonNode{n}
	}
	var found []*jsonNode
	for _, e := range n.elements {
		found = append(found, e.objects()...)
	}
	return found
}

// at finds the innermost object that begins in a line, given as the bytes from
// start to end.
func (n *jsonNode) at(start, end int) *jsonNode {
	if n.end < start || n.start > end {
		return nil
	}
	for _, m := range n.members {
		if m.start >= start && m.start <= end && m.value.kind == '{' {
			return m.value
		}
		if found := m.value.at(start, end); found != nil {
			return found
		}
	}
	for _, e := range n.elements {
		if found := e.at(start, end); found != nil {
			return found
		}
	}
	if n.kind == '{' && n.start >= start && n.start <= end {
		return n
	}
	return nil
}

// blocks are the objects of a block by its type and labels.
func (n *jsonNode) blocks(path ...string) []*jsonNode {
	if len(path) == 0 {
		return n.objects()
	}
	var found []*jsonNode
	for _, o := range n.objects() {
		if next := o.member(path[0]); next != nil {
			found = append(found, next.blocks(path[1:]...)...)
		}
	}
	return found
}

// block is the first of blocks; nil if there is none.
func (n *jsonNode) block(path ...string) *jsonNode {
	if found := n.blocks(path...); len(found) > 0 {
		return found[0]
	}
	return nil
}

// nested are the objects of a type of block; of dynamic ones the content.
func (n *jsonNode) nested(typ string) []*jsonNode {
	found := n.member(typ).objects()
	for _, dynamic := range n.member("dynamic").objects() {
		for _, b := range dynamic.member(typ).objects() {
			found = append(found, b.member("content").objects()...)
		}
	}
	return found
}

// interpolated is an expression as a JSON string of Terraform.
func interpolated(code string) string { return quoted("${" + code + "}") }

// quoted is a text as a JSON string.
func quoted(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

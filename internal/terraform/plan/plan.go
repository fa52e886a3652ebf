// Package plan reads what `terraform show -json` prints of a plan or a state,
// and the state file itself, into graphs.
//
// A document is checked once by encoding/json and then kept as text. Reading
// it finds the resource instances in it; what an instance holds is decoded
// attribute by attribute, when a rule asks. What a plan does not know yet is
// looked up in the configuration that every plan carries: an attribute that the
// configuration does not set is absent, one that is set to another resource's
// identity is a reference to that resource, and anything else is unknown.
package plan

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// A Doc is a plan or a state, as it was read.
type Doc struct {
	IsPlan bool

	instances  []*instance
	config     *moduleConfig // nil in states
	providers  raw           // provider_config of the configuration
	variables  raw           // of the root module, with values
	incomplete string        // why resources may be missing
}

// An instance is one instance of a resource or data source in a document.
type instance struct {
	address string
	module  string
	typ     string
	name    string
	data    bool
	maybe   string // why it is not known whether it will exist; "" if it will

	id, arn, region string // as far as they are known

	values  raw // object of attributes
	unknown raw // the same with true for what is known only after apply
	secret  raw // the same with true for secrets
	// paths are the secrets in a state file's own form.
	paths raw
	// flawed says why no attribute can be read, "" if all can.
	flawed string
	// planned says that what values leave out may be known only after apply.
	planned bool
}

// block is the address without the instance's own key.
func (in *instance) block() string { return blockOf(in.module, in.data, in.typ, in.name) }

func blockOf(module string, data bool, typ, name string) string {
	s := typ + "." + name
	if data {
		s = "data." + s
	}
	if module != "" {
		s = module + "." + s
	}
	return s
}

// key is the instance's own key as it stands in the address: [0], ["a"] or "".
func (in *instance) key() string {
	key, _ := strings.CutPrefix(in.address, in.block())
	return key
}

const wanted = "want a plan (terraform show -json PLANFILE), a state (terraform show -json) or a state file (terraform.tfstate)"

// Read recognises a document by its content. An error says where the JSON is
// broken, or what the document is instead.
func Read(data []byte) (*Doc, error) {
	data = utf8Text(data)
	if !valid(data) {
		return nil, syntaxError(data)
	}
	root := raw(data[skipSpace(data, 0):])
	if !root.isObject() {
		return nil, errors.New("it is JSON, but not an object: " + wanted)
	}
	top := map[string]raw{}
	for k, v := range root.fields() {
		top[k.text()] = v
	}
	has := func(name string) bool { _, ok := top[name]; return ok }
	switch {
	case has("format_version") && (has("planned_values") || has("resource_changes")):
		return readPlan(top)
	case has("format_version") && (has("values") || only(top, "format_version", "terraform_version", "checks")):
		return readState(top)
	case has("version") && (has("lineage") || has("resources") || has("serial") || has("modules")):
		return readStateFile(top)
	case has("@level") || has("@message"):
		return nil, errors.New("it is the log of terraform plan -json, not a plan: save one with terraform plan -out=PLANFILE and give terraform show -json PLANFILE")
	}
	return nil, errors.New("it is JSON, but neither a plan nor a state: " + wanted)
}

func only(top map[string]raw, names ...string) bool {
	n := 0
	for _, name := range names {
		if _, ok := top[name]; ok {
			n++
		}
	}
	return n == len(top)
}

// utf8Text undoes what shells make of redirected output: PowerShell writes
// UTF-16 with a byte order mark.
func utf8Text(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return data[3:]
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// syntaxError says where data is not JSON.
func syntaxError(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty: " + wanted)
	}
	var v json.RawMessage
	err := json.Unmarshal(data, &v)
	se, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	if line, _, found := bytes.Cut(data, []byte("\n")); found && valid(line) && raw(line).get("@level") != nil {
		return errors.New("it is the log of terraform plan -json, not a plan: save one with terraform plan -out=PLANFILE and give terraform show -json PLANFILE")
	}
	before := data[:min(int(se.Offset), len(data))]
	if cut := strings.HasPrefix(se.Error(), "unexpected end"); !cut && len(before) > 0 {
		before = before[:len(before)-1] // the offset includes what is wrong
	}
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("it is not valid JSON: %d:%d: %w", line, column, se)
}

// version checks the major version of a format.
func version(top map[string]raw, what string) error {
	v := top["format_version"]
	major, _, _ := strings.Cut(v.text(), ".")
	if major != "0" && major != "1" {
		return fmt.Errorf("format_version of the %s is %.40s: versions 0 and 1 can be read", what, v)
	}
	return nil
}

// shaped checks that a part of a document is of the JSON type that it must be
// of, or left out.
func shaped(r raw, first byte, path string) error {
	if r.isNothing() || r.first() == first {
		return nil
	}
	kind := "an object"
	if first == '[' {
		kind = "a list"
	}
	return fmt.Errorf("%s is not %s: it is no document of Terraform", path, kind)
}

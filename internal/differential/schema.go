package differential

import (
	"encoding/json"
	"fmt"
)

// Schemas tell the sets from the lists, by resource type: their order means
// nothing. Data sources go by "data." and their type.
type Schemas map[string]*Type

// A Type is the type of an attribute or block. A nil Type is not known.
type Type struct {
	Set    bool
	Block  bool             // written as nested blocks
	Elem   *Type            // of lists, sets and maps
	Fields map[string]*Type // of objects and blocks
}

// Field is the type of a field, or of a key if t is a map.
func (t *Type) Field(name string) *Type {
	if t == nil {
		return nil
	}
	if f, ok := t.Fields[name]; ok {
		return f
	}
	return t.Elem
}

// Element is the type of the elements of a list or set.
func (t *Type) Element() *Type {
	if t == nil {
		return nil
	}
	return t.Elem
}

// plain reports whether values of the type are written as arguments alone:
// collections of objects may be written as blocks.
func (t *Type) plain() bool {
	return t == nil || !t.Block && t.Fields == nil && (t.Elem == nil || t.Elem.plain())
}

// ReadSchemas reads what terraform providers schema -json prints.
func ReadSchemas(data []byte) (Schemas, error) {
	var doc struct {
		Providers map[string]struct {
			Resources map[string]struct{ Block blockJSON } `json:"resource_schemas"`
			Data      map[string]struct{ Block blockJSON } `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("read provider schemas: %w", err)
	}
	schemas := Schemas{}
	for _, p := range doc.Providers {
		for name, r := range p.Resources {
			schemas[name] = r.Block.typ()
		}
		for name, d := range p.Data {
			schemas["data."+name] = d.Block.typ()
		}
	}
	return schemas, nil
}

type blockJSON struct {
	Attributes map[string]attributeJSON
	Blocks     map[string]struct {
		Nesting string `json:"nesting_mode"`
		Block   blockJSON
	} `json:"block_types"`
}

type attributeJSON struct {
	Type   any
	Nested *struct {
		Nesting    string `json:"nesting_mode"`
		Attributes map[string]attributeJSON
	} `json:"nested_type"`
}

func (b blockJSON) typ() *Type {
	t := &Type{Fields: map[string]*Type{}}
	for name, a := range b.Attributes {
		t.Fields[name] = a.typ()
	}
	for name, nested := range b.Blocks {
		field := nest(nested.Nesting, nested.Block.typ())
		field.Block = true
		t.Fields[name] = field
	}
	return t
}

func (a attributeJSON) typ() *Type {
	if a.Nested == nil {
		return ctyType(a.Type)
	}
	object := &Type{Fields: map[string]*Type{}}
	for name, f := range a.Nested.Attributes {
		object.Fields[name] = f.typ()
	}
	return nest(a.Nested.Nesting, object)
}

func nest(nesting string, elem *Type) *Type {
	switch nesting {
	case "list", "map":
		return &Type{Elem: elem}
	case "set":
		return &Type{Set: true, Elem: elem}
	}
	return elem
}

// ctyType reads a type in its JSON form: "string", ["set", "string"],
// ["object", {"name": "string"}].
func ctyType(v any) *Type {
	pair, ok := v.([]any)
	if !ok || len(pair) < 2 {
		return &Type{}
	}
	switch arg := pair[1]; pair[0] {
	case "list", "map":
		return &Type{Elem: ctyType(arg)}
	case "set":
		return &Type{Set: true, Elem: ctyType(arg)}
	case "object":
		t := &Type{Fields: map[string]*Type{}}
		fields, _ := arg.(map[string]any)
		for name, f := range fields {
			t.Fields[name] = ctyType(f)
		}
		return t
	}
	return &Type{}
}

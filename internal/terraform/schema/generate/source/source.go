// Package source reads provider schemas in the form that
// `terraform providers schema -json` prints. Only the programs that make the
// embedded schema use it.
package source

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// A Provider is the schema of one provider.
type Provider struct {
	Block       Schema            `json:"provider"`
	Resources   map[string]Schema `json:"resource_schemas"`
	DataSources map[string]Schema `json:"data_source_schemas"`
}

// A Schema is the schema of one resource type or data source.
type Schema struct {
	Block *Block `json:"block"`
}

// A Block is the body of a resource, a data source or a nested block.
type Block struct {
	Attributes map[string]*Attribute `json:"attributes"`
	BlockTypes map[string]*BlockType `json:"block_types"`
}

// An Attribute is one argument or exported value of a block.
type Attribute struct {
	Type       cty.Type        `json:"type"`
	NestedType json.RawMessage `json:"nested_type"`
	Required   bool            `json:"required"`
	Optional   bool            `json:"optional"`
	Computed   bool            `json:"computed"`
	Sensitive  bool            `json:"sensitive"`
	WriteOnly  bool            `json:"write_only"`
}

// A BlockType is one nested block of a block.
type BlockType struct {
	NestingMode string `json:"nesting_mode"`
	MinItems    int    `json:"min_items"`
	MaxItems    int    `json:"max_items"`
	Block       *Block `json:"block"`
}

// Read reads the schema of the AWS provider from a file, gzipped or not.
// A schema with nested attribute types, which the plugin protocol of the AWS
// provider does not allow, is refused.
func Read(path string) (*Provider, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var input io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if input, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
	}
	var all struct {
		Providers map[string]*Provider `json:"provider_schemas"`
	}
	if err := json.NewDecoder(input).Decode(&all); err != nil {
		return nil, fmt.Errorf("read %q: %w", path, err)
	}
	var provider *Provider
	for address, p := range all.Providers {
		if strings.HasSuffix(address, "/hashicorp/aws") {
			provider = p
		}
	}
	if provider == nil {
		return nil, fmt.Errorf("read %q: no schema of hashicorp/aws", path)
	}
	for _, schemas := range []map[string]Schema{provider.Resources, provider.DataSources} {
		for name, s := range schemas {
			if err := check(s.Block); err != nil {
				return nil, fmt.Errorf("read %q: %s: %w", path, name, err)
			}
		}
	}
	return provider, nil
}

func check(b *Block) error {
	if b == nil {
		return fmt.Errorf("no block")
	}
	for name, a := range b.Attributes {
		if a.NestedType != nil || a.Type == cty.NilType {
			return fmt.Errorf("attribute %q has no plain type", name)
		}
	}
	for name, bt := range b.BlockTypes {
		if err := check(bt.Block); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// AsBlocks reports whether users may write the attribute as nested blocks:
// Terraform accepts that for every settable list or set of objects
// ("attributes as blocks", a legacy of the old plugin SDK).
func (a *Attribute) AsBlocks() bool {
	if !a.Optional && !a.Required {
		return false
	}
	return (a.Type.IsListType() || a.Type.IsSetType()) && a.Type.ElementType().IsObjectType()
}

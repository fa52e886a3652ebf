// Package schema knows the resources and data sources of the AWS provider:
// their attributes and nested blocks, types, what is computed, secret or
// replaces the resource, and the defaults that the provider fills in.
//
// It is one schema for all versions in use: provider 5.100.0 exactly, plus
// what provider 6 adds (Added) and what version 5 no longer has but code
// written for 3 and 4 still uses (Removed). Defaults, ForceNew and what a plan
// shows as known only after apply were observed on the provider itself.
//
// The data is embedded and costs nothing until a type is looked up, and then
// only that type; everything is safe for concurrent use. To make it anew, see
// the generate directory.
package schema

import (
	"iter"

	"github.com/zclconf/go-cty/cty"

	"safeguard/internal/terraform/schema/layout"
)

// Resource returns the schema of a resource type, or nil if there is no such
// type.
func Resource(typ string) *Block { return embedded.find(layout.Resources, typ) }

// DataSource returns the schema of a data source, or nil if there is no such
// data source.
func DataSource(typ string) *Block { return embedded.find(layout.DataSources, typ) }

// Types yields all resource types in alphabetical order.
func Types() iter.Seq[string] { return embedded.names(layout.Resources) }

// DataTypes yields all types of data sources in alphabetical order.
func DataTypes() iter.Seq[string] { return embedded.names(layout.DataSources) }

// IsIdentity reports whether an attribute of a resource type (or of a data
// source whose name no resource type has) is a string that the provider
// computes to identify the resource, and that is never null or empty once the
// resource exists: its ARN, a generated name, a DNS name.
func IsIdentity(typ, attr string) bool {
	b := Resource(typ)
	if b == nil {
		b = DataSource(typ)
	}
	if b == nil {
		return false
	}
	a := b.Attr(attr)
	return a != nil && a.Identity
}

// An Attr is an attribute of a block.
type Attr struct {
	Name      string
	Required  bool
	Optional  bool
	Computed  bool // the provider sets it if the configuration does not
	Sensitive bool
	WriteOnly bool // never in plan or state
	ForceNew  bool // a change replaces the resource, or may
	Removed   bool // only in providers before version 5
	Added     bool // only in provider 6
	Identity  bool // see IsIdentity

	plannedNull    bool
	plannedUnknown bool
	typ            uint32
	fallback       uint32 // position of the default plus one
	elem           *Block
}

// Type returns the type of the attribute's values.
func (a *Attr) Type() cty.Type { return embedded.typeAt(a.typ) }

// Elem returns the schema of one element, for an attribute that users may
// write as nested blocks too (ingress of aws_security_group), else nil.
func (a *Attr) Elem() *Block { return a.elem }

// Default returns the value that a plan shows when the configuration leaves
// the attribute out, if that value is known and not null.
func (a *Attr) Default() (cty.Value, bool) {
	if a.fallback == 0 {
		return cty.NilVal, false
	}
	return embedded.valueAt(a.fallback - 1)
}

// AfterApply reports whether a plan that creates the resource shows the
// attribute as known only after apply when the configuration leaves it out.
func (a *Attr) AfterApply() bool {
	return a.fallback == 0 && (a.plannedUnknown || a.Computed && !a.plannedNull)
}

// A Mode says how many blocks of a type there may be, and what they make.
type Mode uint8

// The modes of nested blocks.
const (
	Single Mode = layout.ModeSingle // one object, or null
	List   Mode = layout.ModeList
	Set    Mode = layout.ModeSet
	Map    Mode = layout.ModeMap // keyed by label
)

// A Nested is a type of nested blocks within a block.
type Nested struct {
	Name      string
	Mode      Mode
	Min, Max  int // how many blocks; a Max of 0 is no limit
	Block     *Block
	Computed  bool // without any in the configuration, known only after apply
	ForceNew  bool // adding or removing one replaces the resource
	Removed   bool // only in providers before version 5
	Added     bool // only in provider 6
	Sensitive bool // all that it holds is secret
	Attribute bool // in truth an attribute, which users may write as blocks
}

// IsSingle reports whether the block makes an object rather than a collection
// of objects.
func (n *Nested) IsSingle() bool { return n.Mode == Single }

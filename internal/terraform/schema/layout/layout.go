// Package layout is the form of the embedded schema, shared by the program
// that writes it and the package that reads it.
//
// The file starts with Magic and the offsets of its sections, as 32-bit
// little-endian numbers. Strings, Types, Values and Blocks are tables: a
// count, count+1 offsets from the end of the offsets, and the records.
// Resources and DataSources are indexes: a count and, sorted by name, pairs of
// a string and a block. Within records all numbers are varints, and refer to
// the tables by position.
//
//	string  its bytes
//	type    a kind, then for collections the element type, for objects a count
//	        and pairs of a string (sorted) and a type
//	value   its type, then JSON
//	block   a count of attributes: string, type, AttrFlags and, with
//	        HasDefault, a value; then a count of nested blocks: string,
//	        NestedFlags, least and most items, block. Both are sorted by name
package layout

// Magic begins the file; its last byte is the version of the form.
const Magic = "tfs\x01"

// The sections of the file, in the order of their offsets.
const (
	Strings = iota
	Types
	Values
	Blocks
	Resources
	DataSources
	Sections // how many there are
)

// Kinds of types.
const (
	Dynamic byte = iota
	Bool
	Number
	String
	List
	Set
	Map
	Object
)

// Flags of attributes.
const (
	Required = 1 << iota
	Optional
	Computed
	Sensitive
	WriteOnly
	ForceNew
	Removed
	Added
	Identity
	PlannedNull
	PlannedUnknown
	HasDefault
)

// Flags of nested blocks, above the two bits of their mode.
const (
	NestedComputed = 4 << iota
	NestedForceNew
	NestedRemoved
	NestedAdded
	NestedSensitive
	NestedAttribute
)

// Modes of nested blocks.
const (
	ModeSingle = iota
	ModeList
	ModeSet
	ModeMap

	ModeMask = 3
)

// Package config reads Terraform and OpenTofu configuration files into
// modules. It parses, merges override files and resolves local module calls;
// it evaluates nothing.
//
// JSON files (.tf.json, .tofu.json) are turned into the same hclsyntax trees
// as native ones, so that nothing after this package knows the difference,
// but for one thing: in a body that came from JSON every nested block stands
// as an attribute whose expression is an object or a tuple of objects. Places
// within a JSON string are exact up to its first escape.
//
// Files that would overflow the parser's stack or exhaust memory are refused
// before it sees them.
package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Module is one directory of configuration, with override files merged.
type Module struct {
	// Dir is the directory as it is to be shown: the path given by the user
	// joined with what leads to the module, with forward slashes.
	Dir string

	Files       []*File // in name order, overrides last
	Variables   map[string]*Variable
	Locals      map[string]*hclsyntax.Attribute
	Outputs     map[string]*Output
	Resources   []*Resource // managed, data and ephemeral, in file and line order
	Calls       []*Call     // module blocks, in file and line order
	Providers   []*Provider
	Required    map[string]RequiredProvider // by local name
	HasBackend  bool                        // a backend or cloud block is declared
	Diagnostics []Diagnostic

	// Incomplete names the files that could not be read or parsed: anything
	// could be declared there, unless the faults are within the braces of a
	// resource. Of blocks that are Broken, arguments that seem to be absent may
	// be there; those near the error have unknown values.
	Incomplete []string
}

// A File is one configuration file.
type File struct {
	Path     string // as shown, Dir joined with the base name
	Bytes    []byte // nil if unreadable
	JSON     bool
	Override bool
}

// A Variable is a variable block. Type, Default, Sensitive and so on are
// expressions or nil; nothing is evaluated.
type Variable struct {
	Name      string
	Type      hclsyntax.Expression // nil: any
	Default   hclsyntax.Expression // nil: required
	Sensitive hclsyntax.Expression
	Nullable  hclsyntax.Expression
	Ephemeral hclsyntax.Expression
	Range     hcl.Range // of the block's header
}

// An Output is an output block.
type Output struct {
	Name      string
	Value     hclsyntax.Expression // nil if missing
	Sensitive hclsyntax.Expression
	Range     hcl.Range
}

// Mode tells the kinds of resource blocks apart.
type Mode uint8

// The modes.
const (
	Managed   Mode = iota // resource
	Data                  // data
	Ephemeral             // ephemeral
)

// A Resource is a resource, data or ephemeral block.
type Resource struct {
	Mode     Mode
	Type     string
	Name     string
	Body     *hclsyntax.Body // merged; meta-arguments still inside
	JSON     bool            // Body came from JSON: see the package comment
	Broken   bool            // a syntax error cut Body short: see Module.Incomplete
	Count    hclsyntax.Expression
	ForEach  hclsyntax.Expression // nil if Count is set, which wins
	Provider string               // "aws", "aws.west"; empty: by type
	Header   hcl.Range            // the line `resource "type" "name"`
	Range    hcl.Range            // the whole block
}

// A Call is a module block.
type Call struct {
	Name      string
	Source    string // literal source, "" if it is missing or not a literal string
	Version   string
	Body      *hclsyntax.Body // meta-arguments still inside
	JSON      bool
	Broken    bool // a syntax error cut Body short: see Module.Incomplete
	Count     hclsyntax.Expression
	ForEach   hclsyntax.Expression // nil if Count is set, which wins
	Providers map[string]string    // child's provider name to ours: "aws" -> "aws.west"
	Header    hcl.Range
	Range     hcl.Range

	// Module is what the call leads to, or nil when it is not installed, not
	// readable or would recurse without end; Missing then says why, in words
	// for the user, and Install is the command that would help, if one would.
	Module  *Module
	Missing string
	Install string
}

// ComputedSource is the source of a call where it is an expression that nobody
// has evaluated yet, or nil.
func (c *Call) ComputedSource() hclsyntax.Expression {
	if c.Source != "" {
		return nil
	}
	return argument(c.Body, "source")
}

// ComputesSource reports whether m or a module below it has such a call.
func (m *Module) ComputesSource() bool {
	return slices.ContainsFunc(m.Calls, func(c *Call) bool {
		return c.ComputedSource() != nil || c.Module != nil && c.Module.ComputesSource()
	})
}

// A Provider is a provider block.
type Provider struct {
	Name   string // local name, "aws"
	Alias  string // "" for the default one
	Body   *hclsyntax.Body
	JSON   bool
	Broken bool // a syntax error cut Body short: see Module.Incomplete
	Range  hcl.Range
}

// A RequiredProvider is an entry of required_providers.
type RequiredProvider struct {
	Source  string // "hashicorp/aws"; "" if not said
	Version string
}

// Severity of a Diagnostic.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// A Diagnostic is a message about the configuration itself.
type Diagnostic struct {
	Severity Severity
	Summary  string
	Detail   string
	Range    hcl.Range // Filename is as shown; zero if there is no place
}

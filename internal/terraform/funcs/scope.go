package funcs

import (
	"sync/atomic"

	"github.com/zclconf/go-cty/cty"
)

// A Mark is a mark of a value that has a meaning for functions. All other
// marks, of whatever type, only pass through.
type Mark string

// The marks.
const (
	Sensitive Mark = "sensitive" // set by sensitive(), removed by nonsensitive()
	Ephemeral Mark = "ephemeral" // made null by ephemeralasnull()
)

// A Scope is what a call may know about its surroundings. It does not change
// after its first use, so calls may share it.
type Scope struct {
	// BaseDir is the directory that relative paths start from, absolute: the
	// one in which Terraform would run.
	BaseDir string
	// Root is the directory, absolute, whose files a configuration may read
	// without saying that it goes elsewhere. It contains BaseDir.
	Root string
	// Home is what a leading ~ stands for; empty: the user's home directory.
	Home string
	// Files reads files; nil: there are none. See [OS].
	Files Files
	// Render renders a template for templatefile and templatestring; nil:
	// there are no templates. Calls that the template makes take the nested
	// scope, which bounds recursion.
	Render func(nested *Scope, t Template) (cty.Value, error)
	// Hole gives the placeholder that stands for an unknown value within the
	// text that jsonencode and yamlencode make; nil or false: the whole text
	// is unknown, as in Terraform.
	Hole func(unknown cty.Value) (placeholder string, ok bool)

	depth   int           // of nested templates
	renders *atomic.Int32 // templates rendered below one call; nil at the top
}

// A Template is the source of a template and what it may refer to.
type Template struct {
	Name   string // path as the configuration gives it; empty for templatestring
	Source string
	Vars   map[string]cty.Value // names are valid identifiers
}

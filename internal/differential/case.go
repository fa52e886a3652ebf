// Package differential compares what the real terraform plan knows of a
// configuration with what safeguard inspect knows of it. Where both know the
// value of an attribute the values must be equal, and inspect may not claim to
// know what Terraform does not. It is imported by _test.go files alone.
package differential

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// A Case is one configuration, written as a txtar archive. Lines of the
// archive's comment that start with "# " are directives:
//
//	# root                     plan it alone, as a root module
//	# var: NAME=VALUE          as if given with -var
//	# var-file: FILE           as if given with -var-file
//	# env: NAME=VALUE          an environment variable for both
//	# workspace: NAME          the selected workspace
//	# coverage: N              inspect knows at least N % of what Terraform
//	                           knows of the attributes that it looks at; 100 if absent
//	# knows: ADDRESS NAME      inspect has a value for this argument
//	# secret: TEXT             inspect prints this nowhere
//	# provider: ADDRESS PATH   the provider itself plans another value than
//	                           the configuration has: do not compare this one
//	# identity: ADDRESS PATH   inspect knows this because it takes identities
//	                           for known: do not compare
//
// Those that terraform plan is told (var, var-file, env, workspace) imply root.
type Case struct {
	Name      string
	Archive   *txtar.Archive
	Root      bool
	Args      []string // of terraform plan and, but for the dashes, of inspect
	Env       []string
	Coverage  int
	Skip      map[string]bool // "ADDRESS PATH"
	Knows     [][2]string
	Secrets   []string
	Workspace string
}

// ParseCase reads the archive in the file at path.
func ParseCase(path string) (*Case, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{
		Name:     strings.TrimSuffix(filepath.Base(path), ".txtar"),
		Archive:  archive,
		Coverage: 100,
		Skip:     map[string]bool{},
	}
	for line := range strings.Lines(string(archive.Comment)) {
		directive, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "# ")
		if !ok {
			continue
		}
		if err := c.parse(directive); err != nil {
			return nil, fmt.Errorf("%s: directive %q: %w", path, directive, err)
		}
	}
	return c, nil
}

func (c *Case) parse(directive string) error {
	name, value, _ := strings.Cut(directive, ": ")
	if (name == "root") != (value == "") {
		return errors.New("wants a value if and only if it is not root")
	}
	switch name {
	case "root":
		c.Root = true
	case "var", "var-file":
		c.Root = true
		c.Args = append(c.Args, "-"+name, value)
	case "env":
		c.Root = true
		c.Env = append(c.Env, value)
	case "workspace":
		c.Root = true
		c.Workspace = value
	case "provider", "identity":
		c.Skip[value] = true
	case "knows":
		i := strings.LastIndexByte(value, ' ')
		if i < 0 {
			return errors.New("wants an address and a name")
		}
		c.Knows = append(c.Knows, [2]string{value[:i], value[i+1:]})
	case "secret":
		c.Secrets = append(c.Secrets, value)
	case "coverage":
		n, err := strconv.Atoi(value)
		c.Coverage = n
		return err
	default:
		return errors.New("not known")
	}
	return nil
}

// Shared reports whether the case can be planned as a module among others: it
// needs the AWS provider, which takes seconds to start, and it is not a root.
func (c *Case) Shared() bool {
	if c.Root {
		return false
	}
	for _, f := range c.Archive.Files {
		if bytes.Contains(f.Data, []byte(`"aws_`)) {
			return true
		}
	}
	return false
}

// PlanArgs are the arguments for terraform plan. They are separate from
// InspectArgs because terraform knows no double dashes.
func (c *Case) PlanArgs() []string {
	var args []string
	for i := 0; i < len(c.Args); i += 2 {
		args = append(args, c.Args[i]+"="+c.Args[i+1])
	}
	return args
}

// PlanEnv is what the case adds to the environment of terraform.
func (c *Case) PlanEnv() []string {
	if c.Workspace == "" {
		return c.Env
	}
	return append([]string{"TF_WORKSPACE=" + c.Workspace}, c.Env...)
}

// InspectArgs are the arguments for safeguard inspect.
func (c *Case) InspectArgs() []string {
	var args []string
	for i := 0; i < len(c.Args); i += 2 {
		args = append(args, "-"+c.Args[i], c.Args[i+1])
	}
	if c.Workspace != "" {
		args = append(args, "--workspace", c.Workspace)
	}
	return args
}

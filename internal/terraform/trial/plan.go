package trial

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// An Action is what terraform would do to a resource.
type Action string

// The actions.
const (
	Create  Action = "create"
	Update  Action = "update in place"
	Replace Action = "replace"
	Destroy Action = "destroy"
)

// A Change is what terraform would do to one instance of a resource.
type Change struct {
	Address string // module.a.aws_s3_bucket.b["c"]
	Module  string // module.a
	Type    string
	Name    string
	Action  Action
	After   string // the values afterwards, in JSON
}

// Plan returns what terraform plan would do in the root with the files, which
// count instead of those on disk, without a refresh and without a lock. What is
// wrong with the code, or with the credentials, comes as faults.
func (r Root) Plan(ctx context.Context, files map[string][]byte) ([]Change, []Fault, error) {
	dir, clean, err := r.scratch(files)
	if err != nil {
		return nil, nil, err
	}
	defer clean()
	const saved = ".safeguard-trial.tfplan"
	args := append([]string{"plan", "-json", "-refresh=false", "-input=false", "-lock=false", "-out=" + saved}, r.Variables...)
	out, said, err := r.run(ctx, dir, args...)
	if err != nil {
		faults := reported(out)
		if len(faults) == 0 {
			return nil, nil, fmt.Errorf("terraform plan in a copy of %s: %w: %s", r.Dir, err, said)
		}
		return nil, faults, nil
	}
	out, said, err = r.run(ctx, dir, "show", "-json", "-no-color", saved)
	if err != nil {
		return nil, nil, fmt.Errorf("terraform show in a copy of %s: %s", r.Dir, cmp.Or(said, err.Error()))
	}
	changes, err := planned(out)
	if err != nil {
		return nil, nil, fmt.Errorf("read the plan of %s: %w", r.Dir, err)
	}
	return changes, nil, nil
}

// reported are the errors in the lines of JSON that plan -json prints.
func reported(out []byte) []Fault {
	var faults []Fault
	for line := range bytes.Lines(out) {
		var message struct{ Diagnostic *diagnostic }
		if json.Unmarshal(line, &message) == nil && message.Diagnostic != nil && message.Diagnostic.Severity == "error" {
			faults = append(faults, message.Diagnostic.fault())
		}
	}
	return faults
}

// planned are the changes in what terraform show -json prints.
func planned(out []byte) ([]Change, error) {
	var doc struct {
		ResourceChanges []struct {
			Address, Mode, Type, Name string
			ModuleAddress             string `json:"module_address"`
			Change                    struct {
				Actions []string
				After   json.RawMessage
			}
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		return nil, err
	}
	var changes []Change
	for _, c := range doc.ResourceChanges {
		if action := actionOf(c.Change.Actions); action != "" && c.Mode == "managed" {
			changes = append(changes, Change{c.Address, c.ModuleAddress, c.Type, c.Name, action, string(c.Change.After)})
		}
	}
	return changes, nil
}

func actionOf(actions []string) Action {
	create, destroy := slices.Contains(actions, "create"), slices.Contains(actions, "delete")
	switch {
	case create && destroy:
		return Replace
	case create:
		return Create
	case destroy:
		return Destroy
	case slices.Contains(actions, "update"):
		return Update
	}
	return ""
}

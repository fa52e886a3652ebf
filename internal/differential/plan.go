package differential

import (
	"bytes"
	"encoding/json"
	"fmt"

	"safeguard/internal/assessment"
)

// An Instance is a resource instance as terraform plan knows it.
type Instance struct {
	Address string
	Type    string
	Managed bool // not a data source

	Values    map[string]any // numbers as json.Number
	Unknown   any            // as after_unknown: true, or nested
	Sensitive any            // as after_sensitive

	// Configured holds the expressions of the arguments and blocks that the
	// configuration sets, dynamic blocks not included.
	Configured map[string]any
}

type planJSON struct {
	ResourceChanges []struct {
		Address string
		Mode    string
		Type    string
		Change  struct {
			After          map[string]any
			AfterUnknown   any `json:"after_unknown"`
			AfterSensitive any `json:"after_sensitive"`
		}
	} `json:"resource_changes"`
	PriorState struct {
		Values struct {
			Root stateModule `json:"root_module"`
		}
	} `json:"prior_state"`
	Configuration struct {
		Root configModule `json:"root_module"`
	}
}

type stateModule struct {
	Resources []struct {
		Address   string
		Mode      string
		Type      string
		Values    map[string]any
		Sensitive any `json:"sensitive_values"`
	}
	Children []stateModule `json:"child_modules"`
}

type configModule struct {
	Resources []struct {
		Address     string
		Expressions map[string]any
	}
	Calls map[string]struct{ Module configModule } `json:"module_calls"`
}

// ReadPlan reads the instances in a plan for an empty state, as terraform show
// -json prints it, by address. Data sources that were read while planning are
// among them.
func ReadPlan(data []byte) (map[string]*Instance, error) {
	var plan planJSON
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&plan); err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	configured := map[string]map[string]any{}
	plan.Configuration.Root.collect("", configured)
	instances := map[string]*Instance{}
	for _, r := range plan.ResourceChanges {
		instances[r.Address] = &Instance{
			Address:    r.Address,
			Type:       r.Type,
			Managed:    r.Mode == "managed",
			Values:     r.Change.After,
			Unknown:    r.Change.AfterUnknown,
			Sensitive:  r.Change.AfterSensitive,
			Configured: configured[assessment.WithoutKeys(r.Address)],
		}
	}
	plan.PriorState.Values.Root.collect(configured, instances)
	return instances, nil
}

func (m *configModule) collect(prefix string, into map[string]map[string]any) {
	for _, r := range m.Resources {
		into[prefix+r.Address] = r.Expressions
	}
	for name, call := range m.Calls {
		call.Module.collect(prefix+"module."+name+".", into)
	}
}

func (m *stateModule) collect(configured map[string]map[string]any, into map[string]*Instance) {
	for _, r := range m.Resources {
		if r.Mode != "data" || into[r.Address] != nil {
			continue
		}
		into[r.Address] = &Instance{
			Address:    r.Address,
			Type:       r.Type,
			Values:     r.Values,
			Sensitive:  r.Sensitive,
			Configured: configured[assessment.WithoutKeys(r.Address)],
		}
	}
	for _, child := range m.Children {
		child.collect(configured, into)
	}
}

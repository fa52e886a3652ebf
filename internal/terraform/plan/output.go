package plan

import (
	"encoding/json"
	"errors"
	"fmt"
)

// An Output is the value of an output of the root module.
type Output struct {
	Value     any // as encoding/json decodes it
	Sensitive bool
}

// Outputs reads the outputs of the root module from what Read reads.
func Outputs(data []byte) (map[string]Output, error) {
	data = utf8Text(data)
	if !json.Valid(data) {
		return nil, syntaxError(data)
	}
	var doc struct {
		Outputs       map[string]Output                   // of a state file
		Values        struct{ Outputs map[string]Output } // of terraform show -json
		PlannedValues struct{ Outputs map[string]Output } `json:"planned_values"`
		Modules       json.RawMessage
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", wanted, err)
	}
	for _, outputs := range []map[string]Output{doc.Outputs, doc.Values.Outputs, doc.PlannedValues.Outputs} {
		if len(outputs) > 0 {
			return outputs, nil
		}
	}
	if doc.Modules != nil {
		return nil, errors.New("it is a state of Terraform 0.11 or older: any newer terraform apply rewrites it")
	}
	return nil, nil
}

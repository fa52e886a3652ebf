package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// An Inspected is a resource instance as safeguard inspect knows it.
type Inspected struct {
	Address string
	Type    string
	Root    string         // the root module that it was found in
	Values  map[string]any // numbers as json.Number
	Unknown []struct{ Path, Cause string }
	Symbols []struct {
		Path     string
		RefersTo string `json:"refers_to"`
	}
	Sensitive []string // the paths that it holds back
}

// ReadInspection reads what safeguard inspect --format json printed, by
// address. It passes over messages other than resources, and resources of the
// root modules below the one that was inspected.
func ReadInspection(data []byte) (map[string]*Inspected, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	instances := map[string]*Inspected{}
	for {
		var message struct{ Resource *Inspected }
		err := decoder.Decode(&message)
		if errors.Is(err, io.EOF) {
			return instances, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read inspection: %w", err)
		}
		r := message.Resource
		if r == nil || r.Root != "" && r.Root != "." {
			continue
		}
		if instances[r.Address] != nil {
			return nil, fmt.Errorf("read inspection: %s comes twice", r.Address)
		}
		instances[r.Address] = r
	}
}

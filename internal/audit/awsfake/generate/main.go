// Generate writes the constraints of AWS's API models that the fake keeps to:
// required members, lengths, ranges, patterns and enumerations of what its
// operations take and give. It reads the models of botocore, which is under the
// Apache License 2.0 and publishes what AWS's services are generated from:
//
//	go run ./internal/audit/awsfake/generate BOTOCORE/data > internal/audit/awsfake/model.json
package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"safeguard/internal/audit/awsfake"
)

// A source is a model as botocore has it.
type source struct {
	Operations map[string]struct {
		Input, Output struct{ Shape string }
	}
	Shapes map[string]struct {
		Type     string
		Required []string
		Members  map[string]struct{ Shape, LocationName string }
		Member   struct{ Shape string }
		Key      struct{ Shape string }
		Value    struct{ Shape string }
		Min, Max *float64
		Pattern  string
		Enum     []string
		Document bool
	}
}

// leftOut are shapes that are documents in themselves: hundreds of shapes about
// every kind of resource, of which the fake has none.
var leftOut = []string{"ResourceDetails"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate BOTOCORE/data")
		os.Exit(2)
	}
	models := map[string]awsfake.Model{}
	for service, operations := range awsfake.Operations() {
		m, err := extract(os.Args[1], service, operations)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", service, err)
			os.Exit(1)
		}
		models[service] = m
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(models); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func extract(dir, service string, operations []string) (awsfake.Model, error) {
	out := awsfake.Model{Operations: map[string]awsfake.Operation{}, Shapes: map[string]awsfake.Shape{}}
	files, err := filepath.Glob(filepath.Join(dir, service, "*", "service-2.json.gz"))
	if err != nil || len(files) == 0 {
		return out, fmt.Errorf("no model in %s: %w", dir, err)
	}
	file, err := os.Open(slices.Max(files))
	if err != nil {
		return out, err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return out, err
	}
	var src source
	if err := json.NewDecoder(z).Decode(&src); err != nil {
		return out, err
	}
	var take func(name string)
	take = func(name string) {
		if _, ok := out.Shapes[name]; ok || name == "" {
			return
		}
		s := src.Shapes[name]
		shape := awsfake.Shape{Type: s.Type, Required: s.Required, Min: s.Min, Max: s.Max, Enum: s.Enum, Member: s.Member.Shape, Key: s.Key.Shape, Value: s.Value.Shape}
		if _, err := regexp.Compile(s.Pattern); err == nil { // some are of Java alone
			shape.Pattern = s.Pattern
		}
		if slices.Contains(leftOut, name) || s.Document {
			shape = awsfake.Shape{Type: "document"}
		}
		out.Shapes[name] = shape
		if shape.Type == "document" {
			return
		}
		for member, m := range s.Members {
			if shape.Members == nil {
				shape.Members = map[string]string{}
			}
			key := member
			if m.LocationName != "" {
				key = m.LocationName
				if i := slices.Index(shape.Required, member); i >= 0 {
					shape.Required = slices.Clone(shape.Required)
					shape.Required[i] = key
				}
			}
			shape.Members[key] = m.Shape
			out.Shapes[name] = shape
			take(m.Shape)
		}
		take(s.Member.Shape)
		take(s.Key.Shape)
		take(s.Value.Shape)
	}
	for _, name := range operations {
		op, ok := src.Operations[name]
		if !ok {
			return out, fmt.Errorf("the model has no operation %s", name)
		}
		out.Operations[name] = awsfake.Operation{In: op.Input.Shape, Out: op.Output.Shape}
		take(op.Input.Shape)
		take(op.Output.Shape)
	}
	return out, nil
}

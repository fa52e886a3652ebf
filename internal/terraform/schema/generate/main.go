// Command generate makes the embedded schema of the AWS provider.
//
//	go run ./internal/terraform/schema/generate -schema5 aws-5.100.0.json \
//	  -schema6 aws-6.66.0.json.gz -observed observed.json \
//	  -defaults provider-defaults.json -force-new provider-force-new.json \
//	  -out internal/terraform/schema/aws.schema
//
// Schemas are in the form that `terraform providers schema -json` prints; what
// was observed comes from the program in the observe directory. Defaults and
// force-new are lists gathered from documentation, by type and path; what was
// observed wins.
package main

import (
	"flag"
	"fmt"
	"os"

	"safeguard/internal/terraform/schema/generate/source"
)

type inputs struct {
	schema5, schema6, observed, defaults, forceNew, out string
}

func main() {
	var in inputs
	flag.StringVar(&in.schema5, "schema5", "", "schema of provider 5")
	flag.StringVar(&in.schema6, "schema6", "", "schema of provider 6")
	flag.StringVar(&in.observed, "observed", "", "what was observed on provider 5")
	flag.StringVar(&in.defaults, "defaults", "", "documented defaults")
	flag.StringVar(&in.forceNew, "force-new", "", "documented attributes that replace")
	flag.StringVar(&in.out, "out", "", "the file to write")
	flag.Parse()
	if err := run(in); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(in inputs) error {
	five, err := source.Read(in.schema5)
	if err != nil {
		return err
	}
	six, err := source.Read(in.schema6)
	if err != nil {
		return err
	}
	resources, err := merge(five.Resources, six.Resources)
	if err != nil {
		return err
	}
	data, err := merge(five.DataSources, six.DataSources)
	if err != nil {
		return err
	}
	if err := addRemoved(resources, data); err != nil {
		return err
	}
	if err := addFacts(resources, in); err != nil {
		return err
	}
	identities(resources, true)
	identities(data, false)
	for _, blocks := range []map[string]*block{resources, data} {
		for _, b := range blocks {
			b.markSecrets()
		}
	}
	file, err := encode(resources, data)
	if err != nil {
		return err
	}
	return os.WriteFile(in.out, file, 0o644)
}

// merge makes one schema of two versions. Types that only the newer one has
// are taken whole, without marks.
func merge(five, six map[string]source.Schema) (map[string]*block, error) {
	merged := map[string]*block{}
	for typ, s := range five {
		b, err := blockOf(s.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", typ, err)
		}
		merged[typ] = b
	}
	for typ, s := range six {
		b, err := blockOf(s.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", typ, err)
		}
		if merged[typ] == nil {
			merged[typ] = b
			continue
		}
		merged[typ].add(b)
	}
	return merged, nil
}

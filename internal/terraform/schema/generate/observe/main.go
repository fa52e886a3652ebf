// Command observe asks a running AWS provider what it plans, offline, and
// writes what its schema does not say: the defaults that it fills in, the
// nested blocks that are known only after apply, and the attributes whose
// change replaces the resource. It makes no request to AWS: planning a new
// resource needs none.
//
//	go run ./internal/terraform/schema/generate/observe \
//	  -provider .terraform/providers/.../terraform-provider-aws_v5.100.0_x5 \
//	  -schema aws-5.100.0.json -out observed.json
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"safeguard/internal/terraform/schema/generate/source"
)

// workers is how many providers run at once.
const workers = 3

// region is the region that the provider is configured for.
const region = "us-east-1"

func main() {
	provider := flag.String("provider", "", "the provider's binary")
	schema := flag.String("schema", "", "its schema, from `terraform providers schema -json`")
	only := flag.String("type", "", "only this resource type")
	out := flag.String("out", "", "where to write what was observed")
	flag.Parse()
	if err := run(*provider, *schema, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "observe:", err)
		os.Exit(1)
	}
}

func run(provider, schemaPath, only, out string) error {
	schema, err := source.Read(schemaPath)
	if err != nil {
		return err
	}
	var types []string
	for _, typ := range slices.Sorted(maps.Keys(schema.Resources)) {
		if only == "" || typ == only {
			types = append(types, typ)
		}
	}
	seen := map[string]*observation{}
	var mu sync.Mutex
	var group errgroup.Group
	for part := range workers {
		group.Go(func() error {
			o := &observer{provider: provider, config: providerConfig(schema.Block.Block)}
			defer o.stop()
			for i := part; i < len(types); i += workers {
				began := time.Now()
				result := o.observe(types[i], schema.Resources[types[i]].Block)
				mu.Lock()
				seen[types[i]] = result
				mu.Unlock()
				fmt.Fprintf(os.Stderr, "%s %v %.300q\n", types[i], time.Since(began).Round(time.Millisecond), result.Failed)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	data, err := json.MarshalIndent(seen, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(data, '\n'), 0o644)
}

// providerConfig returns a configuration with which the provider starts
// without credentials and without a network.
func providerConfig(b *source.Block) map[string]any {
	config := sample{value: notKnown}.block(b, "", 0)
	for name, v := range map[string]any{
		"region": region, "access_key": "none", "secret_key": "none", "max_retries": 1,
		"skip_credentials_validation": true, "skip_requesting_account_id": true,
		"skip_metadata_api_check": "true", "skip_region_validation": true,
	} {
		config[name] = v
	}
	return config
}

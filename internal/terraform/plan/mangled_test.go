package plan_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"safeguard/internal/terraform/plan"
)

// TestMangled reads documents in which values stand in wrong places: whatever
// they hold, reading them ends, and not in a panic.
func TestMangled(t *testing.T) {
	t.Parallel()
	rounds := 150
	if testing.Short() {
		rounds = 20
	}
	for _, path := range []string{"relations/plan.json", "update/plan.json", "state/show.json", "state/terraform.tfstate"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(path)))
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(1, 2))
			readable := 0
			for range rounds {
				var doc any
				if err := json.Unmarshal(data, &doc); err != nil {
					t.Fatal(err)
				}
				m := mangler{rng: rng}
				m.collect(doc)
				for range 1 + rng.IntN(8) {
					m.swap()
				}
				mangled, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				d, err := plan.Read(mangled)
				if err != nil {
					continue
				}
				readable++
				g := d.Graph("mangled", nil)
				for _, r := range g.Resources {
					attrs, blocks := r.Body.Names()
					for _, name := range append(attrs, blocks...) {
						walk(t, r.Address+"."+name, r.Attr(name))
					}
					g.Attached(r, "aws_s3_bucket_versioning", "bucket")
				}
			}
			if readable < rounds/3 {
				t.Errorf("only %d of %d mangled documents could be read", readable, rounds)
			}
		})
	}
}

// A mangler puts values of a document in the place of others.
type mangler struct {
	rng    *rand.Rand
	values []any
	set    []func(any)
}

func (m *mangler) collect(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			m.values = append(m.values, e)
			m.set = append(m.set, func(x any) { v[k] = x })
			m.collect(e)
		}
	case []any:
		for i, e := range v {
			m.values = append(m.values, e)
			m.set = append(m.set, func(x any) { v[i] = x })
			m.collect(e)
		}
	}
}

// swap puts a copy of a value somewhere.
func (m *mangler) swap() {
	data, err := json.Marshal(m.values[m.rng.IntN(len(m.values))])
	if err != nil || len(data) > 1<<16 {
		return
	}
	var value any
	if json.Unmarshal(data, &value) == nil {
		m.set[m.rng.IntN(len(m.set))](value)
	}
}

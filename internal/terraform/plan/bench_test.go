package plan_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	"safeguard/internal/corpus"
	"safeguard/internal/graph"
	"safeguard/internal/terraform/plan"
)

var sizes = []int{100, 1000, 5000, 20000}

// BenchmarkPlan compares reading a plan with decoding it once into structs.
func BenchmarkPlan(b *testing.B) { compare(b, corpus.Plan, func() any { return &decodedPlan{} }) }

// BenchmarkState compares reading a state file with decoding it once.
func BenchmarkState(b *testing.B) { compare(b, corpus.State, func() any { return &decodedState{} }) }

func compare(b *testing.B, corpus func(int, uint64) []byte, into func() any) {
	for _, n := range sizes {
		data := corpus(n, 1)
		bench := func(name string, f func()) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
			})
		}
		bench("decode", func() {
			if err := json.Unmarshal(data, into()); err != nil {
				b.Fatal(err)
			}
		})
		bench("graph", func() { read(b, data) })
		// What rules do: every resource, some attributes of each.
		bench("some", func() {
			for _, r := range read(b, data).Resources {
				for _, name := range []string{"bucket", "kms_key_id", "tags", "policy", "storage_encrypted"} {
					sink = r.Attr(name)
				}
			}
		})
		bench("all", func() {
			for _, r := range read(b, data).Resources {
				attrs, blocks := r.Body.Names()
				for _, name := range append(attrs, blocks...) {
					sink = r.Attr(name)
				}
			}
		})
		b.Run(fmt.Sprintf("memory/%d", n), func(b *testing.B) {
			var g *graph.Graph
			for b.Loop() {
				g, sink = nil, graph.Value{}
				before := heap()
				g = read(b, data)
				for _, r := range g.Resources {
					sink = r.Attr("tags")
				}
				after := heap()
				b.ReportMetric(float64(int64(after)-int64(before))/float64(len(g.Resources)), "B/resource")
				runtime.KeepAlive(g)
			}
		})
	}
}

var sink graph.Value

func read(b *testing.B, data []byte) *graph.Graph {
	doc, err := plan.Read(data)
	if err != nil {
		b.Fatal(err)
	}
	return doc.Graph("bench", nil)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

type decodedPlan struct {
	FormatVersion   string          `json:"format_version"`
	Variables       map[string]any  `json:"variables"`
	PlannedValues   decodedValues   `json:"planned_values"`
	ResourceChanges []decodedChange `json:"resource_changes"`
	PriorState      struct {
		Values decodedValues `json:"values"`
	} `json:"prior_state"`
	Configuration struct {
		ProviderConfig map[string]any `json:"provider_config"`
		RootModule     map[string]any `json:"root_module"`
	} `json:"configuration"`
}

type decodedChange struct {
	Address       string `json:"address"`
	ModuleAddress string `json:"module_address"`
	Mode          string `json:"mode"`
	Type          string `json:"type"`
	Name          string `json:"name"`
	Change        struct {
		Actions        []string       `json:"actions"`
		Before         map[string]any `json:"before"`
		After          map[string]any `json:"after"`
		AfterUnknown   map[string]any `json:"after_unknown"`
		AfterSensitive any            `json:"after_sensitive"`
	} `json:"change"`
}

type decodedValues struct {
	RootModule decodedModule `json:"root_module"`
}

type decodedModule struct {
	Address   string `json:"address"`
	Resources []struct {
		Address         string         `json:"address"`
		Mode            string         `json:"mode"`
		Type            string         `json:"type"`
		Name            string         `json:"name"`
		Values          map[string]any `json:"values"`
		SensitiveValues map[string]any `json:"sensitive_values"`
	} `json:"resources"`
	ChildModules []decodedModule `json:"child_modules"`
}

type decodedState struct {
	Version   int `json:"version"`
	Resources []struct {
		Module    string `json:"module"`
		Mode      string `json:"mode"`
		Type      string `json:"type"`
		Name      string `json:"name"`
		Instances []struct {
			IndexKey            any            `json:"index_key"`
			Attributes          map[string]any `json:"attributes"`
			SensitiveAttributes []any          `json:"sensitive_attributes"`
			Dependencies        []string       `json:"dependencies"`
		} `json:"instances"`
	} `json:"resources"`
}

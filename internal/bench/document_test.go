//go:build unix

package bench_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"safeguard/internal/corpus"
	"safeguard/internal/report"
)

// BenchmarkPlan compares the scan of a plan with the floor: to decode its JSON
// once into typed structs.
func BenchmarkPlan(b *testing.B) {
	document(b, corpus.Plan, func() any { return &planDocument{} })
}

// BenchmarkState compares the scan of a state with decoding it once.
func BenchmarkState(b *testing.B) {
	document(b, corpus.State, func() any { return &stateDocument{} })
}

func document(b *testing.B, content func(int, uint64) []byte, into func() any) {
	each(b, func(b *testing.B, n int) {
		data := content(n, seed)
		compare(b, []*stage{
			{name: "decode", run: func() any {
				doc := into()
				if err := json.Unmarshal(data, doc); err != nil {
					b.Fatal(err)
				}
				return doc
			}},
			{name: "graph", run: func() any { return load(b, "-", bytes.NewReader(data)) }},
			{name: "json", run: func() any { return judge(b, load(b, "-", bytes.NewReader(data)), report.NewJSON(io.Discard)) }},
			{name: "text", run: func() any { return judge(b, load(b, "-", bytes.NewReader(data)), newText()) }},
		})
	})
}

// BenchmarkScanPlan is the scan of a plan alone, for profiles.
func BenchmarkScanPlan(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		data := corpus.Plan(n, seed)
		b.ReportAllocs()
		for b.Loop() {
			judge(b, load(b, "-", bytes.NewReader(data)), report.NewJSON(io.Discard))
		}
	})
}

// BenchmarkScanState is the scan of a state alone, for profiles.
func BenchmarkScanState(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		data := corpus.State(n, seed)
		b.ReportAllocs()
		for b.Loop() {
			judge(b, load(b, "-", bytes.NewReader(data)), report.NewJSON(io.Discard))
		}
	})
}

// A planDocument is a plan as Terraform describes its JSON.
type planDocument struct {
	FormatVersion   string           `json:"format_version"`
	Variables       map[string]any   `json:"variables"`
	PlannedValues   valuesDocument   `json:"planned_values"`
	ResourceChanges []changeDocument `json:"resource_changes"`
	PriorState      struct {
		Values valuesDocument `json:"values"`
	} `json:"prior_state"`
	Configuration struct {
		ProviderConfig map[string]any `json:"provider_config"`
		RootModule     map[string]any `json:"root_module"`
	} `json:"configuration"`
}

type changeDocument struct {
	Address       string `json:"address"`
	ModuleAddress string `json:"module_address"`
	Mode          string `json:"mode"`
	Type          string `json:"type"`
	Name          string `json:"name"`
	Index         any    `json:"index"`
	Change        struct {
		Actions        []string       `json:"actions"`
		Before         map[string]any `json:"before"`
		After          map[string]any `json:"after"`
		AfterUnknown   map[string]any `json:"after_unknown"`
		AfterSensitive any            `json:"after_sensitive"`
	} `json:"change"`
}

type valuesDocument struct {
	RootModule moduleDocument `json:"root_module"`
}

type moduleDocument struct {
	Address   string `json:"address"`
	Resources []struct {
		Address         string         `json:"address"`
		Mode            string         `json:"mode"`
		Type            string         `json:"type"`
		Name            string         `json:"name"`
		Values          map[string]any `json:"values"`
		SensitiveValues map[string]any `json:"sensitive_values"`
	} `json:"resources"`
	ChildModules []moduleDocument `json:"child_modules"`
}

// A stateDocument is a state file.
type stateDocument struct {
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

// Package hipaa says what the law and AWS's packs say: the citations of the
// HIPAA Security Rule, the rules of AWS Config's HIPAA conformance pack with
// their parameters and guidance, the Security Hub controls, and the known
// contradictions between them.
//
// What a scan needs is a table in Go. The texts for people are JSON files in data,
// each decoded once, on first use. docs/facts.md tells their form and sources.
// What the package returns is shared: callers must not modify it.
package hipaa

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// Pack is AWS's name of the conformance pack that Rules lists.
const Pack = "Operational-Best-Practices-for-HIPAA-Security"

var (
	//go:embed data/guides.json
	guidesJSON []byte
	//go:embed data/citations.json
	citationsJSON []byte
	//go:embed data/contradictions.json
	contradictionsJSON []byte
	//go:embed data/controls.json
	controlsJSON []byte
)

// decode reads one embedded file. The files are part of the program, so that an
// error is a broken build and not an input to handle.
func decode[T any](data []byte) []*T {
	var all []*T
	if err := json.Unmarshal(data, &all); err != nil {
		panic(fmt.Sprintf("hipaa: decode the embedded facts of %T: %v", all, err))
	}
	return all
}

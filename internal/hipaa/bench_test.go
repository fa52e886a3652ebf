package hipaa

import "testing"

// BenchmarkIndex is what the first Lookup by another name than the identifier
// costs; a scan looks up identifiers and pays nothing.
func BenchmarkIndex(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		indexRules()
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Lookup("S3_BUCKET_VERSIONING_ENABLED")
	}
}

// BenchmarkGuides is what the first text for people costs.
func BenchmarkGuides(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		decode[Guide](guidesJSON)
	}
}

// BenchmarkControls decodes the largest file.
func BenchmarkControls(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		decode[Control](controlsJSON)
	}
}

package fix_test

import (
	"context"
	"fmt"
	"testing"

	"safeguard/internal/corpus"
	"safeguard/internal/fix"
	"safeguard/internal/rules"
	"safeguard/internal/scan"
)

// BenchmarkRun fixes generated configurations by all rules, at any risk.
func BenchmarkRun(b *testing.B) {
	for _, resources := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("resources=%d", resources), func(b *testing.B) {
			dir := b.TempDir()
			if _, err := corpus.Write(dir, resources, 1); err != nil {
				b.Fatal(err)
			}
			var items, fixed int
			for b.Loop() {
				plan, err := fix.Run(context.Background(), dir, fix.Options{Scan: scan.Options{Rules: rules.All()}, Risks: everything})
				if err != nil {
					b.Fatal(err)
				}
				items, fixed = len(plan.Items), len(plan.Order())
			}
			b.ReportMetric(float64(items), "items")
			b.ReportMetric(float64(fixed), "fixed")
		})
	}
}

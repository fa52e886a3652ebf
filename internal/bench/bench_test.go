//go:build unix

// Package bench_test measures what docs/performance.md promises. There is
// nothing to import here: docs/performance.md says how to run the benchmarks
// and what they gave.
//
// Other work on the machine disturbs wall-clock time, so costs are compared in
// user CPU time of this process, and what is compared runs in turns within one
// benchmark, each from a collected heap.
package bench_test

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// sizes are numbers of resource blocks.
var sizes = []int{100, 1000, 5000, 20000}

// seed makes the corpus the same in every run.
const seed = 1

func each(b *testing.B, f func(b *testing.B, n int)) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { f(b, n) })
	}
}

// A stage is one of the jobs that a benchmark compares.
type stage struct {
	name string
	// run returns what must stay in memory until the stage is over.
	run func() any
	cpu time.Duration
}

// compare runs the stages in turns and reports the CPU time of each, and as a
// ratio to the first, which is the floor.
func compare(b *testing.B, stages []*stage) {
	for b.Loop() {
		for _, s := range stages {
			runtime.GC()
			before := userTime(b)
			kept := s.run()
			s.cpu += userTime(b) - before
			runtime.KeepAlive(kept)
		}
	}
	floor := stages[0]
	for _, s := range stages {
		b.ReportMetric(s.cpu.Seconds()*1000/float64(b.N), s.name+"-ms")
		if s != floor {
			b.ReportMetric(s.cpu.Seconds()/floor.cpu.Seconds(), s.name+"/"+floor.name)
		}
	}
	b.ReportMetric(0, "ns/op") // the sum of all stages means nothing
}

// userTime is the CPU time that the process has used so far outside of the kernel.
func userTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano())
}

// retained is how many bytes of heap the value that f returns holds.
func retained(f func() any) int64 {
	before := heap()
	kept := f()
	after := heap()
	runtime.KeepAlive(kept)
	return after - before
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // the first one leaves what pools hold
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

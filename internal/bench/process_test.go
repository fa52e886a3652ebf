//go:build unix

package bench_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkProcess compares whole runs of the program with a program that
// parses the same files and no more. Both collect garbage alike: by Go's
// default.
func BenchmarkProcess(b *testing.B) {
	bin := b.TempDir()
	build := exec.Command("go", "build", "-o", bin, "safeguard/cmd/safeguard", "safeguard/internal/bench/floor")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	safeguard := filepath.Join(bin, "safeguard")
	b.Run("version", func(b *testing.B) {
		version := &program{args: []string{safeguard, "version"}}
		for b.Loop() {
			version.run(b)
		}
		b.ReportMetric(float64(version.cpu.Microseconds())/1000/float64(b.N), "cpu-ms")
		b.ReportMetric(float64(version.wall.Microseconds())/1000/float64(b.N), "wall-ms")
		b.ReportMetric(0, "ns/op")
	})
	each(b, func(b *testing.B, n int) {
		dir, _ := write(b, n)
		floor := &program{args: []string{filepath.Join(bin, "floor"), dir}}
		scan := &program{args: []string{safeguard, "scan", "--format", "json", dir}, findings: true}
		for b.Loop() {
			floor.run(b)
			scan.run(b)
		}
		for name, p := range map[string]*program{"floor": floor, "scan": scan} {
			b.ReportMetric(float64(p.cpu.Microseconds())/1000/float64(b.N), name+"-cpu-ms")
			b.ReportMetric(float64(p.wall.Microseconds())/1000/float64(b.N), name+"-wall-ms")
		}
		b.ReportMetric(scan.cpu.Seconds()/floor.cpu.Seconds(), "scan/floor")
		b.ReportMetric(0, "ns/op")
	})
}

// A program is run many times.
type program struct {
	args      []string
	findings  bool          // it exits with 1 because it finds some
	cpu, wall time.Duration // so far; cpu is what the kernel does for it too
}

func (p *program) run(b *testing.B) {
	cmd := exec.Command(p.args[0], p.args[1:]...)
	cmd.Env = append(os.Environ(), "GOGC=100")
	start := time.Now()
	err := cmd.Run()
	p.wall += time.Since(start)
	exit, exited := errors.AsType[*exec.ExitError](err)
	if p.findings && (!exited || exit.ExitCode() != 1) || !p.findings && err != nil {
		b.Fatalf("%q: %v", p.args, err)
	}
	p.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

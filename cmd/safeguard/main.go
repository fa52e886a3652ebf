// Command safeguard judges AWS infrastructure against the HIPAA Security Rule:
// see the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"safeguard/internal/cli"
)

// gcPercent is how much the heap may grow, in percent of what is live, before
// garbage is collected. A run is short and holds on to most of what it
// allocates: collecting more often only walks the same syntax trees again. It
// saves a third of the time for up to three quarters more memory
// (docs/performance.md); GOGC and GOMEMLIMIT decide otherwise where they are set.
const gcPercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program where the first is not heard
	code := cli.Run(ctx, os.Args[1:], cli.IO{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(),
	})
	stop()
	os.Exit(code)
}

// Command safeguard judges AWS infrastructure against the HIPAA Security Rule:
// see the README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"safeguard/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], cli.IO{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(),
	})
	stop()
	os.Exit(code)
}

// Package cli turns command lines into calls: one file a command. Results go
// to standard output; progress and messages go to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitClean    = 0 // nothing at or above --fail-on
	exitFindings = 1
	exitFailed   = 2 // the job could not be done
)

// IO is what a command reads and writes.
type IO struct {
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Environ []string
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// LookupHost resolves names; nil asks the system.
	LookupHost func(ctx context.Context, host string) ([]string, error)
	// Args is the command line; Run sets it.
	Args []string
}

// now is the time in whole seconds, as streams have it.
func (stdio IO) now() time.Time {
	if stdio.Now == nil {
		return time.Now().UTC().Truncate(time.Second)
	}
	return stdio.Now().UTC().Truncate(time.Second)
}

// An exitError ends the program with a code. A nil err has been reported.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// Run runs one command line and returns the exit code.
func Run(ctx context.Context, args []string, stdio IO) int {
	stdio.Args = args
	root := command(stdio)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitClean
	}
	code := exitFailed
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintf(stdio.Stderr, "safeguard: %s\n", msg)
	}
	return code
}

func command(stdio IO) *cobra.Command {
	root := &cobra.Command{
		Use:   "safeguard",
		Short: "Judge AWS infrastructure against the HIPAA Security Rule",
		Long: `safeguard takes a startup on AWS and Terraform from "we hold health data"
to "we can pass a HIPAA audit", and keeps it there.

  safeguard scan              judge the Terraform code in this directory
  safeguard plan              say what to do first
  safeguard fix               change the code, provably
  safeguard audit             read what AWS Config and Security Hub say
  safeguard history           show what is new, fixed and reopened since
  safeguard report            write a saved assessment in other formats
  safeguard tunnel            reach a private database on a local port
  safeguard rules             list the 130 rules; rules NAME explains one
  safeguard inspect           show what the evaluator sees`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetIn(stdio.Stdin)
	root.SetOut(stdio.Stdout)
	root.SetErr(stdio.Stderr)
	root.AddCommand(scanCommand(stdio), fixCommand(stdio), planCommand(stdio), exceptionsCommand(stdio), reportCommand(stdio), inspectCommand(stdio), rulesCommand(stdio), historyCommand(stdio), auditCommand(stdio), loginCommand(stdio), suppressCommand(stdio), attestCommand(stdio), tunnelCommand(stdio), versionCommand(stdio))
	return root
}

// version is set by the linker for releases.
var version = "0.1.0"

func versionCommand(stdio IO) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			revision := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" && len(s.Value) >= 12 {
						revision = " (" + s.Value[:12] + ")"
					}
				}
			}
			_, err := fmt.Fprintf(stdio.Stdout, "safeguard %s%s\n", version, revision)
			return err
		},
	}
}

// terminal returns the file behind w if it is a terminal.
func terminal(w io.Writer, isTerminal func(int) bool) (*os.File, bool) {
	f, ok := w.(*os.File)
	return f, ok && isTerminal(int(f.Fd()))
}

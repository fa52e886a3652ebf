package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"safeguard/internal/graph"
	"safeguard/internal/inspect"
)

func inspectCommand(stdio IO) *cobra.Command {
	f := &inputFlags{}
	var format string
	cmd := &cobra.Command{
		Use:   "inspect [PATH] [ADDRESS...]",
		Short: "Show what the evaluator sees of each resource instance",
		Long: `inspect shows every resource instance with its attributes and nested blocks as
the rules see them: known values, what is unknown and why, symbols (text that
stands for another resource's identity), and the variables that a value passed
through. Secrets are redacted. ADDRESS selects instances: a whole address, or
the beginning of one up to a dot or bracket.`,
		Example: `  safeguard inspect infra 'module.phi.aws_s3_bucket.data'
  safeguard inspect --format json plan.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format %q: want text or json", format)
			}
			path, addresses := inspectArgs(args)
			inputs, _, err := f.load(cmd.Context(), []string{path}, stdio)
			if err != nil {
				return err
			}
			w := bufio.NewWriter(stdio.Stdout)
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			found := 0
			for _, in := range inputs {
				for _, d := range in.Diagnostics {
					fmt.Fprintf(stdio.Stderr, "safeguard: %s\n", d)
				}
				for _, g := range in.Graphs {
					for _, r := range g.Resources {
						if !selected(r, addresses) {
							continue
						}
						found++
						seen := inspect.Of(g, r, format == "text")
						if format == "json" {
							err = enc.Encode(map[string]any{"resource": seen})
						} else {
							if found > 1 {
								w.WriteByte('\n')
							}
							err = seen.WriteText(w)
						}
						if err != nil {
							return err
						}
					}
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if found == 0 && len(addresses) > 0 {
				return fmt.Errorf("no resource instance in %s has the address %s", path, strings.Join(addresses, " or "))
			}
			return nil
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "text", "output `FORMAT`: text or json (JSON Lines)")
	return cmd
}

// inspectArgs tells the path from the addresses: an only argument that is no
// file or directory is an address in the current one.
func inspectArgs(args []string) (path string, addresses []string) {
	if len(args) == 0 {
		return ".", nil
	}
	if args[0] != "-" && strings.Contains(args[0], ".") {
		if _, err := os.Stat(args[0]); err != nil {
			return ".", args
		}
	}
	return args[0], args[1:]
}

func selected(r *graph.Resource, addresses []string) bool {
	return len(addresses) == 0 || slices.ContainsFunc(addresses, func(a string) bool {
		rest, ok := strings.CutPrefix(r.Address, a)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"safeguard/internal/tunnel/background"
)

// idOf is the id of the forwards as a tunnel in the background.
func idOf(forwards []*forward) string {
	var names []string
	for _, fw := range forwards {
		to := fw.spec.To
		name := cmp.Or(fw.name, to.RDS, to.ElastiCache, to.OpenSearch, fw.output, to.String())
		names = append(names, strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.+", r) {
				return r
			}
			return '-'
		}, name))
	}
	return strings.Join(names, "+")
}

func takeHold(id string, stdio IO) (*background.Hold, error) {
	dir, err := background.Dir(stdio.getenv)
	if err != nil {
		return nil, err
	}
	return background.Take(dir, id)
}

// inBackground gives the tunnels that run in the background, and the directory of
// their entries.
func inBackground(stdio IO) (dir string, running []background.Tunnel, err error) {
	if dir, err = background.Dir(stdio.getenv); err != nil {
		return "", nil, err
	}
	running, err = background.List(dir)
	return dir, running, err
}

// goBackground starts this program again, without the terminal, and waits until
// its tunnels are open or have failed.
func goBackground(ctx context.Context, f *tunnelFlags, forwards []*forward, stdio IO) error {
	id := idOf(forwards)
	dir, running, err := inBackground(stdio)
	if err != nil {
		return err
	}
	for _, t := range running {
		if t.ID == id {
			return fmt.Errorf("the tunnel %s runs already (pid %d)\nhint: `safeguard tunnel stop %s` ends it", id, t.PID, id)
		}
	}
	// Whoever has to log in is asked here: nobody is there later.
	for _, fw := range forwards {
		if _, err := fw.load(ctx, stdio); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the log of the tunnel: %w", err)
	}
	log, err := os.OpenFile(background.LogFile(dir, id), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("keep the log of the tunnel: %w", err)
	}
	defer log.Close()
	t, err := detach(ctx, append(slices.DeleteFunc(slices.Clone(stdio.Args), backgroundFlag), "--detached="+id), log, stdio)
	if err != nil {
		return err
	}
	if t == nil {
		return fmt.Errorf("the tunnel %s did not open:\n%s", id, tail(log.Name()))
	}
	for _, fw := range t.Forwards {
		fmt.Fprintf(stdio.Stderr, "%s leads to %s through %s, in the background (pid %d)\n", fw.Local, fw.Remote, fw.Target, t.PID)
		if f.printURL {
			fmt.Fprintln(stdio.Stdout, fw.URL)
		}
	}
	return nil
}

// backgroundFlag reports whether an argument is one that the process in the
// background does without.
func backgroundFlag(arg string) bool {
	name, _, _ := strings.Cut(arg, "=")
	return name == "--background" || name == "--print-url"
}

// detach runs this program with args until it says that its tunnels are open. It
// returns nil if the program ended instead.
func detach(ctx context.Context, args []string, log *os.File, stdio IO) (*background.Tunnel, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, to run it in the background: %w", err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Stderr = stdio.Environ, log
	background.Detach(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run in the background: %w", err)
	}
	interrupted := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer interrupted()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil { // it ended
		_ = cmd.Wait()
		return nil, ctx.Err()
	}
	var t background.Tunnel
	if err := json.Unmarshal(line, &t); err != nil {
		return nil, errors.Join(fmt.Errorf("what the process in the background says is not understood: %w", err), cmd.Process.Kill())
	}
	return &t, cmd.Process.Release()
}

// tail is the end of a log, without the name of the program before errors.
func tail(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.TrimPrefix(strings.Join(lines[max(0, len(lines)-5):], "\n"), "safeguard: ")
}

func tunnelListCommand(stdio IO) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the tunnels in the background",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, running, err := inBackground(stdio)
			if err != nil {
				return err
			}
			switch format {
			case "json":
				enc := json.NewEncoder(stdio.Stdout)
				for _, t := range running {
					if err := enc.Encode(t); err != nil {
						return err
					}
				}
				return nil
			case "text":
			default:
				return fmt.Errorf("--format %q: want text or json", format)
			}
			if len(running) == 0 {
				_, err := fmt.Fprintln(stdio.Stderr, "no tunnel runs in the background")
				return err
			}
			tw := tabwriter.NewWriter(stdio.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "ID\tPID\tSINCE\tLOCAL\tLEADS TO\tTHROUGH")
			for _, t := range running {
				for _, fw := range t.Forwards {
					fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t%s\t%s\n", t.ID, t.PID, t.Started.UTC().Format(time.RFC3339), fw.Local, fw.Remote, fw.Target)
				}
			}
			return tw.Flush()
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "output `FORMAT`: text or json")
	return cmd
}

// stopWithin is how long a tunnel may take to end its session.
const stopWithin = 20 * time.Second

func tunnelStopCommand(stdio IO) *cobra.Command {
	all := false
	cmd := &cobra.Command{
		Use:   "stop [ID...]",
		Short: "End tunnels in the background, by their ids or process numbers",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, running, err := inBackground(stdio)
			if err != nil {
				return err
			}
			chosen, err := choose(running, args, all)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), stopWithin)
			defer cancel()
			for _, t := range chosen {
				if err := background.Stop(dir, t, func() bool {
					select {
					case <-time.After(20 * time.Millisecond):
						return true
					case <-ctx.Done():
						return false
					}
				}); err != nil {
					return err
				}
				fmt.Fprintf(stdio.Stderr, "stopped %s\n", t.ID)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "end every tunnel in the background")
	return cmd
}

// choose finds the tunnels with these ids or process numbers.
func choose(running []background.Tunnel, args []string, all bool) ([]background.Tunnel, error) {
	if all == (len(args) > 0) {
		return nil, errors.New("which? Give ids as `safeguard tunnel list` prints them, or --all")
	}
	if all {
		return running, nil
	}
	var chosen []background.Tunnel
	for _, arg := range args {
		i := slices.IndexFunc(running, func(t background.Tunnel) bool { return t.ID == arg || strconv.Itoa(t.PID) == arg })
		if i < 0 {
			return nil, fmt.Errorf("no tunnel %q runs in the background: see `safeguard tunnel list`", arg)
		}
		chosen = append(chosen, running[i])
	}
	return chosen, nil
}

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"safeguard/internal/history"
)

type historyFlags struct {
	location string
	source   string
	target   string
	json     bool
	days     int
}

func historyCommand(stdio IO) *cobra.Command {
	f := &historyFlags{}
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Show assessments over time: what is new, fixed, reopened, and the scores",
		Long: `history shows the assessments that were kept with --save, the oldest first.

They are in .safeguard/history.db (SQLite) unless --history names another file
or a PostgreSQL database, which a team can share.`,
		Example: `  safeguard scan --save
  safeguard history
  safeguard history diff 1 2
  safeguard history trend --format svg --output trend.svg
  safeguard history --history postgres://audit@db.internal/safeguard`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(cmd.Context(), func(s *history.Store) error { return f.list(cmd.Context(), s, stdio.Stdout) })
		},
	}
	registerHistory(cmd.PersistentFlags(), &f.location)
	cmd.PersistentFlags().BoolVar(&f.json, "json", false, "write JSON")
	f.choose(cmd)

	diff := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two assessments: new, fixed, still there",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.with(cmd.Context(), func(s *history.Store) error { return f.diff(cmd.Context(), s, args, stdio.Stdout) })
		},
	}
	problems := &cobra.Command{
		Use:   "problems",
		Short: "List problems: when first and last seen, fixed, how often reopened",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(cmd.Context(), func(s *history.Store) error { return f.problems(cmd.Context(), s, stdio.Stdout) })
		},
	}
	f.choose(problems)
	add := &cobra.Command{
		Use:   "save FILE",
		Short: "Keep an assessment that was written with --format json",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in := stdio.Stdin
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer file.Close()
				in = file
			}
			return save(cmd.Context(), f.location, in, stdio.Stderr)
		},
	}
	prune := &cobra.Command{
		Use:   "prune",
		Short: "Delete the results of old assessments; scores and dates of problems stay",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.days < 1 {
				return fmt.Errorf("--keep-days %d: want at least 1", f.days)
			}
			return f.with(cmd.Context(), func(s *history.Store) error {
				n, err := s.Prune(cmd.Context(), stdio.now().AddDate(0, 0, -f.days))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(stdio.Stdout, "deleted the results of %d assessments\n", n)
				return err
			})
		},
	}
	prune.Flags().IntVar(&f.days, "keep-days", 2190, "keep results of the last `DAYS`; HIPAA asks for six years of documentation")
	cmd.AddCommand(diff, trendCommand(f, stdio), problems, add, prune)
	return cmd
}

// choose registers the flags that choose assessments.
func (f *historyFlags) choose(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.source, "source", "", "only assessments of this `SOURCE`, such as terraform-config or aws-config")
	cmd.Flags().StringVar(&f.target, "target", "", "only assessments of this `TARGET`")
}

// with opens the history. Reading makes no new file.
func (f *historyFlags) with(ctx context.Context, do func(*history.Store) error) error {
	if !strings.Contains(f.location, "://") {
		if _, err := os.Stat(strings.TrimPrefix(f.location, "sqlite:")); errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("there is no history at %s: keep an assessment with `safeguard scan --save` first", f.location)
		}
	}
	s, err := history.Open(ctx, f.location)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func (f *historyFlags) assessments(ctx context.Context, s *history.Store) ([]history.Assessment, error) {
	return s.List(ctx, history.Filter{Source: f.source, Target: f.target})
}

func (f *historyFlags) list(ctx context.Context, s *history.Store, w io.Writer) error {
	all, err := f.assessments(ctx, s)
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(w, all)
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "ID\tSTARTED\tSOURCE\tTARGET\tSCORE\tRULES\tCRITICAL\tHIGH\tMEDIUM\tLOW\tUNDECIDED")
	for _, a := range all {
		partial := ""
		if a.Partial {
			partial = " (not all was read)"
		}
		fmt.Fprintf(tw, "%d\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d%s\n", a.ID, a.Started.Format("2006-01-02 15:04"), a.Source, line(a.Target),
			scoreText(a.ComplianceScore), scoreText(a.RuleScore), a.Open["CRITICAL"], a.Open["HIGH"], a.Open["MEDIUM"], a.Open["LOW"], a.Results.InsufficientData, partial)
	}
	return tw.Flush()
}

func scoreText(p *float64) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", *p)
}

// line keeps text from outside on one line and away from the terminal's controls.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (f *historyFlags) diff(ctx context.Context, s *history.Store, args []string, w io.Writer) error {
	var ids [2]int64
	for i, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil {
			return fmt.Errorf("assessment %q: want a number from `safeguard history`", arg)
		}
		ids[i] = id
	}
	d, err := s.Diff(ctx, ids[0], ids[1])
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(w, map[string][]history.Problem{"new": d.New, "fixed": d.Fixed, "still": d.Still, "unknown": d.Unknown})
	}
	for _, group := range []struct {
		name, mark string
		problems   []history.Problem
	}{
		{"new", "+", d.New}, {"fixed", "-", d.Fixed}, {"still there", " ", d.Still},
		{"undecided now", "?", d.Unknown},
	} {
		fmt.Fprintf(w, "%d %s\n", len(group.problems), group.name)
		for _, p := range group.problems {
			fmt.Fprintf(w, "  %s %-8s %s  %s\n", group.mark, p.Severity, p.Rule, line(subject(p)))
		}
	}
	return nil
}

// subject names what a problem is about: where it is declared, or else AWS's name.
func subject(p history.Problem) string {
	parts := []string{}
	if p.Address != "" {
		parts = append(parts, p.Address)
	} else {
		parts = append(parts, p.Resource)
	}
	if p.Root != "" && p.Root != "." {
		parts = append(parts, "root "+p.Root)
	}
	if p.Account != "" {
		parts = append(parts, p.Account)
	}
	if p.Region != "" {
		parts = append(parts, p.Region)
	}
	return strings.Join(parts, "  ")
}

func (f *historyFlags) problems(ctx context.Context, s *history.Store, w io.Writer) error {
	all, err := f.assessments(ctx, s)
	if err != nil {
		return err
	}
	var problems []history.Problem
	seen := map[[2]string]bool{}
	for _, a := range all {
		if key := [2]string{a.Source, a.Target}; !seen[key] {
			seen[key] = true
			ps, err := s.Problems(ctx, a.Source, a.Target)
			if err != nil {
				return err
			}
			problems = append(problems, ps...)
		}
	}
	if f.json {
		return writeJSON(w, problems)
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "FIRST SEEN\tLAST SEEN\tFIXED\tREOPENED\tSEVERITY\tRULE\tRESOURCE")
	for _, p := range problems {
		fixed := "-"
		if p.Fixed != nil {
			fixed = p.Fixed.Format(time.DateOnly)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", p.FirstSeen.Format(time.DateOnly), p.LastSeen.Format(time.DateOnly), fixed, p.Reopened, p.Severity, p.Rule, line(subject(p)))
	}
	return tw.Flush()
}

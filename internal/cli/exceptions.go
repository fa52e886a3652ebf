package cli

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/settings"
	"safeguard/internal/terraform"
	"safeguard/internal/triage"
)

// codeExceptions reads the exceptions that stand in code as comments. What is
// wrong with one is a diagnostic, and it is not applied.
func codeExceptions(inputs []*terraform.Input) ([]triage.Exception, []*assessment.Diagnostic) {
	var found []triage.Exception
	var diags []*assessment.Diagnostic
	for _, in := range inputs {
		for _, c := range in.Ignores() {
			e := triage.Exception{
				Reason: c.Fields["reason"], Owner: c.Fields["owner"], Control: c.Fields["compensating_control"],
				File: c.Location.File, Line: c.Location.Line, Begin: c.Begin,
			}
			fault := func(format string, args ...any) {
				diags = append(diags, &assessment.Diagnostic{
					Severity: "warning", Summary: "The exception is not applied",
					Detail: fmt.Sprintf(format, args...), Location: assessment.Location(c.Location),
				})
			}
			facts, ok := hipaa.Lookup(c.Rule)
			day, err := time.Parse(time.DateOnly, c.Fields["until"])
			switch {
			case !ok:
				fault("no rule of the pack is named %q: see `safeguard rules`", c.Rule)
			case strings.TrimSpace(e.Reason) == "":
				fault("it needs a reason: reason=\"…\"")
			case err != nil:
				fault("until is %q: want a date such as until=2027-03-31", c.Fields["until"])
			default:
				e.Rule, e.Expires = facts.Identifier, day
				found = append(found, e)
			}
		}
	}
	return found, diags
}

func exceptionsCommand(stdio IO) *cobra.Command {
	f := &planFlags{}
	cmd := &cobra.Command{
		Use:   "exceptions",
		Short: "List, check, suggest and export accepted risks",
		Long: `exceptions are findings that somebody accepted, for a reason and a time: blocks in
.safeguard.hcl, or comments in code:

  # safeguard:ignore S3_BUCKET_LOGGING_ENABLED until=2027-03-31 reason="…"`,
		Args: cobra.NoArgs,
	}
	sub := func(use, short string, run func(context.Context, []triage.Use, *triage.Collector, []string) error) *cobra.Command {
		c := &cobra.Command{Use: use + " [PATH...]", Short: short, RunE: func(cmd *cobra.Command, args []string) error {
			found, err := f.results(cmd.Context(), args, stdio)
			if err != nil {
				return err
			}
			return run(cmd.Context(), f.uses, found, args)
		}}
		f.assessFlags.register(c.Flags())
		cmd.AddCommand(c)
		return c
	}
	sub("list", "List the exceptions and what they cover", func(_ context.Context, uses []triage.Use, _ *triage.Collector, _ []string) error {
		return listExceptions(stdio.Stdout, uses, stdio.now())
	})
	sub("check", "Exit with 1 if an exception has expired or covers nothing", func(_ context.Context, uses []triage.Use, _ *triage.Collector, _ []string) error {
		failed := false
		for i := range uses {
			if text := uses[i].Warning(stdio.now()); text != "" {
				fmt.Fprintf(stdio.Stdout, "%s:%d: %s\n", uses[i].File, uses[i].Line, text)
				failed = failed || uses[i].Expired || uses[i].Findings == 0
			}
		}
		if failed {
			return &exitError{code: exitFindings}
		}
		return nil
	})
	sub("suggest", "Suggest exceptions for known contradictions, as HCL", func(_ context.Context, _ []triage.Use, found *triage.Collector, _ []string) error {
		_, err := stdio.Stdout.Write(suggestions(found.Results, stdio.now()))
		return err
	})
	var format, output string
	export := sub("export", "Write the register of exceptions for an auditor", func(_ context.Context, uses []triage.Use, _ *triage.Collector, _ []string) error {
		var b bytes.Buffer
		switch format {
		case "markdown":
			registerMarkdown(&b, uses)
		case "html":
			registerHTML(&b, uses)
		default:
			return fmt.Errorf("--format %q: want markdown or html", format)
		}
		if output != "" {
			return replace(output, format, b.Bytes())
		}
		_, err := stdio.Stdout.Write(b.Bytes())
		return err
	})
	export.Flags().StringVar(&format, "format", "markdown", "output `FORMAT`: markdown or html")
	export.Flags().StringVar(&output, "output", "", "write to `FILE` instead of standard output")
	return cmd
}

// listExceptions writes each exception with what it covers.
func listExceptions(w io.Writer, uses []triage.Use, now time.Time) error {
	if len(uses) == 0 {
		_, err := fmt.Fprintf(w, "No exceptions: none in %s, none in code.\n", settings.Name)
		return err
	}
	for i := range uses {
		u := &uses[i]
		fmt.Fprintf(w, "%s:%d  %s\n", u.File, u.Line, u.Rule)
		if u.Resource != "" {
			fmt.Fprintf(w, "    resource  %s\n", u.Resource)
		}
		fmt.Fprintf(w, "    reason    %s\n", u.Reason)
		for _, f := range [][2]string{{"owner", u.Owner}, {"control", u.Control}} {
			if f[1] != "" {
				fmt.Fprintf(w, "    %-9s %s\n", f[0], f[1])
			}
		}
		fmt.Fprintf(w, "    expires   %s, covers %d\n", u.Expires.Format(time.DateOnly), u.Findings)
		if text := u.Warning(now); text != "" {
			fmt.Fprintf(w, "    warning   %s\n", text)
		}
	}
	return nil
}

func registerMarkdown(b *bytes.Buffer, uses []triage.Use) {
	b.WriteString("# Register of exceptions\n\nFindings of the HIPAA conformance pack that are accepted, with the reason and for a time.\n\n")
	if len(uses) == 0 {
		b.WriteString("There are none.\n")
		return
	}
	b.WriteString("| Rule | Resource | Reason | Compensating control | Owner | Expires | Findings |\n|---|---|---|---|---|---|--:|\n")
	for _, u := range uses {
		cells := []string{u.Rule, whatOf(u), u.Reason, u.Control, u.Owner, u.Expires.Format(time.DateOnly) + expired(u), fmt.Sprint(u.Findings)}
		for i, c := range cells {
			cells[i] = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(c)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
}

func registerHTML(b *bytes.Buffer, uses []triage.Use) {
	b.WriteString("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Register of exceptions</title>\n" +
		"<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}th,td{border:1px solid #8888;padding:.4rem .6rem;text-align:left;vertical-align:top}</style>\n" +
		"<h1>Register of exceptions</h1>\n<p>Findings of the HIPAA conformance pack that are accepted, with the reason and for a time.</p>\n<table>\n<thead><tr>")
	for _, h := range []string{"Rule", "Resource", "Reason", "Compensating control", "Owner", "Expires", "Findings"} {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", h)
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, u := range uses {
		b.WriteString("<tr>")
		for _, c := range []string{u.Rule, whatOf(u), u.Reason, u.Control, u.Owner, u.Expires.Format(time.DateOnly) + expired(u), fmt.Sprint(u.Findings)} {
			fmt.Fprintf(b, "<td>%s</td>", html.EscapeString(c))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n</html>\n")
}

func whatOf(u triage.Use) string {
	if u.Resource != "" {
		return u.Resource
	}
	return fmt.Sprintf("%s:%d", u.File, max(u.Begin, u.Line))
}

func expired(u triage.Use) string {
	if u.Expired {
		return " (expired)"
	}
	return ""
}

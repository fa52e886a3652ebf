package cli

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/report"
	"safeguard/internal/rules"
)

func rulesCommand(stdio IO) *cobra.Command {
	f, format := &assessFlags{}, ""
	cmd := &cobra.Command{
		Use:   "rules [NAME...]",
		Short: "List the rules of the pack, or explain some",
		Long: `rules lists the 130 rules of the pack. With a NAME (identifier or AWS rule name)
it explains the rule: what AWS checks, the citations, how Terraform decides it,
a failing and a passing example, the fix and its effort, the code to start from
where only people can fix it, contradictions.`,
		Example: `  safeguard rules --severity HIGH
  safeguard rules S3_BUCKET_SSL_REQUESTS_ONLY`,
		RunE: func(_ *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("--format %q: want text or json", format)
			}
			f.rules = args
			selected, err := f.selection()
			if err != nil {
				return err
			}
			var list []*hipaa.Rule
			for _, r := range hipaa.Rules() {
				if selected == nil || selected(r) {
					list = append(list, r)
				}
			}
			if format == "json" {
				enc := json.NewEncoder(stdio.Stdout)
				enc.SetEscapeHTML(false)
				for _, r := range list {
					if err := enc.Encode(report.Explanation{Rule: r, Guide: r.Guide(), Examples: examples(r), StartingCode: r.StartingCode(), Contradictions: r.Contradictions()}); err != nil {
						return err
					}
				}
				return nil
			}
			if len(args) == 0 {
				return report.Rules(stdio.Stdout, list, textWidth)
			}
			for i, r := range list {
				if i > 0 {
					fmt.Fprintln(stdio.Stdout)
				}
				if err := report.Explain(stdio.Stdout, r, examples(r), textWidth); err != nil {
					return err
				}
			}
			return nil
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&format, "format", "text", "output `FORMAT`: text or json (one rule a line)")
	fs.StringVar(&f.severity, "severity", "", "only rules of this `SEVERITY` or above")
	fs.StringSliceVar(&f.services, "service", nil, "only rules of these services, such as `s3`")
	return cmd
}

// textWidth is the width of text where no terminal says otherwise.
const textWidth = 80

func examples(r *hipaa.Rule) []report.Example {
	es := []report.Example{}
	for _, v := range []assessment.Verdict{assessment.NonCompliant, assessment.Compliant} {
		src := rules.Excerpt(r.Identifier, string(v))
		e := report.Example{Verdict: v, Source: src}
		if src == "" {
			e.Why = cmp.Or(r.OnlyAWS, rules.NoExample(r.Identifier, string(v)))
		}
		es = append(es, e)
	}
	return es
}

// Package audit says what AWS itself says: the verdicts of AWS Config and the
// findings of Security Hub over accounts and regions, as one stream.
//
// What cannot be read becomes a diagnostic, and the rest goes on. Verdicts of
// both sources about one problem are one result with two sources.
package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/smithy-go"

	"safeguard/internal/assessment"
)

// Options say what to read.
type Options struct {
	// AWS has the credentials and the region to begin with.
	AWS aws.Config
	// Regions to read; none: that of AWS. "all" stands for all that are enabled.
	Regions []string
	// Role is the name of the role to assume in the other accounts of the
	// organization; "" reads them through an aggregator and as Security Hub's
	// administrator, as far as there are any.
	Role string
	// Accounts limits what is read; none: all that can be.
	Accounts []string
	// Packs are the names of conformance packs to read; none: all, and the
	// rules outside of packs.
	Packs []string
	// Sources to read; none: both.
	Sources []string
	// Concurrency is how many accounts and regions are read at a time; 0: 8.
	Concurrency int
	// Limits are the paces of calls; nil: those of Limits.
	Limits func(service, operation string) Limit
	// Resume is a directory that keeps what was read, so that a run that was
	// stopped goes on; "" keeps nothing.
	Resume string
	// Version and Now go into the stream.
	Version string
	Now     time.Time
}

// ErrNothing says that nothing could be read; the diagnostics say why.
var ErrNothing = errors.New("nothing could be read from AWS: the report says why")

// Run reads AWS and sends the stream to h. It ends the stream with what was
// read if ctx is cancelled or calls fail; its error is then ctx's, or ErrNothing
// if nothing could be read.
func Run(ctx context.Context, opts Options, h assessment.Handler) error {
	if opts.Limits == nil {
		opts.Limits = Limits
	}
	if opts.Concurrency == 0 {
		opts.Concurrency = 8
	}
	s, err := newSession(ctx, opts.AWS, opts.Role, opts.Limits)
	if err != nil {
		return err
	}
	r := &run{opts: opts, s: s, h: h, scores: newScores()}
	if err := r.regions(ctx); err != nil {
		return err
	}
	if err := h.Config(&assessment.Config{
		Schema: assessment.Schema, Version: opts.Version, Source: strings.Join(r.sources(), ","),
		Target: s.account + " " + strings.Join(r.opts.Regions, ","), Pack: strings.Join(opts.Packs, ","), Started: opts.Now,
	}); err != nil {
		return err
	}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	return r.readAll(ctx)
}

// A run is one Run.
type run struct {
	opts       Options
	s          *session
	h          assessment.Handler
	targets    []target
	aggregator *aggregator
	identities map[string]types.ConfigRule // rules of the aggregator's account, by base name
	hub        *hub
	catalogues map[target]*catalogue // by where findings are read, of one account
	catalogued string                // that account
	scores     *scores
	pack       assessment.Scorer // results of AWS Config
	all        assessment.Scorer
	read       bool
}

func (r *run) wants(source string) bool {
	return len(r.opts.Sources) == 0 || slices.Contains(r.opts.Sources, source)
}

func (r *run) sources() []string {
	var all []string
	for _, s := range []string{SourceConfig, SourceHub} {
		if r.wants(s) {
			all = append(all, s)
		}
	}
	return all
}

// regions replaces "all" by the regions that are enabled.
func (r *run) regions(ctx context.Context) error {
	if len(r.opts.Regions) == 0 {
		r.opts.Regions = []string{r.s.base.Region}
	}
	if !slices.Contains(r.opts.Regions, "all") {
		return nil
	}
	r.opts.Regions = nil
	client := account.NewFromConfig(r.s.config("", r.s.base.Region))
	for p := account.NewListRegionsPaginator(client, &account.ListRegionsInput{RegionOptStatusContains: []accounttypes.RegionOptStatus{
		accounttypes.RegionOptStatusEnabled, accounttypes.RegionOptStatusEnabledByDefault,
	}}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the regions that are enabled: %w", err)
		}
		for _, region := range page.Regions {
			r.opts.Regions = append(r.opts.Regions, aws.ToString(region.RegionName))
		}
	}
	slices.Sort(r.opts.Regions)
	return nil
}

func (r *run) warn(severity, summary, detail string) error {
	return r.h.Diagnostic(&assessment.Diagnostic{Severity: severity, Summary: summary, Detail: detail})
}

// reason is what AWS said, without the SDK's account of the attempt.
func reason(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode() + ": " + e.ErrorMessage()
	}
	return err.Error()
}

// prepare finds the accounts, the aggregator and Security Hub's administrator.
func (r *run) prepare(ctx context.Context) error {
	accounts := []string{r.s.account}
	switch {
	case r.s.role != "":
		all, err := r.s.accounts(ctx)
		if err != nil {
			if err := r.warn("error", "the accounts of the organization could not be listed: only "+r.s.account+" and the accounts of --accounts are read", reason(err)); err != nil {
				return err
			}
			all = r.opts.Accounts
		}
		accounts = append(accounts, all...)
	case r.wants(SourceConfig):
		if err := r.findAggregator(ctx); err != nil {
			return err
		}
		if r.aggregator != nil {
			for t := range r.aggregator.rules {
				accounts = append(accounts, t.Account)
			}
		}
	}
	if r.wants(SourceHub) {
		h, err := findHub(ctx, r.s, r.opts.Regions)
		if err != nil && !notEnabled(err) {
			if err := r.warn("warning", "whether Security Hub has an administrator and an aggregation region could not be read", reason(err)); err != nil {
				return err
			}
		}
		r.hub = h
	}
	slices.Sort(accounts)
	for _, account := range slices.Compact(accounts) {
		if len(r.opts.Accounts) > 0 && !slices.Contains(r.opts.Accounts, account) {
			continue
		}
		for _, region := range r.opts.Regions {
			r.targets = append(r.targets, target{account, region})
		}
	}
	for _, account := range r.opts.Accounts {
		if !slices.Contains(accounts, account) {
			if err := r.warn("error", "account "+account+" could not be found", "it is not in the organization or the aggregator: pass --role-name to assume a role in it"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) findAggregator(ctx context.Context) error {
	client := r.s.awsConfig(r.s.account, r.s.base.Region)
	a, err := findAggregator(ctx, client)
	if err != nil || a == nil {
		if err != nil {
			return r.warn("warning", "no aggregator of AWS Config could be read: the account is read by itself", reason(err))
		}
		return nil
	}
	own := &configReader{client: client}
	if err := own.describeRules(ctx); err != nil {
		return r.warn("warning", "the aggregator is not used: the rules of its account could not be described", reason(err))
	}
	r.aggregator, r.identities = a, map[string]types.ConfigRule{}
	for name, rule := range own.rules {
		r.identities[baseName(name)] = rule
	}
	return nil
}

// send sends what a target says.
func (r *run) send(part *reading) error {
	for _, d := range part.Diagnostics {
		if err := r.h.Diagnostic(d); err != nil {
			return err
		}
	}
	for _, m := range part.Results {
		r.all.Add(m)
		if slices.ContainsFunc(m.Sources, func(s assessment.Source) bool { return s.Name == SourceConfig && s.Pack != "" }) {
			r.pack.Add(m)
		}
		if err := r.h.Result(m); err != nil {
			return err
		}
	}
	r.scores.add(part)
	r.read = r.read || part.Read
	return nil
}

// end sends the summary. The compliance score is AWS's of the conformance packs
// where there are any.
func (r *run) end() error {
	sum := r.all.Summary()
	sum.Scores = r.scores.all()
	passed, counted := 0, 0
	for i := range sum.Scores {
		s := &sum.Scores[i]
		if differs(s) {
			if err := r.warn("warning", fmt.Sprintf("%s %s: AWS gives the conformance pack %s a score of %s %%, its results make %s", s.Account, s.Region, s.Name, s.AWS, percentText(s.Percent)),
				"AWS computes its score from time to time: look again later"); err != nil {
				return err
			}
		}
		if s.Kind == kindPack && s.Account == "" {
			passed, counted = passed+s.Passed, counted+s.Counted
		}
	}
	if counted > 0 {
		sum.ComplianceScore, sum.RuleScore = share(passed, counted), r.pack.Summary().RuleScore
	}
	if err := r.h.Summary(sum); err != nil {
		return err
	}
	if !r.read {
		return ErrNothing
	}
	return nil
}

func percentText(p *float64) string {
	if p == nil {
		return "none"
	}
	return fmt.Sprintf("%.2f %%", *p)
}

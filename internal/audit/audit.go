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
	"golang.org/x/sync/errgroup"

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
	catalogues map[target]*catalogue // by where findings are read
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

// readAll reads the targets side by side and sends what they say in order.
func (r *run) readAll(ctx context.Context) error {
	r.catalogues = map[target]*catalogue{}
	work, stop := context.WithCancel(ctx)
	defer stop()
	group, work := errgroup.WithContext(work)
	// The queue is as long as there are workers: memory holds no more readings.
	queue := make(chan chan *reading, r.opts.Concurrency)
	group.Go(func() error {
		defer close(queue)
		slots := make(chan struct{}, r.opts.Concurrency)
		for _, t := range r.targets {
			c := make(chan *reading, 1)
			select {
			case queue <- c:
			case <-work.Done():
				return work.Err()
			}
			slots <- struct{}{}
			cat := r.catalogueOf(work, t)
			group.Go(func() error {
				defer func() { <-slots }()
				c <- r.target(work, t, cat)
				return nil
			})
		}
		return nil
	})
	done, interrupted := 0, false
	for c := range queue {
		part := <-c
		if interrupted = interrupted || ctx.Err() != nil && !part.Read; interrupted {
			continue
		}
		if err := r.send(part); err != nil {
			stop()
			for range queue { //nolint:revive // let the workers end
			}
			return errors.Join(err, ignoreCancel(group.Wait()))
		}
		done++
		if err := r.h.Progress(&assessment.Progress{Message: "reading accounts and regions", Done: done, Total: len(r.targets)}); err != nil {
			return err
		}
	}
	_ = group.Wait()
	if done < len(r.targets) {
		if err := r.warn("error", fmt.Sprintf("interrupted: %d of %d accounts and regions were read", done, len(r.targets)), "what was read is kept where --resume was given"); err != nil {
			return err
		}
	} else {
		forget(r.opts.Resume, r.targets)
	}
	return errors.Join(r.end(), ctx.Err())
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// catalogueOf is Security Hub's catalogue where findings about t are read, read
// once for each place.
func (r *run) catalogueOf(ctx context.Context, t target) *catalogue {
	if r.hub == nil {
		return nil
	}
	at := r.hub.place(r.s, t)
	if r.catalogues[at] == nil {
		c, err := readCatalogue(ctx, r.s.securityHub(at.Account, at.Region))
		if err != nil && !notEnabled(err) {
			c.failure = err
		}
		r.catalogues[at] = c
	}
	return r.catalogues[at]
}

// target reads one target, or takes it from a run that was stopped.
func (r *run) target(ctx context.Context, t target, cat *catalogue) *reading {
	if part := resume(r.opts.Resume, r.asked(), t); part != nil {
		return part
	}
	part := newReading(t)
	part.Asked = r.asked()
	whole := true
	for _, source := range []struct {
		name, text string
		read       func(context.Context, target, *catalogue, *reading) error
	}{{SourceConfig, "AWS Config", r.readConfig}, {SourceHub, "Security Hub", r.readHub}} {
		if !r.wants(source.name) {
			continue
		}
		if err := source.read(ctx, t, cat, part); err != nil {
			whole = false
			part.warn("error", t.text()+": "+source.text+" could not be read", reason(err))
			continue
		}
		part.Read = true
	}
	part.sort()
	if ctx.Err() != nil {
		part.Read = false
	}
	if whole && ctx.Err() == nil {
		if err := keep(r.opts.Resume, part); err != nil {
			part.warn("warning", t.text()+": what was read cannot be kept for --resume", err.Error())
		}
	}
	return part
}

// asked is what decides what a reading holds, besides its target.
func (r *run) asked() string {
	return strings.Join(r.sources(), ",") + " " + r.opts.Role + " " + strings.Join(r.opts.Packs, ",")
}

func (r *run) readConfig(ctx context.Context, t target, _ *catalogue, out *reading) error {
	c := &configReader{
		client: r.s.awsConfig(t.Account, t.Region), partition: r.s.partition, packs: r.opts.Packs,
		hub: r.wants(SourceHub), now: r.opts.Now, out: out,
	}
	if r.s.role == "" && t.Account != r.s.account {
		return r.aggregator.read(ctx, c, r.identities)
	}
	return c.read(ctx)
}

func (r *run) readHub(ctx context.Context, t target, cat *catalogue, out *reading) error {
	at := r.hub.place(r.s, t)
	if at.Account != t.Account && !r.hub.admin {
		out.warn("warning", t.text()+": "+r.s.account+" is no administrator of Security Hub", "findings of other accounts are read by the administrator, or with --role-name")
		return nil
	}
	if cat.failure != nil {
		out.warn("warning", t.text()+": Security Hub's controls could not be listed", "titles and severities are those of this program, and disabled controls count: "+reason(cat.failure))
	}
	h := &hubReader{client: r.s.securityHub(at.Account, at.Region), catalogue: cat, partition: r.s.partition, out: out}
	err := h.read(ctx)
	if err != nil && notEnabled(err) {
		if v2 := h.readV2(ctx); v2 != nil {
			out.warn("warning", t.text()+": Security Hub is not enabled", "nothing of it is read there")
		}
		return nil
	}
	return err
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

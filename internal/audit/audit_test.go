package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"safeguard/internal/assessment"
	"safeguard/internal/audit/awsfake"
)

const (
	own    = "111111111111"
	member = "222222222222"
	region = "eu-central-1"
	other  = "us-east-1"
	fsbp   = "standards/aws-foundational-security-best-practices/v/1.0.0"
	nist   = "standards/nist-800-53/v/5.0.0"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// serve serves the world and returns options to audit it, unthrottled.
func serve(tb testing.TB, w *awsfake.World) Options {
	tb.Helper()
	if w.Account == "" {
		w.Account = own
	}
	srv := httptest.NewServer(w)
	tb.Cleanup(srv.Close)
	return Options{
		AWS: aws.Config{
			Region: region, BaseEndpoint: &srv.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIAOWN", "secret", ""),
			Retryer: func() aws.Retryer {
				return retry.NewStandard(func(o *retry.StandardOptions) {
					o.MaxAttempts = 20
					o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
					o.RateLimiter = noLimit{}
				})
			},
		},
		Limits: func(string, string) Limit { return Limit{} },
		Now:    now,
	}
}

type noLimit struct{}

func (noLimit) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (noLimit) AddTokens(uint) error { return nil }

// A log keeps a stream.
type log struct {
	config      *assessment.Config
	results     []*assessment.Result
	diagnostics []*assessment.Diagnostic
	summary     *assessment.Summary
	progress    int
	stop        func() // called at the first progress
}

func (l *log) Config(m *assessment.Config) error { l.config = m; return nil }
func (l *log) Progress(*assessment.Progress) error {
	l.progress++
	if l.stop != nil {
		l.stop()
	}
	return nil
}
func (l *log) Diagnostic(m *assessment.Diagnostic) error {
	l.diagnostics = append(l.diagnostics, m)
	return nil
}
func (l *log) Result(m *assessment.Result) error   { l.results = append(l.results, m); return nil }
func (l *log) Summary(m *assessment.Summary) error { l.summary = m; return nil }

// lines writes results as "account region RULE VERDICT name sources".
func (l *log) lines() []string {
	var all []string
	for _, r := range l.results {
		name := r.Resource.ARN
		if name == "" {
			name = r.Resource.ID
		}
		var sources []string
		for _, s := range r.Sources {
			sources = append(sources, s.Name)
		}
		text := fmt.Sprintf("%s %s %s %s %s %s", r.Resource.Account, r.Resource.Region, r.Rule, r.Verdict, name, strings.Join(sources, "+"))
		if r.Exception != nil {
			text += " (" + r.Exception.Reason + ")"
		}
		all = append(all, text)
	}
	return all
}

func (l *log) warned(part string) bool {
	return slices.ContainsFunc(l.diagnostics, func(d *assessment.Diagnostic) bool { return strings.Contains(d.Summary+" "+d.Detail, part) })
}

func audit(t *testing.T, opts Options) *log {
	t.Helper()
	l := &log{}
	if err := Run(t.Context(), opts, l); err != nil {
		t.Fatalf("%v: %+v", err, l.diagnostics)
	}
	return l
}

func wantLines(t *testing.T, l *log, want ...string) {
	t.Helper()
	if got := l.lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		for _, d := range l.diagnostics {
			t.Log(d.Summary, d.Detail)
		}
	}
}

// world is a small organization: a pack in two accounts, with Security Hub.
func world() *awsfake.World {
	bucket := func(name, verdict string) awsfake.Evaluation {
		return awsfake.Evaluation{Type: "AWS::S3::Bucket", ID: name, Verdict: verdict, Annotation: "because of " + name, At: now.Add(-time.Hour)}
	}
	contents := func(account, suffix string) *awsfake.Contents {
		finding := func(id, control, status, workflow, typ, resource string, standards ...string) *awsfake.Finding {
			return &awsfake.Finding{ID: id, Account: account, Region: region, Control: control, Status: status, Workflow: workflow,
				Severity: "MEDIUM", Title: "title of " + control, ResourceType: typ, ResourceID: resource, Standards: standards}
		}
		return &awsfake.Contents{
			Recorder: "recording", Hub: true,
			Rules: []awsfake.Rule{
				{Name: "s3-bucket-versioning-enabled-conformance-pack-" + suffix, Identifier: "S3_BUCKET_VERSIONING_ENABLED", Evaluations: []awsfake.Evaluation{
					bucket("data-"+account, "NON_COMPLIANT"), bucket("logs-"+account, "COMPLIANT"), bucket("site-"+account, "COMPLIANT"),
				}},
				{Name: "named-by-somebody-conformance-pack-" + suffix, Identifier: "RDS_STORAGE_ENCRYPTED", Evaluations: []awsfake.Evaluation{
					{Type: "AWS::RDS::DBInstance", ID: "db-ABC" + account, Verdict: "NON_COMPLIANT", At: now},
				}},
				{Name: "annual-risk-assessment-performed-conformance-pack-" + suffix, Identifier: "AWS_CONFIG_PROCESS_CHECK"},
				{Name: "outside", Identifier: "NOT_OF_THE_PACK", Evaluations: []awsfake.Evaluation{bucket("data-"+account, "COMPLIANT")}},
				{Name: "securityhub-s3-bucket-versioning-enabled-12ab", Identifier: "S3_BUCKET_VERSIONING_ENABLED", CreatedBy: "securityhub.amazonaws.com",
					Evaluations: []awsfake.Evaluation{bucket("data-"+account, "NON_COMPLIANT")}},
			},
			Packs: []awsfake.Pack{{Name: "OrgConformsPack-hipaa-abcd1234", Score: "50.00", Rules: []string{
				"s3-bucket-versioning-enabled-conformance-pack-" + suffix, "named-by-somebody-conformance-pack-" + suffix,
				"annual-risk-assessment-performed-conformance-pack-" + suffix,
			}}},
			ARNs: map[string]string{"db-ABC" + account: "arn:aws:rds:" + region + ":" + account + ":db:records"},
			Standards: []awsfake.Standard{{ARN: "arn:aws:securityhub:" + region + "::" + fsbp, Controls: []awsfake.Control{
				{ID: "S3.14", Title: "live title", Severity: "LOW"}, {ID: "RDS.3", Title: "live title", Severity: "MEDIUM"}, {ID: "EC2.999", Title: "new control", Severity: "HIGH"},
			}}},
			Findings: []*awsfake.Finding{
				finding("f1-"+account, "S3.14", "FAILED", "NEW", "AwsS3Bucket", "arn:aws:s3:::data-"+account, fsbp, nist),
				finding("f2-"+account, "S3.14", "PASSED", "RESOLVED", "AwsS3Bucket", "arn:aws:s3:::logs-"+account, fsbp, nist),
				finding("f3-"+account, "RDS.3", "FAILED", "SUPPRESSED", "AwsRdsDbInstance", "arn:aws:rds:"+region+":"+account+":db:records", fsbp),
				finding("f4-"+account, "EC2.999", "WARNING", "NEW", "AwsAccount", "AWS::::Account:"+account, fsbp),
			},
		}
	}
	w := &awsfake.World{Account: own, Places: map[awsfake.Place]*awsfake.Contents{
		{Account: own, Region: region}:    contents(own, "aaa"),
		{Account: member, Region: region}: contents(member, "bbb"),
	}}
	return w
}

func wantOf(account string) []string {
	return []string{
		account + " eu-central-1 AWS_CONFIG_PROCESS_CHECK INSUFFICIENT_DATA " + account + " aws-config",
		account + " eu-central-1 EC2.999 INSUFFICIENT_DATA " + account + " aws-security-hub",
		account + " eu-central-1 NOT_OF_THE_PACK COMPLIANT arn:aws:s3:::data-" + account + " aws-config",
		account + " eu-central-1 RDS_STORAGE_ENCRYPTED NON_COMPLIANT arn:aws:rds:eu-central-1:" + account + ":db:records aws-config+aws-security-hub",
		account + " eu-central-1 S3_BUCKET_VERSIONING_ENABLED NON_COMPLIANT arn:aws:s3:::data-" + account + " aws-config+aws-security-hub",
		account + " eu-central-1 S3_BUCKET_VERSIONING_ENABLED COMPLIANT arn:aws:s3:::logs-" + account + " aws-config+aws-security-hub",
		account + " eu-central-1 S3_BUCKET_VERSIONING_ENABLED COMPLIANT arn:aws:s3:::site-" + account + " aws-config",
	}
}

func TestOneAccount(t *testing.T) {
	t.Parallel()
	l := audit(t, serve(t, world()))
	wantLines(t, l, wantOf(own)...)
	if l.warned("gives the conformance pack") {
		t.Error("AWS's score is ours, and is said to differ")
	}
	if got := *l.summary.ComplianceScore; got != 50 {
		t.Errorf("got a score of %v, want 50: 2 of 4 combinations", got)
	}
	if len(l.diagnostics) != 0 {
		t.Errorf("got diagnostics: %s", l.diagnostics[0].Summary)
	}
	if len(l.diagnostics) > 0 {
		t.Fatalf("got the diagnostic %+v", l.diagnostics[0])
	}
	one := l.results[4]
	if s := one.Sources[1]; s.Title != "live title" || s.URL == "" || s.Finding != "f1-"+own {
		t.Errorf("got the source %+v", s)
	}
}

func TestFaultsAndPages(t *testing.T) {
	t.Parallel()
	w := world()
	w.Page, w.EmptyPages, w.Faults = 1, true, 7
	wantLines(t, audit(t, serve(t, w)), wantOf(own)...)
}

// TestAnswersThatNeverCome has AWS leave requests unanswered: they are made again.
func TestAnswersThatNeverCome(t *testing.T) {
	t.Parallel()
	w := world()
	w.Page, w.Faults, w.Hangs = 1, 5, true
	opts := serve(t, w)
	opts.AWS.HTTPClient = awshttp.NewBuildableClient().WithTimeout(time.Second)
	wantLines(t, audit(t, opts), wantOf(own)...)
}

func TestRole(t *testing.T) {
	t.Parallel()
	w := world()
	w.Accounts, w.Role, w.Regions = []string{own, member, "333333333333"}, "Reader", []string{region, other}
	w.Denied = map[string]bool{"333333333333": true}
	w.Places[awsfake.Place{Account: member, Region: other}] = &awsfake.Contents{Recorder: "stopped"}
	opts := serve(t, w)
	opts.Role, opts.Regions = "Reader", []string{"all"}
	l := audit(t, opts)
	wantLines(t, l, append(wantOf(own), wantOf(member)...)...)
	for _, want := range []string{
		"333333333333 eu-central-1: AWS Config could not be read AccessDenied", "222222222222 us-east-1: AWS Config's recorder default is stopped since 2025-11-24",
		"111111111111 us-east-1: AWS Config has no recorder", "222222222222 us-east-1: Security Hub is not enabled",
	} {
		if !l.warned(want) {
			t.Errorf("no diagnostic says %q", want)
		}
	}
	if l.progress != 6 {
		t.Errorf("got %d progress messages, want 6", l.progress)
	}
	total := l.summary.Scores[slices.IndexFunc(l.summary.Scores, func(s assessment.Score) bool { return s.Kind == kindPack && s.Account == "" })]
	if total.Name != "hipaa" || total.Passed != 4 || total.Counted != 8 || total.RulesPassed != 0 || total.RulesCounted != 2 {
		t.Errorf("got the total %+v", total)
	}
}

func TestAggregatorAndAdministrator(t *testing.T) {
	t.Parallel()
	w := world()
	home := w.Places[awsfake.Place{Account: own, Region: region}]
	home.Aggregator, home.Home, home.Members = "org", region, []string{member}
	w.Places[awsfake.Place{Account: member, Region: region}].Hub = false // read through the administrator
	w.Page, w.EmptyPages = 2, true
	l := audit(t, serve(t, w))
	// An aggregator says nothing of rules without results.
	wantLines(t, l, append(wantOf(own), wantOf(member)[1:]...)...)
}

func TestFingerprintsAreStable(t *testing.T) {
	t.Parallel()
	byLine := func(l *log) map[string]string {
		m := map[string]string{}
		for i, line := range l.lines() {
			m[line] = l.results[i].Fingerprint
		}
		return m
	}
	w := world()
	w.Accounts, w.Role = []string{own, member}, "Reader"
	opts := serve(t, w)
	opts.Role = "Reader"
	direct := byLine(audit(t, opts))
	home := w.Places[awsfake.Place{Account: own, Region: region}]
	home.Aggregator, home.Members = "org", []string{member}
	opts.Role = ""
	for line, fingerprint := range byLine(audit(t, opts)) {
		if direct[line] != fingerprint {
			t.Errorf("%s: got %q through the aggregator, %q directly", line, fingerprint, direct[line])
		}
	}
}

func TestPermissionsAreMinimal(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	run := func(change func(*awsfake.World, *Options)) {
		w := world()
		opts := serve(t, w)
		change(w, &opts)
		audit(t, opts)
		for call := range w.Calls() {
			called[call] = true
		}
	}
	run(func(w *awsfake.World, o *Options) {
		home := w.Places[awsfake.Place{Account: own, Region: region}]
		home.Aggregator, home.Home, home.Members = "org", region, []string{member}
	})
	run(func(w *awsfake.World, o *Options) {
		w.Accounts, w.Role, w.Regions = []string{own, member}, "Reader", []string{region}
		o.Role, o.Regions = "Reader", []string{"all"}
		w.Places[awsfake.Place{Account: member, Region: region}].Hub = false
		w.Places[awsfake.Place{Account: member, Region: region}].HubV2 = true
	})
	delete(called, "sts:GetCallerIdentity") // needs no permission
	got := slices.Sorted(maps.Keys(called))
	var want []string
	for _, s := range permissions("Reader").Statement {
		want = append(want, s.Action...)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the calls made are\n%s\nand the policy allows\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSecurityHubOf2025(t *testing.T) {
	t.Parallel()
	w := world()
	home := w.Places[awsfake.Place{Account: own, Region: region}]
	home.Hub, home.HubV2 = false, true
	home.Findings = home.Findings[:1]
	opts := serve(t, w)
	opts.Sources = []string{SourceHub}
	wantLines(t, audit(t, opts), own+" eu-central-1 S3_BUCKET_VERSIONING_ENABLED NON_COMPLIANT arn:aws:s3:::data-"+own+" aws-security-hub")
}

// TestTagsOfAWS reads who made a resource, from either source, and no other tags.
func TestTagsOfAWS(t *testing.T) {
	t.Parallel()
	all := map[string]string{"aws:cloudformation:stack-name": "billing", "patient": "secret"}
	for name, change := range map[string]func(*awsfake.Contents){
		"AWS Config":   func(c *awsfake.Contents) { c.Hub = false; c.Tags = map[string]map[string]string{"data-" + own: all} },
		"Security Hub": func(c *awsfake.Contents) { c.Findings[0].Tags = all },
		"OCSF": func(c *awsfake.Contents) {
			c.Hub, c.HubV2, c.Findings[0].Tags = false, true, all
		},
	} {
		w := world()
		change(w.Places[awsfake.Place{Account: own, Region: region}])
		l := audit(t, serve(t, w))
		for _, r := range l.results {
			if r.Rule != "S3_BUCKET_VERSIONING_ENABLED" || r.Verdict != assessment.NonCompliant {
				continue
			}
			if len(r.Resource.AWSTags) != 1 || r.Resource.AWSTags["aws:cloudformation:stack-name"] != "billing" {
				t.Errorf("%s: got the tags %v", name, r.Resource.AWSTags)
			}
		}
	}
}

func TestNothingCanBeRead(t *testing.T) {
	t.Parallel()
	w := world()
	w.Denied = map[string]bool{own: true}
	l := &log{}
	if err := Run(t.Context(), serve(t, w), l); !errors.Is(err, ErrNothing) {
		t.Errorf("got %v, want %v", err, ErrNothing)
	}
	if l.summary == nil || !l.warned("AccessDeniedException: User is not authorized to perform: config:") {
		t.Error("the stream does not say why")
	}
}

func TestInterruptAndResume(t *testing.T) {
	t.Parallel()
	w := world()
	w.Accounts, w.Role = []string{own, member}, "Reader"
	opts := serve(t, w)
	opts.Role, opts.Concurrency, opts.Resume = "Reader", 1, t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	l := &log{stop: cancel}
	if err := Run(ctx, opts, l); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got %v, want that it was cancelled", err)
	}
	if l.summary == nil || len(l.results) < len(wantOf(own)) {
		t.Fatalf("got %d results, want those of the first account at least, and a summary", len(l.results))
	}
	before := w.Calls()["config:DescribeConformancePacks"]
	wantLines(t, audit(t, opts), append(wantOf(own), wantOf(member)...)...)
	if again := w.Calls()["config:DescribeConformancePacks"] - before; again > 1 {
		t.Errorf("%d accounts were read again, want at most the one that was not whole", again)
	}
}

// large is accounts × 4 regions × findings, half of AWS Config, half of Security Hub.
func large(accounts, findings int) *awsfake.World {
	w := &awsfake.World{Account: "000000000000", Role: "Reader", Places: map[awsfake.Place]*awsfake.Contents{}, Faults: 20, Regions: []string{"eu-central-1", "eu-west-1", "us-east-1", "us-west-2"}}
	for a := range accounts {
		account := fmt.Sprintf("%012d", a)
		w.Accounts = append(w.Accounts, account)
		for _, r := range w.Regions {
			c := &awsfake.Contents{Recorder: "recording", Hub: true, Rules: []awsfake.Rule{{Name: "v-conformance-pack-x", Identifier: "S3_BUCKET_VERSIONING_ENABLED"}}}
			c.Packs = []awsfake.Pack{{Name: "hipaa", Rules: []string{"v-conformance-pack-x"}}}
			for i := range findings / 2 {
				name := fmt.Sprintf("b-%s-%s-%d", account, r, i)
				c.Rules[0].Evaluations = append(c.Rules[0].Evaluations, awsfake.Evaluation{Type: "AWS::S3::Bucket", ID: name, Verdict: "NON_COMPLIANT", At: now})
				c.Findings = append(c.Findings, &awsfake.Finding{ID: name, Account: account, Region: r, Control: "EC2.25", Status: "FAILED", Workflow: "NEW", Severity: "HIGH", ResourceType: "AwsEc2LaunchTemplate", ResourceID: name})
			}
			w.Places[awsfake.Place{Account: account, Region: r}] = c
		}
	}
	return w
}

// A counter checks that nothing is lost or double, and watches the memory.
type counter struct {
	log
	seen map[uint64]bool
	n    int
	heap []uint64 // every 20,000 results
}

func newCounter(expect int) *counter { return &counter{seen: make(map[uint64]bool, expect)} }

func (c *counter) Result(m *assessment.Result) error {
	c.n++
	half, err := strconv.ParseUint(m.Fingerprint[:16], 16, 64)
	if err != nil {
		return err
	}
	c.seen[half] = true
	if c.n%20000 == 0 {
		var mem runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&mem)
		c.heap = append(c.heap, mem.HeapAlloc)
	}
	return nil
}

func (c *counter) Diagnostic(m *assessment.Diagnostic) error { return nil }

func TestLoadLosesNothing(t *testing.T) {
	t.Parallel()
	const accounts, findings = 6, 500
	opts := serve(t, large(accounts, findings))
	opts.Role, opts.Regions = "Reader", []string{"all"}
	c := newCounter(0)
	if err := Run(t.Context(), opts, c); err != nil {
		t.Fatal(err)
	}
	if want := accounts * 4 * findings; c.n != want || len(c.seen) != want {
		t.Errorf("got %d results, %d of them different; want %d", c.n, len(c.seen), want)
	}
}

// TestConnectionsAreShared counts the connections that are open at the end: they
// follow from what is read at a time, not from how many accounts there are.
func TestConnectionsAreShared(t *testing.T) {
	t.Parallel()
	w := large(12, 2)
	w.Faults = 0
	opts := serve(t, w)
	var open, most atomic.Int64
	srv := httptest.NewUnstartedServer(w)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			most.Store(max(most.Load(), open.Add(1)))
		case http.StateClosed:
			open.Add(-1)
		}
	}
	srv.Start()
	defer srv.Close()
	opts.AWS.BaseEndpoint, opts.Role, opts.Regions, opts.Concurrency = &srv.URL, "Reader", []string{"all"}, 2
	audit(t, opts)
	if n := most.Load(); n > 12 {
		t.Errorf("%d connections were open at a time, for two readers", n)
	}
}

// BenchmarkLoad reads 200 accounts in 4 regions with 500 findings each, every
// twentieth request failing.
func BenchmarkLoad(b *testing.B) {
	opts := serve(b, large(200, 500))
	opts.Role, opts.Regions = "Reader", []string{"all"}
	for b.Loop() {
		c := newCounter(400_000)
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if err := Run(b.Context(), opts, c); err != nil {
			b.Fatal(err)
		}
		if c.n != 400_000 || len(c.seen) != c.n {
			b.Fatalf("got %d results, %d different", c.n, len(c.seen))
		}
		grown := func(heap uint64) float64 { return float64(heap-min(heap, before.HeapAlloc)) / 1e6 }
		// What is being read at the moment goes up and down: the least tells what stays.
		b.ReportMetric(grown(slices.Min(c.heap[:len(c.heap)/4])), "MB-first-quarter")
		b.ReportMetric(grown(slices.Min(c.heap[len(c.heap)*3/4:])), "MB-last-quarter")
		b.ReportMetric(grown(slices.Max(c.heap)), "MB-peak")
	}
}

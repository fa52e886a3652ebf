// Package assessment says what was found: a stream of messages that every
// source emits and every renderer reads.
//
// A stream is JSON Lines with one key an object: config first, then progress,
// diagnostic and result messages in any number, summary last. It stays valid
// with all progress messages removed. Results come in a deterministic order:
// root, file, line, rule.
package assessment

import (
	"time"

	"safeguard/internal/hipaa"
)

// Schema is the version of the stream that this package writes.
const Schema = "safeguard/1"

// A Message is one line of a stream: exactly one field is set.
type Message struct {
	Config     *Config     `json:"config,omitempty"`
	Progress   *Progress   `json:"progress,omitempty"`
	Diagnostic *Diagnostic `json:"diagnostic,omitempty"`
	Result     *Result     `json:"result,omitempty"`
	Summary    *Summary    `json:"summary,omitempty"`
}

// A Config opens a stream.
type Config struct {
	Schema  string    `json:"schema"`
	Version string    `json:"version"`
	Source  string    `json:"source"` // terraform-config, terraform-plan, terraform-state, aws-config, aws-security-hub; several with commas
	Target  string    `json:"target"`
	Pack    string    `json:"pack"`
	Started time.Time `json:"started"`
	// Selected are the rules that were judged by, if not all were.
	Selected []string `json:"selected,omitempty"`
}

// A Progress says how far the work has come.
type Progress struct {
	Message string `json:"message"`
	Done    int    `json:"done"`
	Total   int    `json:"total"`
}

// A Diagnostic is a message about the input.
type Diagnostic struct {
	Severity string   `json:"severity"` // error, warning
	Summary  string   `json:"summary"`
	Detail   string   `json:"detail,omitempty"`
	Location Location `json:"location"`
}

// A Location is a place in a file. Line is 0 if there is none.
type Location struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	EndLine int    `json:"end_line,omitempty"`
}

// A Verdict is AWS Config's word for what was found.
type Verdict string

// The verdicts.
const (
	Compliant        Verdict = "COMPLIANT"
	NonCompliant     Verdict = "NON_COMPLIANT"
	NotApplicable    Verdict = "NOT_APPLICABLE"
	InsufficientData Verdict = "INSUFFICIENT_DATA"
)

// Verdicts lists all verdicts, the gravest first.
var Verdicts = []Verdict{NonCompliant, InsufficientData, Compliant, NotApplicable}

// A Result is the verdict on one resource under one rule.
type Result struct {
	Rule        string         `json:"rule"`
	Verdict     Verdict        `json:"verdict"`
	Severity    hipaa.Severity `json:"severity"`
	Resource    Resource       `json:"resource"`
	Location    Location       `json:"location"`
	Annotation  string         `json:"annotation"`
	Evidence    []Evidence     `json:"evidence"`
	Citations   []string       `json:"citations"`
	Fingerprint string         `json:"fingerprint"`
	Exception   *Exception     `json:"exception"`
	// Sources are what AWS says, for results that come from AWS.
	Sources []Source `json:"sources,omitempty"`
	// Link says how a result that comes from AWS and Terraform belong together.
	Link *Link `json:"link,omitempty"`
}

// A Source is one verdict of AWS: an evaluation of AWS Config or a finding of
// Security Hub.
type Source struct {
	Name      string     `json:"name"` // aws-config, aws-security-hub
	Rule      string     `json:"rule"` // the rule's name in AWS Config, or the control
	Pack      string     `json:"pack,omitempty"`
	Verdict   Verdict    `json:"verdict"`
	Evaluated *time.Time `json:"evaluated,omitempty"`
	FirstSeen *time.Time `json:"first_seen,omitempty"`
	// Of Security Hub:
	Finding  string `json:"finding,omitempty"` // id and product name the finding
	Product  string `json:"product,omitempty"`
	Format   string `json:"format,omitempty"`   // ocsf: of Security Hub of 2025, which names a finding by its id alone
	Workflow string `json:"workflow,omitempty"` // NEW, NOTIFIED, SUPPRESSED, RESOLVED
	Severity string `json:"severity,omitempty"`
	Title    string `json:"title,omitempty"`

	Description    string `json:"description,omitempty"`
	Recommendation string `json:"recommendation,omitempty"`
	URL            string `json:"url,omitempty"`
}

// A Link says which resource of Terraform a resource of AWS is, or why it is none.
type Link struct {
	// Candidates are the addresses if several resources could be it.
	Candidates []string `json:"candidates,omitempty"`
	// Unmanaged says who made a resource that Terraform does not manage:
	// control-tower, service-linked-role, cloudformation, identity-center, aws,
	// or hand.
	Unmanaged string `json:"unmanaged,omitempty"`
	Reason    string `json:"reason,omitempty"`
	// Companions are the resources of Terraform that set parts of the resource, as
	// aws_s3_bucket_versioning does of a bucket: where the fault may lie.
	Companions []Companion `json:"companions,omitempty"`
	// Contradiction is the id of the known contradiction that explains the
	// finding; see safeguard exceptions suggest.
	Contradiction string `json:"contradiction,omitempty"`
	// Offline is the verdict that the code itself gets, where it differs from
	// AWS's, and Cause the likely reason.
	Offline Verdict `json:"offline,omitempty"`
	Cause   string  `json:"cause,omitempty"`
}

// A Companion is a resource of Terraform that belongs to another one.
type Companion struct {
	Address  string   `json:"address"`
	Location Location `json:"location"`
}

// A Resource says what a result is about. An account-level result has the type
// AWS::::Account and the address "account".
type Resource struct {
	Type          string `json:"type"` // AWS::S3::Bucket
	TerraformType string `json:"terraform_type"`
	Address       string `json:"address"`
	Root          string `json:"root"`
	ID            string `json:"id"`
	ARN           string `json:"arn"`
	Account       string `json:"account"`
	Region        string `json:"region"`
	// AWSTags are the tags that AWS itself sets, such as
	// aws:cloudformation:stack-name: they say who made the resource.
	AWSTags map[string]string `json:"aws_tags,omitempty"`
}

// Evidence is a value that a verdict rests on, secrets redacted.
type Evidence struct {
	Address   string   `json:"address"`
	Attribute string   `json:"attribute"`
	Value     string   `json:"value"`
	Location  Location `json:"location"`
}

// An Exception is an accepted risk or a documented contradiction.
type Exception struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires"`
	// Control is what protects the resource instead.
	Control string `json:"compensating_control,omitempty"`
}

// A Summary closes a stream.
type Summary struct {
	// Rules counts the pack's rules by their state: NON_COMPLIANT if one
	// resource is, else INSUFFICIENT_DATA if one is undecided, else COMPLIANT
	// if one is, else NOT_APPLICABLE.
	Rules   Counts `json:"rules"`
	Results Counts `json:"results"`
	// ComplianceScore is AWS's conformance pack score in percent: compliant
	// rule-resource pairs over all decided ones. Null if none is decided.
	ComplianceScore *float64 `json:"compliance_score"`
	// RuleScore is the share of decided rules that are compliant, in percent.
	RuleScore *float64 `json:"rule_score"`
	// Accepted counts the findings with an exception, and AcceptedScore is the
	// compliance score without them: AWS's own does not know of exceptions.
	Accepted      int      `json:"accepted,omitempty"`
	AcceptedScore *float64 `json:"compliance_score_without_accepted,omitempty"`
	// Scores are AWS's own figures, by account and Region.
	Scores []Score `json:"scores,omitempty"`
}

// A Score is a score as AWS computes it.
type Score struct {
	// Kind is conformance-pack, which counts pairs of rule and resource, or
	// security-hub, which counts controls.
	Kind    string `json:"kind"`
	Name    string `json:"name"`    // of the pack or standard; "" is all standards
	Account string `json:"account"` // "" is all
	Region  string `json:"region"`  // "" is all
	Passed  int    `json:"passed"`
	Counted int    `json:"counted"`
	// Percent is null if nothing is counted.
	Percent *float64 `json:"percent"`
	// The rules of a pack that are compliant, of those with a verdict.
	RulesPassed  int `json:"rules_passed,omitempty"`
	RulesCounted int `json:"rules_counted,omitempty"`
	// AWS is the figure that AWS itself gives, as it writes it.
	AWS string `json:"aws,omitempty"`
}

// Counts are numbers by verdict.
type Counts struct {
	Compliant        int `json:"COMPLIANT"`
	NonCompliant     int `json:"NON_COMPLIANT"`
	NotApplicable    int `json:"NOT_APPLICABLE"`
	InsufficientData int `json:"INSUFFICIENT_DATA"`
}

// Add counts one more.
func (c *Counts) Add(v Verdict) {
	switch v {
	case Compliant:
		c.Compliant++
	case NonCompliant:
		c.NonCompliant++
	case NotApplicable:
		c.NotApplicable++
	default:
		c.InsufficientData++
	}
}

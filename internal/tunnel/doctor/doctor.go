// Package doctor examines what a tunnel needs, in the order in which it needs it:
// from the caller's credentials to the name of the database. Each finding is ok,
// a change to make with the Terraform for it, or that it could not be told, and
// why. What could not be told is never ok. Nothing is changed, and no session is
// opened.
package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"safeguard/internal/tunnel"
)

// A Verdict says what an examination came to. The zero value is that it came to
// nothing.
type Verdict uint8

const (
	Undecided Verdict = iota
	OK
	Change
)

// String is the verdict as programs read it.
func (v Verdict) String() string {
	return [...]string{"undecided", "ok", "change"}[v]
}

// MarshalText is String.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// A Finding is what one check says.
type Finding struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	Detail  string  `json:"detail"` // what was seen, or why nothing was
	// Do says what to change, and Terraform is a configuration that does it; ""
	// unless the verdict is Change.
	Do        string `json:"do,omitempty"`
	Terraform string `json:"terraform,omitempty"`
}

// Options say what to examine.
type Options struct {
	Load func(context.Context) (aws.Config, error) // finds the AWS configuration
	Spec tunnel.Spec
	// LookupHost resolves a name where the program runs.
	LookupHost func(ctx context.Context, host string) ([]string, error)
}

// Checks are the names of the checks, in their order.
func Checks() []string {
	names := make([]string, len(checks))
	for i, c := range checks {
		names[i] = c.name
	}
	return names
}

var checks = []struct {
	name string
	run  func(context.Context, *visit) Finding
}{
	{"credentials", identity},
	{"region", region},
	{"instance", instance},
	{"ssm-agent", agent},
	{"instance-profile", profile},
	{"vpc-endpoints", endpoints},
	{"permissions", permissions},
	{"security-group", securityGroup},
	{"dns", dns},
}

// Run examines everything and reports each finding as it is made. The error is
// report's, or that ctx ended.
func Run(ctx context.Context, opts Options, report func(Finding) error) error {
	v := &visit{Options: opts}
	for _, c := range checks {
		f := c.run(ctx, v)
		if err := ctx.Err(); err != nil {
			return err
		}
		f.Check = c.name
		if err := report(f); err != nil {
			return err
		}
	}
	return nil
}

// A visit is what the checks have found out so far.
type visit struct {
	Options

	cfg                aws.Config
	in                 bool // cfg has credentials that AWS accepts
	caller, userID     string
	account, partition string

	node     *node // what the tunnel goes through; nil: not known
	instance *ec2types.Instance
	agent    *ssmtypes.InstanceInformation

	end      tunnel.Endpoint
	endErr   error
	endKnown bool // end and endErr were asked for
}

// A node is what a tunnel goes through, as the network sees it.
type node struct {
	name        string // as people know it
	target      string // as StartSession takes it
	arn         string
	vpc, subnet string
	address     string // private
	public      bool   // it has a public address
	groups      []string
	role        string // ARN, "" if not known
	task        bool   // of ECS, not an instance
	tags        map[string]string
}

func ok(format string, args ...any) Finding {
	return Finding{Verdict: OK, Detail: fmt.Sprintf(format, args...)}
}

func undecided(format string, args ...any) Finding {
	return Finding{Detail: fmt.Sprintf(format, args...)}
}

// denied is undecided for an error of AWS, on one line.
func denied(doing string, err error) Finding {
	return undecided("%s: %s", doing, oneLine(err))
}

func oneLine(err error) string {
	text, _, _ := strings.Cut(tunnel.Explain(err).Error(), "\nhint: ")
	return strings.ReplaceAll(text, "\n", "; ")
}

func change(detail, do, terraform string) Finding {
	return Finding{Verdict: Change, Detail: detail, Do: do, Terraform: terraform}
}

// endpoint is what the tunnel leads to; AWS is asked once.
func (v *visit) endpoint(ctx context.Context) (tunnel.Endpoint, error) {
	if !v.endKnown {
		v.endKnown = true
		v.end, v.endErr = tunnel.FindEndpoint(ctx, v.cfg, v.Spec.To)
	}
	return v.end, v.endErr
}

const (
	noCredentials = "there are no credentials to ask AWS with"
	noNode        = "what the tunnel goes through is not known"
)

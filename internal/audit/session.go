package audit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A session makes clients for accounts and regions. It may be used by several
// goroutines.
type session struct {
	base      aws.Config
	role      string // to assume in other accounts
	account   string // whose credentials base has
	partition string
	limits    *limiter

	mu          sync.Mutex
	credentials map[string]aws.CredentialsProvider // by account
}

// answerWithin is how long an answer of AWS may take. One that takes longer is
// asked for again, as after any other lost connection.
const answerWithin = time.Minute

// patient is the client, or the SDK's own, with a limit to how long it waits; one
// that was set stays. Without a client here each service's would have connections
// of its own.
func patient(client aws.HTTPClient) aws.HTTPClient {
	if client == nil {
		client = awshttp.NewBuildableClient()
	}
	if b, ok := client.(*awshttp.BuildableClient); ok && b.GetTimeout() == 0 {
		return b.WithTimeout(answerWithin)
	}
	return client
}

// newSession asks AWS whose credentials cfg has.
func newSession(ctx context.Context, cfg aws.Config, role string, limits func(service, operation string) Limit) (*session, error) {
	cfg.HTTPClient = patient(cfg.HTTPClient)
	s := &session{base: cfg, role: role, limits: newLimiter(limits), credentials: map[string]aws.CredentialsProvider{}}
	out, err := sts.NewFromConfig(s.config("", cfg.Region)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	s.account = aws.ToString(out.Account)
	s.partition = "aws"
	if parts := strings.Split(aws.ToString(out.Arn), ":"); len(parts) > 1 {
		s.partition = parts[1]
	}
	return s, nil
}

// config is the configuration of clients for an account and region. Other
// accounts than the own one are reached through the role.
func (s *session) config(account, region string) aws.Config {
	cfg := s.base.Copy()
	cfg.Region = region
	cfg.APIOptions = append(cfg.APIOptions[:len(cfg.APIOptions):len(cfg.APIOptions)], s.limits.middleware(account, region))
	if account == "" || account == s.account {
		return cfg
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.credentials[account] == nil {
		own := s.base.Copy()
		s.credentials[account] = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), s.roleARN(account), func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = "safeguard-audit"
		}))
	}
	cfg.Credentials = s.credentials[account]
	return cfg
}

func (s *session) roleARN(account string) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", s.partition, account, s.role)
}

func (s *session) awsConfig(account, region string) *configservice.Client {
	return configservice.NewFromConfig(s.config(account, region))
}

func (s *session) securityHub(account, region string) *securityhub.Client {
	return securityhub.NewFromConfig(s.config(account, region))
}

// accounts lists the active accounts of the organization.
func (s *session) accounts(ctx context.Context) ([]string, error) {
	client := organizations.NewFromConfig(s.config("", s.base.Region))
	var all []string
	for p := organizations.NewListAccountsPaginator(client, &organizations.ListAccountsInput{}); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.Accounts {
			if state := string(a.State); state == "ACTIVE" || state == "" && a.Status == "ACTIVE" {
				all = append(all, aws.ToString(a.Id))
			}
		}
	}
	return all, nil
}

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"safeguard/internal/audit"
)

// awsFlags are the flags of every command that speaks with AWS.
type awsFlags struct {
	profile string
	regions []string
}

func (f *awsFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.profile, "profile", "", "`PROFILE` of the AWS configuration (default $AWS_PROFILE)")
	fs.StringSliceVar(&f.regions, "region", nil, "AWS `REGIONS`, or \"all\" (default that of the profile)")
}

// load finds credentials as AWS's own programs do: environment, profiles, IAM
// Identity Center, role chains with MFA, credential_process.
func (f *awsFlags) load(ctx context.Context, stdio IO) (aws.Config, error) {
	opts := []func(*config.LoadOptions) error{
		config.WithRetryer(audit.Retryer),
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
			o.TokenProvider = func() (string, error) {
				fmt.Fprint(stdio.Stderr, "MFA code: ")
				code, err := bufio.NewReader(stdio.Stdin).ReadString('\n')
				return strings.TrimSpace(code), err
			}
		}),
	}
	if f.profile != "" {
		opts = append(opts, config.WithSharedConfigProfile(f.profile))
	}
	if len(f.regions) > 0 && f.regions[0] != "all" {
		opts = append(opts, config.WithRegion(f.regions[0]))
	}
	cfg, err := config.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, errors.New("no AWS region is set: pass --region, or set AWS_REGION")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		hint := "set AWS_PROFILE or pass --profile"
		if strings.Contains(strings.ToLower(err.Error()), "sso") {
			hint = "run `safeguard login " + f.profile + "`"
		}
		return aws.Config{}, fmt.Errorf("no AWS credentials: %w\nhint: %s", err, hint)
	}
	return cfg, nil
}

func loginCommand(stdio IO) *cobra.Command {
	return &cobra.Command{
		Use:   "login PROFILE",
		Short: "Log in to IAM Identity Center for a profile of the AWS configuration",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			err := audit.Login(cmd.Context(), args[0], func(d audit.Device) {
				fmt.Fprintf(stdio.Stderr, "Open %s\nand confirm the code %s\n", d.URL, d.Code)
			}, func(ctx context.Context, d time.Duration) error {
				select {
				case <-time.After(d):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(stdio.Stderr, "logged in as %s\n", args[0])
			return err
		},
	}
}

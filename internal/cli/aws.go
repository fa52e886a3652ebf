package cli

import (
	"bufio"
	"cmp"
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
	if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return aws.Config{}, fmt.Errorf("the AWS configuration has no profile %q\nhint: profiles are in ~/.aws/config, or where AWS_CONFIG_FILE says", missing.Profile)
	}
	if err != nil {
		return aws.Config{}, fmt.Errorf("load the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, errors.New("no AWS region is set: pass --region, or set AWS_REGION")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		hint := "set AWS_PROFILE or pass --profile"
		if profile := f.named(stdio); strings.Contains(strings.ToLower(err.Error()), "sso") {
			hint, err = "run `safeguard login "+profile+"`", &loginNeeded{profile, err}
		}
		return aws.Config{}, fmt.Errorf("no AWS credentials: %w\nhint: %s", err, hint)
	}
	return cfg, nil
}

// named is the profile in use.
func (f *awsFlags) named(stdio IO) string {
	return cmp.Or(f.profile, stdio.getenv("AWS_PROFILE"), "default")
}

// loginNeeded is the error for a profile of IAM Identity Center without a token
// that is still good.
type loginNeeded struct {
	profile string
	error
}

func (e *loginNeeded) Unwrap() error { return e.error }

// loadOrLogin is load. A person at the terminal who would have to log in is
// offered to do so.
func (f *awsFlags) loadOrLogin(ctx context.Context, stdio IO) (aws.Config, error) {
	cfg, err := f.load(ctx, stdio)
	needed, ok := errors.AsType[*loginNeeded](err)
	if !ok || !stdio.interactive() {
		return cfg, err
	}
	fmt.Fprintf(stdio.Stderr, "%v\nLog in to %s now? [Y/n] ", needed, needed.profile)
	answer, rerr := bufio.NewReader(stdio.Stdin).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); rerr != nil || answer != "" && answer != "y" && answer != "yes" {
		return cfg, err
	}
	if err := login(ctx, needed.profile, stdio); err != nil {
		return cfg, err
	}
	return f.load(ctx, stdio)
}

func loginCommand(stdio IO) *cobra.Command {
	return &cobra.Command{
		Use:   "login PROFILE",
		Short: "Log in to IAM Identity Center for a profile of the AWS configuration",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return login(cmd.Context(), args[0], stdio)
		},
	}
}

func login(ctx context.Context, profile string, stdio IO) error {
	err := audit.Login(ctx, profile, func(d audit.Device) {
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
	_, err = fmt.Fprintf(stdio.Stderr, "logged in as %s\n", profile)
	return err
}

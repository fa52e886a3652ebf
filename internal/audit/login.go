package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc/types"

	"safeguard/internal/edit"
)

// A Device is what a person needs to confirm a login.
type Device struct {
	URL  string // to open in a browser
	Code string // that the page must show
}

// Login logs in to IAM Identity Center as a profile of the AWS configuration
// says, and keeps the token where AWS's own programs look for it. confirm is
// called once, to ask a person to confirm; wait sleeps between the questions
// whether that was done.
func Login(ctx context.Context, profile string, confirm func(Device), wait func(context.Context, time.Duration) error) error {
	shared, err := config.LoadSharedConfigProfile(ctx, profile, func(o *config.LoadSharedConfigOptions) {
		if file := os.Getenv("AWS_CONFIG_FILE"); file != "" {
			o.ConfigFiles = []string{file}
		}
		if file := os.Getenv("AWS_SHARED_CREDENTIALS_FILE"); file != "" {
			o.CredentialsFiles = []string{file}
		}
	})
	if err != nil {
		return fmt.Errorf("profile %q: %w", profile, err)
	}
	region, start, key := shared.SSORegion, shared.SSOStartURL, shared.SSOStartURL
	if s := shared.SSOSession; s != nil {
		region, start, key = s.SSORegion, s.SSOStartURL, s.Name
	}
	if start == "" {
		return fmt.Errorf("profile %q does not use IAM Identity Center: it has neither sso_session nor sso_start_url", profile)
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	if err != nil {
		return err
	}
	client := ssooidc.NewFromConfig(cfg)
	in := &ssooidc.RegisterClientInput{ClientName: aws.String("safeguard"), ClientType: aws.String("public")}
	if shared.SSOSession != nil {
		in.Scopes = []string{"sso:account:access"} // with it the token can be refreshed
	}
	registered, err := client.RegisterClient(ctx, in)
	if err != nil {
		return fmt.Errorf("register with IAM Identity Center: %w", err)
	}
	device, err := client.StartDeviceAuthorization(ctx, &ssooidc.StartDeviceAuthorizationInput{
		ClientId: registered.ClientId, ClientSecret: registered.ClientSecret, StartUrl: &start,
	})
	if err != nil {
		return fmt.Errorf("begin to log in at %s: %w", start, err)
	}
	confirm(Device{aws.ToString(device.VerificationUriComplete), aws.ToString(device.UserCode)})
	pause := time.Duration(max(device.Interval, 1)) * time.Second
	for {
		token, err := client.CreateToken(ctx, &ssooidc.CreateTokenInput{
			ClientId: registered.ClientId, ClientSecret: registered.ClientSecret, DeviceCode: device.DeviceCode,
			GrantType: aws.String("urn:ietf:params:oauth:grant-type:device_code"),
		})
		if err == nil {
			return keepToken(key, start, region, registered, token)
		}
		if _, slow := errors.AsType[*types.SlowDownException](err); slow {
			pause += 5 * time.Second
		} else if _, pending := errors.AsType[*types.AuthorizationPendingException](err); !pending {
			return fmt.Errorf("log in at %s: %w", start, err)
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

// keepToken writes the token into the cache that all AWS programs share.
func keepToken(key, start, region string, client *ssooidc.RegisterClientOutput, token *ssooidc.CreateTokenOutput) error {
	path, err := ssocreds.StandardCachedTokenFilepath(key)
	if err != nil {
		return err
	}
	kept := map[string]string{
		"startUrl": start, "region": region, "accessToken": aws.ToString(token.AccessToken),
		"expiresAt": time.Now().Add(time.Duration(token.ExpiresIn) * time.Second).UTC().Format(time.RFC3339),
		"clientId":  aws.ToString(client.ClientId), "clientSecret": aws.ToString(client.ClientSecret),
		"registrationExpiresAt": time.Unix(client.ClientSecretExpiresAt, 0).UTC().Format(time.RFC3339),
	}
	if token.RefreshToken != nil {
		kept["refreshToken"] = *token.RefreshToken
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		f.Close() // so that the token is never readable by others
	}
	return edit.Write(path, data)
}

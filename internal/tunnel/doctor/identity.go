package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func identity(ctx context.Context, v *visit) Finding {
	cfg, err := v.Load(ctx)
	if err != nil {
		text, hint, _ := strings.Cut(err.Error(), "\nhint: ")
		if hint == "" {
			hint = "name a profile of the AWS configuration with --profile, or set AWS_PROFILE"
		}
		return change(text, hint, "")
	}
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return change("AWS does not accept the credentials: "+oneLine(err), "get new ones (`safeguard login PROFILE` with IAM Identity Center)", "")
	}
	v.cfg, v.in = cfg, true
	v.caller, v.account, v.userID = aws.ToString(out.Arn), aws.ToString(out.Account), aws.ToString(out.UserId)
	v.partition = "aws"
	if parts := strings.Split(v.caller, ":"); len(parts) > 1 {
		v.partition = parts[1]
	}
	return ok("%s", v.caller)
}

func region(ctx context.Context, v *visit) Finding {
	if !v.in {
		return undecided(noCredentials)
	}
	name := v.cfg.Region
	out, err := ec2.NewFromConfig(v.cfg).DescribeRegions(ctx, &ec2.DescribeRegionsInput{RegionNames: []string{name}, AllRegions: aws.Bool(true)})
	if err != nil {
		return denied("ask whether "+name+" is enabled", err)
	}
	if len(out.Regions) == 0 {
		return change(name+" is no region of AWS", "give another --region", "")
	}
	if aws.ToString(out.Regions[0].OptInStatus) == "not-opted-in" {
		return change(name+" is not enabled for the account "+v.account, "enable it, or give another --region",
			fmt.Sprintf("resource \"aws_account_region\" \"tunnel\" {\n  region_name = %q\n  enabled     = true\n}\n", name))
	}
	return ok("%s is enabled", name)
}

package fix

import (
	"fmt"
	"strings"

	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/constraint"
)

// newer are resource types that repairs add, and the version of the AWS provider
// since which it has them:
// https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md and
// its predecessors. What is older than version 3 is left out.
var newer = map[string]string{
	"aws_db_snapshot_copy":                               "4.15.0",
	"aws_redshift_logging":                               "5.46.0",
	"aws_s3_bucket_lifecycle_configuration":              "3.75.0",
	"aws_s3_bucket_logging":                              "3.75.0",
	"aws_s3_bucket_object_lock_configuration":            "3.75.0",
	"aws_s3_bucket_replication_configuration":            "3.75.0",
	"aws_s3_bucket_server_side_encryption_configuration": "3.75.0",
	"aws_s3_bucket_versioning":                           "3.75.0",
}

// provided is an error for code with resources that the provider of the site
// does not have, since the root or the module holds it at an older version.
func (s *site) provided(code *snippet) error {
	for _, b := range code.body.Blocks {
		since := newer[b.Labels[0]]
		if since == "" {
			continue
		}
		for _, held := range s.held() {
			if !constraint.Reaches(held, since) {
				return fmt.Errorf("the AWS provider is held at %s here, and has %s since %s: upgrade it first", held, b.Labels[0], since)
			}
		}
	}
	return nil
}

// held are the constraints on the version of the AWS provider: the lock file
// alone, if there is one.
func (s *site) held() []string {
	if v := s.root.Locked["hashicorp/aws"]; v != "" {
		return []string{"= " + v}
	}
	var all []string
	for _, m := range []*config.Module{s.root.Module, s.module} {
		for name, r := range m.Required {
			if (name == "aws" || strings.HasSuffix(r.Source, "hashicorp/aws")) && r.Version != "" {
				all = append(all, r.Version)
			}
		}
	}
	return all
}

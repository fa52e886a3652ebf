package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// actions are all that Run calls, as IAM names them: GetFindingsV2 is allowed with
// GetFindings. None changes anything.
var actions = []string{
	"account:ListRegions",
	"config:DescribeAggregateComplianceByConfigRules",
	"config:DescribeAggregateComplianceByConformancePacks",
	"config:DescribeConfigRules",
	"config:DescribeConfigurationAggregators",
	"config:DescribeConfigurationRecorderStatus",
	"config:DescribeConformancePackCompliance",
	"config:DescribeConformancePacks",
	"config:GetAggregateComplianceDetailsByConfigRule",
	"config:GetComplianceDetailsByConfigRule",
	"config:GetConformancePackComplianceDetails",
	"config:ListConformancePackComplianceScores",
	"config:SelectAggregateResourceConfig",
	"config:SelectResourceConfig",
	"organizations:ListAccounts",
	"securityhub:BatchGetStandardsControlAssociations",
	"securityhub:GetEnabledStandards",
	"securityhub:GetFindingAggregator",
	"securityhub:GetFindings",
	"securityhub:ListFindingAggregators",
	"securityhub:ListMembers",
	"securityhub:ListSecurityControlDefinitions",
}

// A policy is an IAM policy.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource string
}

// permissions is the least that an audit needs; role is the role that it
// assumes in other accounts, if any.
func permissions(role string) policy {
	p := policy{"2012-10-17", []statement{{"Read", "Allow", actions, "*"}}}
	if role != "" {
		p.Statement = append(p.Statement, statement{"ReachAccounts", "Allow", []string{"sts:AssumeRole"}, "arn:aws:iam::*:role/" + role})
	}
	return p
}

// PermissionsJSON writes the IAM policy with the least that an audit needs.
func PermissionsJSON(w io.Writer, role string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(permissions(role))
}

// PermissionsTerraform writes the policy as Terraform, ready to be attached.
func PermissionsTerraform(w io.Writer, role string) error {
	var b strings.Builder
	b.WriteString("data \"aws_iam_policy_document\" \"safeguard_audit\" {\n")
	for i, s := range permissions(role).Statement {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "  statement {\n    sid = %q\n    actions = [\n", s.Sid)
		for _, a := range s.Action {
			fmt.Fprintf(&b, "      %q,\n", a)
		}
		fmt.Fprintf(&b, "    ]\n    resources = [%q]\n  }\n", s.Resource)
	}
	b.WriteString("}\n\nresource \"aws_iam_policy\" \"safeguard_audit\" {\n  name   = \"safeguard-audit\"\n  policy = data.aws_iam_policy_document.safeguard_audit.json\n}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

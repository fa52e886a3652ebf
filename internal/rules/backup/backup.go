// Package backup holds the rules about AWS Backup: whether resources of other
// services are in a backup plan, and whether plans and vaults keep what they
// promise.
//
// A plan backs up what its selections cover, by ARN and by tag. Selections may
// stand anywhere in an account, so that a resource which none here covers is
// only in no plan if backups are declared here, or if the configuration is the
// whole account.
package backup

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	auroraInPlan,
	dynamodbInPlan,
	ec2InPlan,
	ebsInPlan,
	efsInPlan,
	minFrequencyAndRetention,
	rdsInPlan,
	recoveryPointDeletion,
	recoveryPointEncrypted,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS

const (
	plan      = "aws_backup_plan"
	selection = "aws_backup_selection"
)

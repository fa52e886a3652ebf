// Package dynamodb holds the rules about Amazon DynamoDB.
package dynamodb

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	autoscaling,
	pointInTimeRecovery,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS

const table = "aws_dynamodb_table"

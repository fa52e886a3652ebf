// Package sagemaker holds the rules about Amazon SageMaker.
package sagemaker

import (
	"embed"

	"safeguard/internal/rule"
)

// Rules are the rules of this package.
var Rules = []rule.Rule{
	endpointConfigurationKey,
	notebookKey,
	notebookNoDirectInternet,
}

// Examples holds an archive a rule: see package ruletest.
//
//go:embed testdata/*.txtar
var Examples embed.FS

package iam_test

import (
	"testing"

	"safeguard/internal/rules/iam"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, iam.Rules) }

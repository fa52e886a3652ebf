package codebuild_test

import (
	"testing"

	"safeguard/internal/rules/codebuild"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, codebuild.Rules) }

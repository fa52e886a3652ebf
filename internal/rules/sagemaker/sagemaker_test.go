package sagemaker_test

import (
	"testing"

	"safeguard/internal/rules/sagemaker"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, sagemaker.Rules) }

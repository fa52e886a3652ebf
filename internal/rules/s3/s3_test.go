package s3_test

import (
	"testing"

	"safeguard/internal/rules/s3"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, s3.Rules) }

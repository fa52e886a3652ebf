package kinesis_test

import (
	"testing"

	"safeguard/internal/rules/kinesis"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, kinesis.Rules) }

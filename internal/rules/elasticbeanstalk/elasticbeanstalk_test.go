package elasticbeanstalk_test

import (
	"testing"

	"safeguard/internal/rules/elasticbeanstalk"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, elasticbeanstalk.Rules) }

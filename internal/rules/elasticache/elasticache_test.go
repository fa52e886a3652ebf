package elasticache_test

import (
	"testing"

	"safeguard/internal/rules/elasticache"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, elasticache.Rules) }

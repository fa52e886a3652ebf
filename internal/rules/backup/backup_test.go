package backup_test

import (
	"testing"

	"safeguard/internal/rules/backup"
	"safeguard/internal/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, backup.Rules) }

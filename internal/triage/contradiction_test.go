package triage

import (
	"testing"

	"safeguard/internal/assessment"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rule, arn, address, want string }{
		{"BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED", "arn:aws:backup:eu-central-1:1:backup-vault:aws/efs/automatic-backup-vault", "", "BACKUP-DEFAULT-VAULTS"},
		{"BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED", "arn:aws:backup:eu-central-1:1:backup-vault:phi", "", ""},
		{"NOT_OF_THE_PACK", "arn:aws:backup:eu-central-1:1:backup-vault:Default", "", ""},
	} {
		got := ""
		if k := Explain(&assessment.Result{Rule: c.rule, Resource: assessment.Resource{ARN: c.arn, Address: c.address}}); k != nil {
			got = k.ID
		}
		if got != c.want {
			t.Errorf("%s on %s: got %q, want %q", c.rule, c.arn, got, c.want)
		}
	}
}

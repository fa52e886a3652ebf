package ec2

import (
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var snapshotPublic = rule.Rule{
	ID:     "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
	Assert: rule.Func(evalSnapshotPublic),
}

// evalSnapshotPublic can prove one direction alone: while all public sharing is
// blocked no snapshot is public. Terraform has no resource that makes one public.
func evalSnapshotPublic(t *rule.Target) rule.Verdict {
	for _, r := range t.Graph.OfType("aws_ebs_snapshot_block_public_access") {
		state := r.Attr("state")
		switch blocks := state.Is("block-all-sharing"); {
		case blocks == logic.True && !r.Maybe:
			return rule.Pass(blocks, state, "%s blocks all public sharing", r.Address).Named(r.Address + ".state")
		case blocks == logic.True:
			return rule.Because(state, r.Cause)
		case blocks == logic.Unknown:
			return rule.Because(state, state.Cause())
		}
	}
	return rule.Undecided(t.Here(), "only AWS knows whether a snapshot is public: run safeguard audit, or block public sharing with aws_ebs_snapshot_block_public_access")
}

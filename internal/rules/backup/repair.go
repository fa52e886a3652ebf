package backup

import (
	"fmt"

	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// repairDeletion denies deletion to everybody. The way back is to delete the
// policy as a whole, which Terraform can.
func repairDeletion(t *rule.Target) rule.Repair {
	const deny = `
		statement {
		  sid    = "DenyManualDeletion"
		  effect = "Deny"
		  actions = [
		    "backup:DeleteRecoveryPoint",
		    "backup:PutBackupVaultAccessPolicy",
		    "backup:UpdateRecoveryPointLifecycle",
		  ]
		  resources = ["*"]

		  principals {
		    type        = "*"
		    identifiers = ["*"]
		  }
		}
	`
	if on := t.Attached("aws_backup_vault_policy", "backup_vault_name").Items; len(on) > 0 {
		return rule.To(rule.Statement{On: on[0], Path: "policy", Code: deny})
	}
	return rule.To(rule.Add{Code: `
		resource "aws_backup_vault_policy" "self" {
		  backup_vault_name = self.name
		  policy            = data.aws_iam_policy_document.self_vault.json
		}

		data "aws_iam_policy_document" "self_vault" {
	` + deny + `
		}
	`})
}

// repairFrequency makes the plan's first rule daily and its backups last as long
// as the pack asks for.
func repairFrequency(t *rule.Target) rule.Repair {
	rules := t.Blocks("rule").Items
	days, ok := t.Param("requiredRetentionDays").Int()
	every, valid := period(t)
	if len(rules) == 0 || !ok || !valid || rules[0].Maybe {
		return rule.CannotRepair("the plan has no rule that could be changed")
	}
	b := rules[0]
	var r rule.Repair
	if frequent, _ := runs(b, every); frequent.truth == logic.False {
		r.Changes = append(r.Changes, rule.Set{At: b.Location(), Code: fmt.Sprintf("schedule = %q", defaultSchedule)})
	}
	if kept, _ := keeps(b, days); kept.truth == logic.False {
		r.Changes = append(r.Changes, rule.Set{At: b.Location(), Code: fmt.Sprintf("lifecycle {\ndelete_after = %d\n}", days)})
	}
	return r
}

// repairInPlan selects the resource by the tag of a selection that there is, or
// of the shared plan's.
func repairInPlan(t *rule.Target) rule.Repair { return intoPlan(t, "tags") }

// repairVolumes selects the volumes of an instance, which carry tags of their
// own.
func repairVolumes(t *rule.Target) rule.Repair {
	if t.Type != "aws_instance" {
		return intoPlan(t, "tags")
	}
	for _, typ := range []string{"root_block_device", "ebs_block_device"} {
		for _, b := range t.Blocks(typ).Items {
			if b.Attr("tags").NonEmpty() != logic.False {
				return rule.CannotRepair("the block devices of the instance have tags of their own: add the tag of the backup selection there")
			}
		}
	}
	return intoPlan(t, "volume_tags")
}

func intoPlan(t *rule.Target, in string) rule.Repair {
	for _, sel := range t.Graph.OfType("aws_backup_selection") {
		for _, tag := range sel.Blocks("selection_tag").Items {
			key, ok := tag.Attr("key").Literal()
			value, known := tag.Attr("value").Literal()
			if ok && known && !sel.Maybe && !tag.Maybe {
				return rule.To(rule.Tag{Key: key, Value: value, In: in})
			}
		}
	}
	if len(t.Graph.OfType("aws_backup_plan")) > 0 {
		return rule.CannotRepair("no selection of the backup plan goes by a tag: add the resource to one")
	}
	return rule.To(rule.Need{Piece: "backup_plan"}, rule.Tag{Key: "Backup", Value: "daily", In: in})
}

// repairEFS turns on the backups that AWS makes by itself.
func repairEFS(t *rule.Target) rule.Repair {
	if on := t.Attached("aws_efs_backup_policy", "file_system_id").Items; len(on) > 0 {
		return rule.To(rule.Set{On: on[0], Code: `
			backup_policy {
			  status = "ENABLED"
			}
		`})
	}
	return rule.To(rule.Add{Code: `
		resource "aws_efs_backup_policy" "self" {
		  file_system_id = self.id

		  backup_policy {
		    status = "ENABLED"
		  }
		}
	`})
}

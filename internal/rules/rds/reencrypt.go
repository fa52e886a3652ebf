package rds

import (
	"fmt"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// suffix is what the identifier of the encrypted instance has more than that of
// the one that it is made from: both are there for a while.
const suffix = "-encrypted"

// longestIdentifier is the limit of AWS for the identifier of an instance.
const longestIdentifier = 63

// repairStorageEncrypted makes an instance anew from an encrypted copy of a
// snapshot of it, in one apply.
//
// Nothing that was written before is lost, by the order in which Terraform works:
// the new instance refers to the copy, the copy to the snapshot, and with
// create_before_destroy the old instance goes when the new one is there. If a step
// fails, the old one stays. The snapshot names the old instance by its identifier
// as it is written: a reference to the resource would be a cycle. Without
// create_before_destroy the old instance would be destroyed before the new one is
// made, with nothing that makes that wait for the snapshot.
//
// No later plan differs: AWS returns the ARN of what a snapshot is copied from and
// of the key, and those are what is written; snapshot_identifier is never read
// back, and is computed where it is not written, so that it may go afterwards.
func repairStorageEncrypted(t *rule.Target) rule.Repair {
	if why := notReencrypted(t); why != "" {
		return rule.CannotRepair(why)
	}
	key := "shared.kms_key.arn"
	if t.Attr("kms_key_id").NonEmpty() == logic.True {
		key = "argument.kms_key_id"
	}
	protected := ""
	if t.Attr("deletion_protection").IsTrue() != logic.False {
		protected = `
			  # The old instance is protected, and the apply stops there. When the new one is
			  # in use, take the protection off the old one in the console, and apply again.`
	}
	final := ""
	if t.Attr("final_snapshot_identifier").NonEmpty() == logic.True { // the old instance takes that name with it
		final = fmt.Sprintf(`final_snapshot_identifier = "${argument.final_snapshot_identifier}%s"`, suffix)
	}
	return rule.To(
		rule.Add{Code: fmt.Sprintf(`
			resource "aws_db_snapshot" "self_plain" {
			  # Stop what writes to the database, then apply. That makes this snapshot, an
			  # encrypted copy and a new instance from it, and then destroys the old one,
			  # with its automated backups and what was written since. The endpoint changes.%s
			  # Afterwards remove both snapshots and the snapshot_identifier of the instance,
			  # which stays as it is; another snapshot_identifier would make it anew.
			  # Where the old instance was never made, remove them before the first apply.
			  db_instance_identifier = argument.identifier
			  db_snapshot_identifier = "${argument.identifier}-plain"
			}

			resource "aws_db_snapshot_copy" "self_encrypted" {
			  source_db_snapshot_identifier = aws_db_snapshot.self_plain.db_snapshot_arn
			  target_db_snapshot_identifier = "${argument.identifier}%s"
			  kms_key_id                    = %s
			}
		`, protected, suffix, key)},
		rule.Set{Code: fmt.Sprintf(`
			identifier          = "${argument.identifier}%s"
			snapshot_identifier = aws_db_snapshot_copy.self_encrypted.target_db_snapshot_identifier
			storage_encrypted   = true
			kms_key_id          = %s
			%s
			lifecycle {
			  create_before_destroy = true
			}
		`, suffix, key, final)},
	)
}

// notReencrypted says why a database is not made anew by Terraform.
func notReencrypted(t *rule.Target) string {
	switch {
	case t.Type == "aws_rds_cluster_instance":
		return "it is encrypted as its cluster is: restore the cluster from a snapshot with a key. Terraform would destroy the instances while the snapshot is taken"
	case isMember(t):
		return "it is encrypted as its cluster is: restore the cluster from a snapshot with a key"
	}
	for _, from := range []string{"replicate_source_db", "snapshot_identifier"} {
		if t.Attr(from).NonEmpty() != logic.False {
			return from + " is set, and a database is made from one source: encrypt that"
		}
	}
	for _, from := range []string{"restore_to_point_in_time", "s3_import"} {
		if t.Blocks(from).Exist() != logic.False {
			return from + " is set, and a database is made from one source: make a snapshot by hand, and restore an encrypted copy of it"
		}
	}
	id, known := t.Attr("identifier").Literal()
	switch {
	case t.Attr("identifier").NonEmpty() == logic.False:
		return "its identifier is generated, so that no code can name the instance that a snapshot is to be made of: write down the one it has"
	case !known:
		return "its identifier is not known, so that no snapshot of it can be named"
	case len(id)+len(suffix) > longestIdentifier:
		return fmt.Sprintf("the instance that takes its place needs another identifier, and %s%s is longer than AWS allows", id, suffix)
	case t.Attr("character_set_name").NonEmpty() != logic.False:
		return "the provider does not accept character_set_name together with snapshot_identifier: restore it by hand"
	case t.Blocks("blue_green_update").Exist() != logic.False:
		return "it is updated by blue/green deployments, which keep the encryption: restore it by hand"
	}
	if why := cannotEncrypt(t.Resource); why != "" {
		return why
	}
	return usedBy(t, id)
}

// cannotEncrypt says why AWS does not encrypt an instance such as this.
func cannotEncrypt(r *graph.Resource) string {
	class, _ := r.Attr("instance_class").Literal()
	for _, old := range []string{"db.m1.", "db.m2.", "db.t1.", "db.t2.micro"} {
		if strings.HasPrefix(class, old) {
			return class + " cannot be encrypted: choose a newer class first"
		}
	}
	engine, _ := r.Attr("engine").Literal()
	switch engine = strings.ToLower(engine); {
	case engine == "sqlserver-ex":
		return "SQL Server Express cannot be encrypted: choose another edition"
	case strings.HasPrefix(engine, "custom-"):
		return "a custom engine is made anew by its own procedure"
	}
	return ""
}

// usedBy says what else would lose the instance, or be made anew with it
// although nothing is wrong with it.
func usedBy(t *rule.Target, id string) string {
	for _, r := range t.Graph.OfType("aws_db_instance") {
		if r.Location() == t.Location() && r.Address != t.Address && encryption(t, r, 0).IsTrue() != logic.False {
			return r.Address + " is declared by the same code and is, or may be, encrypted: it would be made anew too"
		}
		if t.Graph.Identifies(r.Attr("replicate_source_db"), t.Resource) != logic.False {
			return r.Address + " replicates it: encrypt the source first, then make the replica anew"
		}
	}
	for _, names := range [][2]string{
		{"aws_db_snapshot", "db_instance_identifier"},
		{"aws_db_proxy_target", "db_instance_identifier"},
		{"aws_db_instance_role_association", "db_instance_identifier"},
		{"aws_cloudwatch_metric_alarm", "dimensions.DBInstanceIdentifier"},
	} {
		for _, r := range t.Graph.OfType(names[0]) {
			if v := r.Get(names[1]); v.Is(id) == logic.True && v.Source() == "" {
				return fmt.Sprintf("%s names it by %q, not by a reference, and would lose it", r.Address, id)
			}
		}
	}
	return ""
}

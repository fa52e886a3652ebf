package backup

import (
	"fmt"
	"slices"
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
	"safeguard/internal/rule"
)

var recoveryPointEncrypted = rule.Rule{
	ID:     "BACKUP_RECOVERY_POINT_ENCRYPTED",
	Types:  []string{vault},
	Assert: rule.Func(evalEncrypted),
}

// evalEncrypted judges the recovery points that a vault will hold. A vault
// always has a key, AWS's own if no other, but recovery points of volumes,
// instances and databases are encrypted just as these are.
func evalEncrypted(t *rule.Target) rule.Verdict {
	result := rule.Pass(logic.True, t.Attr("kms_key_arn"), "the vault has a key, and nothing that is backed up to it here is unencrypted").Named("kms_key_arn")
	sources := unencryptedIn(t)
	for _, p := range t.Graph.OfType(plan) {
		targets := p.Blocks("rule").Any(func(b graph.Block) logic.Truth {
			return t.Graph.Identifies(b.Attr("target_vault_name"), t.Resource)
		})
		if targets == logic.False {
			continue
		}
		for _, sel := range t.Graph.OfType(selection) {
			of := t.Graph.Identifies(sel.Attr("plan_id"), p)
			if of == logic.False {
				continue
			}
			v := evalSelected(t, sel, sources)
			if v.Outcome() == rule.NonCompliant && of.And(targets) != logic.True {
				v = rule.Undecided(t.Here(), "it is not known whether %s backs up to this vault", sel.Address)
			}
			result = rule.All(result, v)
		}
	}
	if result.Outcome() == rule.Compliant {
		if why := t.Graph.Elsewhere(t.Resource); why != (graph.Cause{}) {
			return rule.Because(t.Here(), why)
		}
	}
	return result
}

// followers are the types whose recovery points are as encrypted as they are,
// with the function that tells. Those of all other types have the vault's key.
var followers = map[string]func(*rule.Target, *graph.Resource) graph.Value{
	"aws_ebs_volume":      ofVolume,
	"aws_instance":        ofInstance,
	"aws_db_instance":     ofDatabase,
	"aws_rds_cluster":     ofDatabase,
	"aws_docdb_cluster":   ofDatabase,
	"aws_neptune_cluster": ofDatabase,
}

// An unencrypted resource is, or may be, no source of encrypted recovery points.
type unencrypted struct {
	source
	encrypted graph.Value // false or not known
}

func unencryptedIn(t *rule.Target) []unencrypted {
	var found []unencrypted
	for _, typ := range followerTypes {
		for _, r := range t.Graph.OfType(typ) {
			if encrypted := followers[typ](t, r); encrypted.IsTrue() != logic.True {
				found = append(found, unencrypted{sourceOf(r), encrypted})
			}
		}
	}
	return found
}

// evalSelected judges what a selection covers.
func evalSelected(t *rule.Target, sel *graph.Resource, sources []unencrypted) rule.Verdict {
	verdict := rule.Pass(logic.True, t.Here(), "")
	for _, s := range sources {
		covers := s.selectedBy(t.Graph, sel)
		if covers.truth == logic.False {
			continue
		}
		v := rule.Require(s.encrypted.IsTrue(), s.encrypted, "%s backs up %s, which is not encrypted, and so its recovery points are not", sel.Address, s.res.Address)
		if v.Outcome() == rule.NonCompliant && covers.truth == logic.Unknown {
			v = rule.Because(covers.at, covers.cause())
		}
		verdict = rule.All(verdict, v)
	}
	return rule.All(verdict, foreign(t, sel))
}

var followerTypes = []string{"aws_ebs_volume", "aws_instance", "aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}

// foreign is undecided where a selection names one resource of which this
// configuration knows nothing: whether it is encrypted is for AWS to say.
func foreign(t *rule.Target, sel *graph.Resource) rule.Verdict {
	list := sel.Attr("resources")
	elements, ok := list.Elements()
	if !ok {
		return rule.Because(list, list.Cause())
	}
	for _, e := range elements {
		text, literal := e.Literal()
		if e.Kind() == graph.KindUnknown {
			return rule.Because(e, e.Cause())
		}
		arn, ok := policy.ParseARN(text)
		if !literal || !ok || !slices.Contains([]string{"ec2", "rds"}, arn.Service) {
			continue
		}
		if strings.Contains(text, "*") || namesOne(t.Graph, e) {
			continue
		}
		return rule.Undecided(e, "%s backs up %s, which is not declared here: only AWS knows whether it is encrypted", sel.Address, text)
	}
	return rule.Pass(logic.True, t.Here(), "")
}

func namesOne(g *graph.Graph, arn graph.Value) bool {
	return slices.ContainsFunc(g.OfType(followerTypes...), func(r *graph.Resource) bool {
		return sourceOf(r).named(g, arn) == logic.True
	})
}

// ofVolume decides the encryption of a volume, which the Region may turn on for
// all, and which a copy of a snapshot inherits.
func ofVolume(t *rule.Target, r *graph.Resource) graph.Value {
	return blockDevice(t, r, r.Attr("encrypted"), r.Attr("snapshot_id"))
}

func ofInstance(t *rule.Target, r *graph.Resource) graph.Value {
	result := graph.Bool(false).From(graph.At(r.Location()))
	for i, typ := range []string{"root_block_device", "ebs_block_device"} {
		for _, b := range r.Blocks(typ).Items {
			v := blockDevice(t, r, b.Attr("encrypted"), b.Attr("snapshot_id"))
			if b.Maybe {
				v = graph.UnknownValue(b.Cause).From(graph.At(b.Location()))
			}
			if v.IsTrue() != logic.True {
				return v
			}
			if i == 0 {
				result = v
			}
		}
	}
	if result.IsTrue() == logic.True {
		return result
	}
	return blockDevice(t, r, graph.AbsentValue().From(graph.At(r.Location())), graph.AbsentValue())
}

func blockDevice(t *rule.Target, r *graph.Resource, own, snapshot graph.Value) graph.Value {
	if own.IsTrue() == logic.True {
		return own
	}
	for _, d := range t.Graph.OfType("aws_ebs_encryption_by_default") {
		v := d.Attr("enabled").Or(graph.Bool(true))
		if v.IsTrue() != logic.False && (d.Region == r.Region || d.Region == "" || r.Region == "") {
			if d.Maybe {
				return graph.UnknownValue(d.Cause).From(graph.At(d.Location()))
			}
			return v
		}
	}
	if snapshot.NonEmpty() != logic.False {
		return inherited(r, "snapshot")
	}
	return own.Or(graph.Bool(false))
}

// ofDatabase decides the encryption of a database, which one made of another
// inherits, and which serverless clusters of Aurora always have.
func ofDatabase(_ *rule.Target, r *graph.Resource) graph.Value {
	own := r.Attr("storage_encrypted")
	if own.IsTrue() == logic.True {
		return own
	}
	if r.Attr("engine_mode").Is("serverless") == logic.True {
		return graph.Bool(true).From(graph.At(r.Location()))
	}
	for _, from := range []string{"snapshot_identifier", "replicate_source_db", "replication_source_identifier", "global_cluster_identifier"} {
		if r.Attr(from).NonEmpty() != logic.False {
			return inherited(r, from)
		}
	}
	if r.Blocks("restore_to_point_in_time").Exist() != logic.False {
		return inherited(r, "restore_to_point_in_time")
	}
	return own.Or(graph.Bool(false))
}

func inherited(r *graph.Resource, from string) graph.Value {
	return graph.UnknownValue(graph.Cause{Text: fmt.Sprintf("%s gets its encryption from its %s: run safeguard audit", r.Address, from)}).From(graph.At(r.Location()))
}

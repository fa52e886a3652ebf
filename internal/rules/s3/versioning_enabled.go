package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var versioningEnabled = rule.Rule{
	ID:     "S3_BUCKET_VERSIONING_ENABLED",
	Types:  orParts(versioning.split),
	Assert: withParts{Assertion: rule.With(evalVersioning, repairVersioning)},
}

func evalVersioning(t *rule.Target) rule.Verdict {
	verdict := versioned(t).verdict()
	if mfa, _ := t.Param("isMfaDeleteEnabled").Bool(); mfa {
		verdict = rule.All(verdict, mfaDelete.find(t, "no aws_s3_bucket_versioning enables MFA delete").verdict())
	}
	return verdict
}

var versioning = setting{
	split: "aws_s3_bucket_versioning",
	ofSplit: func(r *graph.Resource) finding {
		const path = "versioning_configuration.status"
		v := r.Get(path)
		return finding{truth: v.Is("Enabled"), at: v, named: path, wrong: path + " is " + v.Display() + ", must be \"Enabled\""}
	},
	inline: "versioning",
	ofInline: func(blocks graph.Blocks) finding {
		f := anyOf(blocks, "enabled", graph.Value.IsTrue)
		f.wrong = "versioning.enabled is " + f.at.Display() + ", must be true"
		return f
	},
}

var mfaDelete = setting{
	split: "aws_s3_bucket_versioning",
	ofSplit: func(r *graph.Resource) finding {
		const path = "versioning_configuration.mfa_delete"
		v := r.Get(path)
		return finding{truth: v.Is("Enabled"), at: v, named: path, wrong: path + " is " + v.Display() + ", must be \"Enabled\""}
	},
	inline: "versioning",
	ofInline: func(blocks graph.Blocks) finding {
		f := anyOf(blocks, "mfa_delete", graph.Value.IsTrue)
		f.wrong = "versioning.mfa_delete is " + f.at.Display() + ", must be true"
		return f
	},
}

// versioned decides whether a bucket has versioning. One that is created with
// Object Lock has it without being told, and keeps it.
func versioned(t *rule.Target) finding {
	f := versioning.find(t, "no aws_s3_bucket_versioning refers to this bucket")
	if f.truth == logic.True {
		return f
	}
	lock := createdWithLock(t)
	if told := t.Attached(versioning.split, "bucket").Lacks == logic.False || t.Blocks("versioning").Exist() == logic.True; told || lock.truth == logic.False {
		return f
	}
	return lock
}

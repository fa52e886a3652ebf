package s3

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var defaultLockEnabled = rule.Rule{
	ID:     "S3_BUCKET_DEFAULT_LOCK_ENABLED",
	Types:  orParts(lockEnabled.split),
	Assert: withParts{Assertion: rule.With(evalDefaultLock, repairDefaultLock)},
}

// Object Lock can be enabled in several places and be disabled in none.
func evalDefaultLock(t *rule.Target) rule.Verdict {
	lock := createdWithLock(t)
	if lock.truth != logic.True {
		if f := lockEnabled.find(t, "object_lock_enabled is not true, and no aws_s3_bucket_object_lock_configuration refers to this bucket"); f.truth != logic.False || lock.truth == logic.False {
			lock = f
		}
	}
	if mode := t.Param("mode").String(); mode != "" {
		return rule.All(lock.verdict(), lockMode(mode).find(t, "there is no default retention in mode "+mode).verdict())
	}
	return lock.verdict()
}

// createdWithLock decides whether the bucket itself demands Object Lock.
func createdWithLock(t *rule.Target) finding {
	v := t.Attr("object_lock_enabled").Or(graph.Bool(false))
	f := finding{truth: v.IsTrue(), at: v, named: "object_lock_enabled", wrong: "object_lock_enabled is " + v.Display()}
	if f.truth == logic.True {
		return f
	}
	if inline := inlineLock(t.Blocks("object_lock_configuration")); inline.truth != logic.False {
		return inline.under("object_lock_configuration")
	}
	return f
}

func inlineLock(blocks graph.Blocks) finding {
	f := anyOf(blocks, "object_lock_enabled", func(v graph.Value) logic.Truth { return v.Is("Enabled") })
	f.wrong = "object_lock_configuration.object_lock_enabled is " + f.at.Display() + ", must be \"Enabled\""
	return f
}

var lockEnabled = setting{
	split: "aws_s3_bucket_object_lock_configuration",
	ofSplit: func(r *graph.Resource) finding {
		v := r.Attr("object_lock_enabled").Or(graph.String("Enabled"))
		return finding{truth: v.Is("Enabled"), at: v, named: "object_lock_enabled", wrong: "object_lock_enabled is " + v.Display() + ", must be \"Enabled\""}
	},
	inline:   "object_lock_configuration",
	ofInline: inlineLock,
}

func lockMode(mode string) setting {
	const path = "default_retention.mode"
	check := func(rules graph.Blocks) finding {
		f := anyOf(rules, path, func(v graph.Value) logic.Truth { return v.Is(mode) })
		f.wrong = "the mode of the default retention is " + f.at.Display() + ", must be " + mode
		return f
	}
	return setting{
		split:   "aws_s3_bucket_object_lock_configuration",
		ofSplit: func(r *graph.Resource) finding { return check(r.Blocks("rule")).under("rule") },
		inline:  "object_lock_configuration",
		ofInline: func(blocks graph.Blocks) finding {
			return check(within(blocks, "rule")).under("rule")
		},
	}
}

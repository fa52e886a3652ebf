package backup

import (
	"fmt"
	"time"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var minFrequencyAndRetention = rule.Rule{
	ID:     "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
	Types:  []string{plan},
	Assert: rule.With(evalFrequency, repairFrequency),
}

// evalFrequency is COMPLIANT if one rule of the plan is frequent enough and
// keeps what it makes for long enough.
func evalFrequency(t *rule.Target) rule.Verdict {
	every, ok := period(t)
	days, valid := t.Param("requiredRetentionDays").Int()
	if !ok || !valid {
		return rule.Undecided(t.Here(), "the required frequency and retention are not numbers")
	}
	rules := t.Blocks("rule")
	result, wrong := decision{truth: logic.False, at: t.Here()}, "the plan has no rule"
	for i, b := range rules.Items {
		frequent, why := runs(b, every)
		if kept, short := keeps(b, days); frequent.truth != logic.False {
			frequent = frequent.and(kept)
			if kept.truth == logic.False {
				why = short
			}
		}
		d := frequent.maybe(b.Maybe, b.Cause, b.Location())
		if d.truth == logic.False && (i == 0 || len(rules.Items) == 1) {
			wrong = fmt.Sprintf("rule %s %s", b.Attr("rule_name").Display(), why)
			result.at = d.at
		}
		result = result.or(d)
	}
	if len(rules.Items) > 1 {
		wrong = fmt.Sprintf("none of the %d rules of the plan runs every %s and keeps backups %d days: %s", len(rules.Items), human(every), days, wrong)
	}
	return rule.Require(result.truth, result.at, "%s", wrong)
}

// period is the time that may pass between two backups.
func period(t *rule.Target) (time.Duration, bool) {
	n, ok := t.Param("requiredFrequencyValue").Int()
	unit := 24 * time.Hour
	if t.Param("requiredFrequencyUnit").String() == "hours" {
		unit = time.Hour
	}
	return time.Duration(n) * unit, ok
}

// defaultSchedule is what AWS Backup takes where a rule has none: daily.
const defaultSchedule = "cron(0 5 ? * * *)"

// runs decides whether a rule's backups start at least as often as that.
func runs(b graph.Block, every time.Duration) (decision, string) {
	v := b.Attr("schedule").Or(graph.String(defaultSchedule))
	expression, ok := v.Literal()
	if !ok {
		return decision{logic.Unknown, v}, ""
	}
	if expression == "" {
		expression = defaultSchedule
	}
	gap, err := longestGap(expression)
	if err != nil {
		return open(graph.Cause{Text: fmt.Sprintf("the schedule %s cannot be read: %v", v.Display(), err)}, v.Location()), ""
	}
	if gap == 0 {
		return decision{logic.False, v}, fmt.Sprintf("never runs: schedule is %s", v.Display())
	}
	return decision{logic.Of(gap <= every), v}, fmt.Sprintf("runs only every %s, must run every %s: schedule is %s", human(gap), human(every), v.Display())
}

// keeps decides whether a rule's recovery points expire after that many days at
// the earliest. Without an expiry they are kept for ever.
func keeps(b graph.Block, days int) (decision, string) {
	for _, l := range b.Blocks("lifecycle").Items {
		v := l.Attr("delete_after")
		if v.IsSet() == logic.False || v.Is("0") == logic.True {
			continue
		}
		d := decision{v.AtLeast(float64(days)), v}
		if l.Maybe && d.truth == logic.False {
			d = open(l.Cause, l.Location())
		}
		return d, fmt.Sprintf("keeps backups %s days, must keep them at least %d: lifecycle.delete_after", v.Display(), days)
	}
	return decision{logic.True, graph.AbsentValue().From(graph.At(b.Location()))}, ""
}

// human is a time in days or hours.
func human(d time.Duration) string {
	n, unit := int(d.Hours()), "hour"
	switch {
	case d < time.Hour:
		n, unit = int(d.Minutes()), "minute"
	case n%24 == 0:
		n, unit = n/24, "day"
	}
	if n == 1 {
		return unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

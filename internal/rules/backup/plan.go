package backup

import (
	"fmt"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

// covered decides whether a selection of this configuration covers the source;
// by is the one that does.
func (s source) covered(g *graph.Graph) (d decision, by *graph.Resource) {
	d = decision{logic.False, graph.AbsentValue().From(graph.At(s.res.Location()))}
	for _, sel := range g.OfType(selection) {
		e := s.selectedBy(g, sel)
		if e.truth == logic.True {
			return e, sel
		}
		d = d.or(e)
	}
	return d, nil
}

// inPlan is the verdict on a target that is in a backup plan if one of the
// sources is.
func inPlan(t *rule.Target, sources ...source) rule.Verdict {
	d := decision{truth: logic.False, at: t.Here()}
	for _, s := range sources {
		e, by := s.covered(t.Graph)
		if by != nil {
			return rule.Require(logic.True, t.Here(), "").With(by.Address, "", graph.AbsentValue().From(graph.At(by.Location())))
		}
		d = d.or(e)
	}
	if d.truth == logic.Unknown {
		return rule.Because(d.at, d.cause())
	}
	return uncovered(t, sources[0].noun)
}

// uncovered is the verdict on a target that no selection here covers.
func uncovered(t *rule.Target, noun string) rule.Verdict {
	if why := t.Graph.Elsewhere(t.Resource); why != (graph.Cause{}) {
		return rule.Because(t.Here(), why)
	}
	if t.Graph.Complete() != logic.True {
		return rule.Because(t.Here(), t.Graph.Gap())
	}
	for _, p := range t.Graph.OfType("aws_organizations_policy") {
		if p.Attr("type").Is("BACKUP_POLICY") != logic.False {
			return rule.Undecided(t.Here(), "no backup selection in this configuration covers it, the backup policy %s may: run safeguard audit", p.Address)
		}
	}
	message := fmt.Sprintf("no aws_backup_selection covers this %s", noun)
	selections := t.Graph.OfType(selection)
	switch {
	case len(selections) == 1:
		message = fmt.Sprintf("%s does not cover this %s, and there is no other backup selection", selections[0].Address, noun)
	case len(selections) > 1:
		message = fmt.Sprintf("none of the %d backup selections covers this %s", len(selections), noun)
	case len(t.Graph.OfType(plan)) == 0 && !t.WholeAccount:
		return rule.Undecided(t.Here(), "no backup selection in this configuration covers it, one elsewhere may: run safeguard audit, or pass --whole-account if this is all there is in the account")
	}
	return rule.Fail(t.Here(), "%s", message)
}

// protectionParams narrow what AWS calls protected down to what recovery points
// show, which no configuration tells.
var protectionParams = []string{"resourceTags", "resourceId", "crossRegionList", "crossAccountList", "maxRetentionDays", "minRetentionDays", "backupVaultLockCheck"}

// protected is v, or undecided where v is COMPLIANT and a parameter asks for more.
func protected(t *rule.Target, v rule.Verdict) rule.Verdict {
	for _, p := range protectionParams {
		if t.Param(p).IsSet() && v.Outcome() == rule.Compliant {
			return rule.Undecided(t.Here(), "the parameter %s is set, and only AWS knows whether it is met: run safeguard audit", p)
		}
	}
	return v
}

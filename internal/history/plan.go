package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// A Plan is what somebody set out to do: how the problems of a source and target
// were to go down, item by item, at an even pace.
type Plan struct {
	ID      int64     `json:"id"`
	Started time.Time `json:"started"`
	Source  string    `json:"source"`
	Target  string    `json:"target"`
	// HoursPerDay is the work that the team does in a day of the calendar.
	HoursPerDay float64 `json:"hours_per_day"`
	// Steps begin with how things stood, then come those after each item.
	Steps []Step `json:"steps"`
}

// A Step is how things are to stand after an item of a plan.
type Step struct {
	Item            string   `json:"item,omitempty"` // its title; "" is the beginning
	Hours           float64  `json:"hours"`          // of work, up to here
	ComplianceScore *float64 `json:"compliance_score"`
	RuleScore       *float64 `json:"rule_score"`
	Open            int      `json:"open"`
}

// Total is the work of the whole plan in hours.
func (p *Plan) Total() float64 { return p.Steps[len(p.Steps)-1].Hours }

// End is when the plan is to be done.
func (p *Plan) End() time.Time {
	return p.Started.Add(hours(p.Total() / p.HoursPerDay * 24))
}

func hours(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// At is what is to be done by a time: the last item that is finished by then. Its
// Hours are the work done, which goes on within an item.
func (p *Plan) At(t time.Time) Step {
	done := min(max(t.Sub(p.Started).Hours()/24*p.HoursPerDay, 0), p.Total())
	at := p.Steps[0]
	for _, s := range p.Steps[1:] {
		if s.Hours > done+1e-9 {
			break
		}
		at = s
	}
	at.Hours = done
	return at
}

// SavePlan keeps a plan, and sets its ID.
func (s *Store) SavePlan(ctx context.Context, p *Plan) error {
	if len(p.Steps) == 0 || !(p.HoursPerDay > 0) {
		return fmt.Errorf("save the plan in the history %s: it has %d steps and %v hours a day: want some of both", s.name, len(p.Steps), p.HoursPerDay)
	}
	err := s.write(ctx, func(t *transaction) error {
		id, err := t.number("SELECT COALESCE(MAX(id), 0) + 1 FROM plan")
		if err != nil {
			return err
		}
		if err := t.exec("INSERT INTO plan (id, scope, source, target, started, hours_per_day) VALUES (?, ?, ?, ?, ?, ?)",
			id, scope(&assessment.Config{Source: p.Source, Target: p.Target}), p.Source, p.Target, p.Started.Unix(), p.HoursPerDay); err != nil {
			return err
		}
		for i, step := range p.Steps {
			if err := t.exec("INSERT INTO plan_step (plan, position, item, hours, compliance_score, rule_score, open) VALUES (?, ?, ?, ?, ?, ?, ?)",
				id, i, storable(step.Item), step.Hours, step.ComplianceScore, step.RuleScore, step.Open); err != nil {
				return err
			}
		}
		p.ID = id
		return nil
	})
	if err != nil {
		return fmt.Errorf("save the plan in the history %s: nothing of it is kept: %w", s.name, err)
	}
	return nil
}

// LastPlan is the newest plan for a source and target; nil if there is none.
func (s *Store) LastPlan(ctx context.Context, source, target string) (*Plan, error) {
	var p *Plan
	err := s.query(ctx, func(rows *sql.Rows) error {
		var started int64
		p = &Plan{Source: source, Target: target}
		err := rows.Scan(&p.ID, &started, &p.HoursPerDay)
		p.Started = time.Unix(started, 0).UTC()
		return err
	}, "SELECT id, started, hours_per_day FROM plan WHERE scope = ? ORDER BY started DESC, id DESC LIMIT 1",
		scope(&assessment.Config{Source: source, Target: target}))
	if err != nil || p == nil {
		return nil, err
	}
	err = s.query(ctx, func(rows *sql.Rows) error {
		var step Step
		err := rows.Scan(&step.Item, &step.Hours, &step.ComplianceScore, &step.RuleScore, &step.Open)
		p.Steps = append(p.Steps, step)
		return err
	}, "SELECT item, hours, compliance_score, rule_score, open FROM plan_step WHERE plan = ? ORDER BY position", p.ID)
	if err == nil && len(p.Steps) == 0 {
		err = fmt.Errorf("the plan %d in the history %s has no steps", p.ID, s.name)
	}
	return p, err
}

// ErrPruned says that the results of an assessment are past their retention.
var ErrPruned = errors.New("only its scores are kept")

// Results are those of an assessment as far as a plan needs them: rule, verdict,
// severity, resource, place, and whether it is accepted. It is ErrPruned if they
// were deleted.
func (s *Store) Results(ctx context.Context, id int64) ([]*assessment.Result, error) {
	var all []*assessment.Result
	err := s.query(ctx, func(rows *sql.Rows) error {
		r := &assessment.Result{Evidence: []assessment.Evidence{}, Citations: []string{}}
		var excepted, severity int
		err := rows.Scan(&r.Fingerprint, &r.Rule, &r.Verdict, &severity, &r.Annotation, &excepted, &r.Resource.Type, &r.Resource.Account,
			&r.Resource.Region, &r.Resource.Root, &r.Resource.Address, &r.Resource.ARN, &r.Location.File, &r.Location.Line)
		r.Severity = hipaa.Severity(severity)
		if excepted == 1 {
			r.Exception = &assessment.Exception{Reason: "accepted"}
		}
		all = append(all, r)
		return err
	}, `SELECT s.fingerprint, s.rule, r.verdict, r.severity, r.annotation, r.excepted, s.type, s.account, s.region, s.root, s.address, s.resource, r.file, r.line
		FROM result r JOIN subject s ON s.fingerprint = r.fingerprint WHERE r.assessment = ?
		ORDER BY s.root, r.file, r.line, s.rule, s.fingerprint`, id)
	if err == nil && len(all) == 0 {
		kept := int64(0)
		err = s.query(ctx, func(rows *sql.Rows) error { return rows.Scan(&kept) },
			"SELECT compliant + non_compliant + not_applicable + insufficient_data FROM assessment WHERE id = ?", id)
		if err == nil && kept > 0 {
			err = fmt.Errorf("the results of assessment %d are past their retention: %w", id, ErrPruned)
		}
	}
	return all, err
}

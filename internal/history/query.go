package history

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// An Assessment is what is kept of one, without its results.
type Assessment struct {
	ID              int64             `json:"id"`
	Started         time.Time         `json:"started"`
	Source          string            `json:"source"`
	Target          string            `json:"target"`
	Pack            string            `json:"pack"`
	Partial         bool              `json:"partial"`
	ComplianceScore *float64          `json:"compliance_score"`
	RuleScore       *float64          `json:"rule_score"`
	Results         assessment.Counts `json:"results"`
	Excepted        int               `json:"excepted"`
	// Open counts non-compliant results without an exception by severity.
	Open map[string]int `json:"open"`
}

// A Filter chooses assessments.
type Filter struct {
	Source string // "" is any
	Target string // "" is any
	Limit  int    // the newest so many; 0 is all
}

// List lists assessments, the oldest first.
func (s *Store) List(ctx context.Context, f Filter) ([]Assessment, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 1 << 30
	}
	var all []Assessment
	err := s.query(ctx, func(rows *sql.Rows) error {
		a := Assessment{Open: map[string]int{}}
		var started int64
		var partial, critical, high, medium, low int
		if err := rows.Scan(&a.ID, &started, &a.Source, &a.Target, &a.Pack, &partial, &a.ComplianceScore, &a.RuleScore,
			&a.Results.Compliant, &a.Results.NonCompliant, &a.Results.NotApplicable, &a.Results.InsufficientData,
			&a.Excepted, &critical, &high, &medium, &low); err != nil {
			return err
		}
		a.Started, a.Partial = time.Unix(started, 0).UTC(), partial == 1
		for i, n := range []int{low, medium, high, critical} {
			a.Open[(hipaa.Low + hipaa.Severity(i)).String()] = n
		}
		all = append(all, a)
		return nil
	}, `SELECT * FROM (SELECT id, started, source, target, pack, partial, compliance_score, rule_score,
			compliant, non_compliant, not_applicable, insufficient_data, excepted, critical, high, medium, low
		FROM assessment WHERE (? = '' OR source = ?) AND (? = '' OR target = ?)
		ORDER BY started DESC, id DESC LIMIT ?) AS newest ORDER BY started, id`,
		f.Source, f.Source, f.Target, f.Target, limit)
	return all, err
}

// A Problem is a subject that was non-compliant.
type Problem struct {
	Fingerprint string         `json:"fingerprint"`
	Rule        string         `json:"rule"`
	Severity    hipaa.Severity `json:"severity"`
	Type        string         `json:"type"`
	Account     string         `json:"account,omitempty"`
	Region      string         `json:"region,omitempty"`
	Root        string         `json:"root,omitempty"`
	Address     string         `json:"address,omitempty"`
	Resource    string         `json:"resource,omitempty"`
	FirstSeen   time.Time      `json:"first_seen"`
	LastSeen    time.Time      `json:"last_seen"`
	Fixed       *time.Time     `json:"fixed"`
	Reopened    int            `json:"reopened"`
	Excepted    bool           `json:"excepted"`
}

const problemColumns = `p.fingerprint, s.rule, p.severity, s.type, s.account, s.region, s.root, s.address, s.resource,
	p.first_seen, p.last_seen, p.fixed, p.reopened, p.excepted`

func scanProblem(rows *sql.Rows) (Problem, error) {
	var p Problem
	var first, last int64
	var fixed sql.NullInt64
	var excepted int
	err := rows.Scan(&p.Fingerprint, &p.Rule, &p.Severity, &p.Type, &p.Account, &p.Region, &p.Root, &p.Address, &p.Resource,
		&first, &last, &fixed, &p.Reopened, &excepted)
	p.FirstSeen, p.LastSeen, p.Excepted = time.Unix(first, 0).UTC(), time.Unix(last, 0).UTC(), excepted == 1
	if fixed.Valid {
		at := time.Unix(fixed.Int64, 0).UTC()
		p.Fixed = &at
	}
	return p, err
}

// Problems lists the problems of a source and target, open ones first, the
// gravest and oldest first.
func (s *Store) Problems(ctx context.Context, source, target string) ([]Problem, error) {
	var all []Problem
	err := s.query(ctx, func(rows *sql.Rows) error {
		p, err := scanProblem(rows)
		all = append(all, p)
		return err
	}, `SELECT `+problemColumns+` FROM problem p JOIN subject s ON s.fingerprint = p.fingerprint WHERE p.scope = ?
		ORDER BY CASE WHEN p.fixed IS NULL THEN 0 ELSE 1 END, p.severity DESC, p.first_seen, s.rule, p.fingerprint`,
		scope(&assessment.Config{Source: source, Target: target}))
	return all, err
}

// A Diff tells two assessments apart.
type Diff struct {
	New, Fixed, Still []Problem
	// Unknown were non-compliant in the first, and the second says nothing sure.
	Unknown []Problem
}

// Diff compares the non-compliant results of two assessments: new in b, gone in
// b, and in both. It is an error if one is not there or has lost its results to
// Prune.
func (s *Store) Diff(ctx context.Context, a, b int64) (*Diff, error) {
	partial := false
	for _, id := range []int64{a, b} {
		found, results := false, 0
		err := s.query(ctx, func(rows *sql.Rows) error {
			found = true
			var p int
			err := rows.Scan(&p, &results)
			partial = p == 1
			return err
		}, `SELECT partial, compliant + non_compliant + not_applicable + insufficient_data - (SELECT COUNT(*) FROM result WHERE assessment = assessment.id) FROM assessment WHERE id = ?`, id)
		switch {
		case err != nil:
			return nil, err
		case !found:
			return nil, fmt.Errorf("the history %s has no assessment %d: see `safeguard history`", s.name, id)
		case results > 0 && !s.hasResults(ctx, id):
			return nil, fmt.Errorf("the results of assessment %d are past their retention: only its scores are kept", id)
		}
	}
	d := &Diff{}
	err := s.query(ctx, func(rows *sql.Rows) error {
		var p Problem
		var before, after string
		if err := rows.Scan(&p.Fingerprint, &p.Rule, &p.Severity, &p.Type, &p.Account, &p.Region, &p.Root, &p.Address, &p.Resource, &before, &after); err != nil {
			return err
		}
		const bad = string(assessment.NonCompliant)
		switch {
		case before == bad && after == bad:
			d.Still = append(d.Still, p)
		case after == bad:
			d.New = append(d.New, p)
		case after == string(assessment.InsufficientData) || after == "" && partial:
			d.Unknown = append(d.Unknown, p)
		default:
			d.Fixed = append(d.Fixed, p)
		}
		return nil
	}, `SELECT s.fingerprint, s.rule, COALESCE(y.severity, x.severity), s.type, s.account, s.region, s.root, s.address, s.resource,
			COALESCE(x.verdict, ''), COALESCE(y.verdict, '')
		FROM subject s
		LEFT JOIN result x ON x.fingerprint = s.fingerprint AND x.assessment = ?
		LEFT JOIN result y ON y.fingerprint = s.fingerprint AND y.assessment = ?
		WHERE x.verdict = 'NON_COMPLIANT' OR y.verdict = 'NON_COMPLIANT'
		ORDER BY 3 DESC, s.rule, s.account, s.region, s.address, s.fingerprint`, a, b)
	return d, err
}

func (s *Store) hasResults(ctx context.Context, id int64) bool {
	has := false
	err := s.query(ctx, func(*sql.Rows) error { has = true; return nil }, "SELECT 1 FROM result WHERE assessment = ? LIMIT 1", id)
	return err == nil && has
}

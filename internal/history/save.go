package history

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// Saved tells what an assessment changed.
type Saved struct {
	ID int64
	// Opened, Fixed and Reopened count problems.
	Opened, Fixed, Reopened int64
}

// Save keeps the assessment that replay sends: whole, or nothing of it. An open
// problem is fixed when the assessment says that it is gone: COMPLIANT or
// NOT_APPLICABLE, or no longer mentioned by an assessment of the same source and
// target that judged by the rule and could read everything. INSUFFICIENT_DATA
// fixes nothing.
func (s *Store) Save(ctx context.Context, replay func(assessment.Handler) error) (*Saved, error) {
	var saved *Saved
	err := s.write(ctx, func(t *transaction) error {
		id, err := t.number("SELECT COALESCE(MAX(id), 0) + 1 FROM assessment")
		if err != nil {
			return err
		}
		r := &recorder{t: t, saved: Saved{ID: id}, pending: map[string]*assessment.Result{}}
		if err := replay(r); err != nil {
			return err
		}
		if err := r.close(); err != nil {
			return err
		}
		saved = &r.saved
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("save the assessment in the history %s: nothing of it is kept: %w", s.name, err)
	}
	return saved, nil
}

// A recorder writes a stream into a transaction.
type recorder struct {
	t        *transaction
	saved    Saved
	config   *assessment.Config
	summary  *assessment.Summary
	partial  bool
	excepted int64
	open     [hipaa.Critical + 1]int64 // by severity
	pending  map[string]*assessment.Result
}

// batch is how many results go into one statement. PostgreSQL takes 65,535
// arguments, SQLite 32,766.
const batch = 500

func (r *recorder) Config(m *assessment.Config) error {
	if r.config != nil {
		return errors.New("the stream has two config messages")
	}
	r.config = m
	return r.t.exec(`INSERT INTO assessment VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
		r.saved.ID, scope(m), m.Source, m.Target, m.Pack, m.Version, m.Started.Unix(), nil, nil)
}

// scope is what assessments have in common that follow one another.
func scope(m *assessment.Config) string { return m.Source + " " + m.Target }

func (r *recorder) Progress(*assessment.Progress) error { return nil }

func (r *recorder) Diagnostic(m *assessment.Diagnostic) error {
	r.partial = r.partial || m.Severity == "error"
	return nil
}

func (r *recorder) Result(m *assessment.Result) error {
	if r.config == nil {
		return errors.New("the stream has a result before its config message")
	}
	if m.Verdict == assessment.NonCompliant {
		if m.Exception != nil {
			r.excepted++
		} else {
			r.open[min(m.Severity, hipaa.Critical)]++
		}
	}
	// Several providers may give one resource several verdicts: the gravest counts.
	if old := r.pending[m.Fingerprint]; old != nil && slices.Index(assessment.Verdicts, old.Verdict) <= slices.Index(assessment.Verdicts, m.Verdict) {
		return nil
	}
	r.pending[m.Fingerprint] = m
	if len(r.pending) == batch {
		return r.flush()
	}
	return nil
}

func (r *recorder) Summary(m *assessment.Summary) error { r.summary = m; return nil }

// flush writes the pending results. They go in the order of their fingerprints:
// writers that meet on a row must meet in one order.
func (r *recorder) flush() error {
	if len(r.pending) == 0 {
		return nil
	}
	var subjects, results []any
	for _, f := range slices.Sorted(maps.Keys(r.pending)) {
		m := r.pending[f]
		res := m.Resource
		name := res.ARN
		if name == "" {
			name = res.ID
		}
		subjects = append(subjects, f, m.Rule, res.Type, res.Account, res.Region, res.Root, res.Address, name)
		results = append(results, r.saved.ID, f, string(m.Verdict), int(m.Severity), m.Annotation, m.Location.File, m.Location.Line, truth(m.Exception != nil))
	}
	n := len(r.pending)
	clear(r.pending)
	for _, args := range [][]any{subjects, results} {
		for i, a := range args {
			if s, ok := a.(string); ok {
				args[i] = storable(s)
			}
		}
	}
	if err := r.t.exec(`INSERT INTO subject (fingerprint, rule, type, account, region, root, address, resource) VALUES `+tuples(n, 8)+`
		ON CONFLICT (fingerprint) DO UPDATE SET root = excluded.root, address = excluded.address, resource = excluded.resource`, subjects...); err != nil {
		return err
	}
	return r.t.exec(`INSERT INTO result (assessment, fingerprint, verdict, severity, annotation, file, line, excepted) VALUES `+tuples(n, 8)+`
		ON CONFLICT (assessment, fingerprint) DO UPDATE SET verdict = excluded.verdict, severity = excluded.severity,
			annotation = excluded.annotation, file = excluded.file, line = excluded.line, excepted = excluded.excepted
		WHERE excluded.verdict = 'NON_COMPLIANT' OR excluded.verdict = 'INSUFFICIENT_DATA' AND result.verdict <> 'NON_COMPLIANT'`, results...)
}

// storable is text that both databases take: PostgreSQL has no NUL in text.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tuples is "(?,?),(?,?)" for two tuples of two.
func tuples(n, width int) string {
	tuple := "(" + strings.Repeat("?,", width-1) + "?)"
	return strings.Repeat(tuple+",", n-1) + tuple
}

func (r *recorder) close() error {
	if r.config == nil || r.summary == nil {
		return errors.New("the stream is cut off: it has no summary")
	}
	if err := r.flush(); err != nil {
		return err
	}
	c := r.summary.Results
	if err := r.t.exec(`UPDATE assessment SET partial = ?, compliance_score = ?, rule_score = ?,
			compliant = ?, non_compliant = ?, not_applicable = ?, insufficient_data = ?,
			excepted = ?, critical = ?, high = ?, medium = ?, low = ? WHERE id = ?`,
		truth(r.partial), r.summary.ComplianceScore, r.summary.RuleScore,
		c.Compliant, c.NonCompliant, c.NotApplicable, c.InsufficientData,
		r.excepted, r.open[hipaa.Critical], r.open[hipaa.High], r.open[hipaa.Medium], r.open[hipaa.Low], r.saved.ID); err != nil {
		return err
	}
	return r.problems()
}

// problems brings the problems of the scope up to date.
func (r *recorder) problems() error {
	id, sc, at := r.saved.ID, scope(r.config), r.config.Started.Unix()
	later, err := r.t.number("SELECT COUNT(*) FROM assessment WHERE scope = ? AND started > ?", sc, at)
	if err != nil {
		return err
	}
	if later > 0 { // what came later knows better; this one can only have seen it earlier
		return r.t.exec(`UPDATE problem SET first_seen = ? WHERE scope = ? AND first_seen > ? AND fingerprint IN
			(SELECT fingerprint FROM result WHERE assessment = ? AND verdict = 'NON_COMPLIANT')`, at, sc, at, id)
	}
	if err := r.events(id, sc, at); err != nil {
		return err
	}
	for _, kind := range []struct {
		name  string
		count *int64
	}{{"opened", &r.saved.Opened}, {"reopened", &r.saved.Reopened}, {"fixed", &r.saved.Fixed}} {
		if *kind.count, err = r.t.number("SELECT COUNT(*) FROM event WHERE assessment = ? AND kind = ?", id, kind.name); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO problem (scope, fingerprint, severity, excepted, first_seen, last_seen, fixed, reopened)
			SELECT CAST(? AS TEXT), fingerprint, severity, excepted, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(NULL AS BIGINT), 0
			FROM result WHERE assessment = ? AND verdict = 'NON_COMPLIANT'
			ON CONFLICT (scope, fingerprint) DO UPDATE SET severity = excluded.severity, excepted = excluded.excepted,
				last_seen = excluded.last_seen, fixed = NULL`, []any{sc, at, at, id}},
		{`UPDATE problem SET reopened = reopened + 1 WHERE scope = ? AND fingerprint IN
			(SELECT fingerprint FROM event WHERE assessment = ? AND kind = 'reopened')`, []any{sc, id}},
		{`UPDATE problem SET fixed = ? WHERE scope = ? AND fingerprint IN
			(SELECT fingerprint FROM event WHERE assessment = ? AND kind = 'fixed')`, []any{at, sc, id}},
	} {
		if err := r.t.exec(step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// events records what opened, reopened and was fixed, before the problems change.
func (r *recorder) events(id int64, sc string, at int64) error {
	const insert = `INSERT INTO event (assessment, scope, fingerprint, kind, at) `
	if err := r.t.exec(insert+`SELECT r.assessment, CAST(? AS TEXT), r.fingerprint,
			CASE WHEN p.fingerprint IS NULL THEN 'opened' ELSE 'reopened' END, CAST(? AS BIGINT)
		FROM result r LEFT JOIN problem p ON p.fingerprint = r.fingerprint AND p.scope = ?
		WHERE r.assessment = ? AND r.verdict = 'NON_COMPLIANT' AND (p.fingerprint IS NULL OR p.fixed IS NOT NULL)`, sc, at, sc, id); err != nil {
		return err
	}
	gone := "1 = 1"
	var args []any
	switch {
	case r.partial:
		gone = "1 = 0"
	case len(r.config.Selected) > 0:
		gone = "s.rule IN " + tuples(1, len(r.config.Selected))
		for _, rule := range r.config.Selected {
			args = append(args, rule)
		}
	}
	return r.t.exec(insert+`SELECT CAST(? AS BIGINT), p.scope, p.fingerprint, 'fixed', CAST(? AS BIGINT)
		FROM problem p JOIN subject s ON s.fingerprint = p.fingerprint
		LEFT JOIN result r ON r.fingerprint = p.fingerprint AND r.assessment = ?
		WHERE p.scope = ? AND p.fixed IS NULL
		AND (r.verdict IN ('COMPLIANT', 'NOT_APPLICABLE') OR r.verdict IS NULL AND `+gone+`)`,
		append([]any{id, at, id, sc}, args...)...)
}

// Prune deletes the results of assessments that started before a time, except
// the newest of each source and target. Scores, and when problems were seen and
// fixed, stay. It returns how many assessments lost their results.
func (s *Store) Prune(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.write(ctx, func(t *transaction) error {
		const old = `(SELECT a.id FROM assessment a WHERE a.started < ? AND EXISTS
			(SELECT 1 FROM assessment b WHERE b.scope = a.scope AND (b.started > a.started OR b.started = a.started AND b.id > a.id)))`
		n, err = t.number("SELECT COUNT(DISTINCT assessment) FROM result WHERE assessment IN "+old, before.Unix())
		if err != nil {
			return err
		}
		return t.exec("DELETE FROM result WHERE assessment IN "+old, before.Unix())
	})
	if err != nil {
		return 0, fmt.Errorf("prune the history %s: %w", s.name, err)
	}
	return n, nil
}

package history

import (
	"context"
	"fmt"
)

// migrations bring an older schema forward, one step an element; the schema's
// version is the number of steps taken. They are never changed, only added to.
// Times are seconds since 1970, in UTC.
var migrations = []string{`
CREATE TABLE assessment (
	id BIGINT PRIMARY KEY,
	scope TEXT NOT NULL,          -- source and target: what follows what
	source TEXT NOT NULL,
	target TEXT NOT NULL,
	pack TEXT NOT NULL,
	version TEXT NOT NULL,        -- of the program
	started BIGINT NOT NULL,
	partial INTEGER NOT NULL,     -- 1: not all could be read, absence proves nothing
	compliance_score DOUBLE PRECISION,
	rule_score DOUBLE PRECISION,
	compliant BIGINT NOT NULL,
	non_compliant BIGINT NOT NULL,
	not_applicable BIGINT NOT NULL,
	insufficient_data BIGINT NOT NULL,
	excepted BIGINT NOT NULL,     -- non-compliant, and accepted
	critical BIGINT NOT NULL,     -- non-compliant and not accepted, by severity
	high BIGINT NOT NULL,
	medium BIGINT NOT NULL,
	low BIGINT NOT NULL
);
CREATE TABLE subject (            -- a rule and a resource
	fingerprint TEXT PRIMARY KEY,
	rule TEXT NOT NULL,
	type TEXT NOT NULL,
	account TEXT NOT NULL,
	region TEXT NOT NULL,
	root TEXT NOT NULL,
	address TEXT NOT NULL,
	resource TEXT NOT NULL        -- ARN or id
);
CREATE TABLE result (
	assessment BIGINT NOT NULL REFERENCES assessment(id),
	fingerprint TEXT NOT NULL REFERENCES subject(fingerprint),
	verdict TEXT NOT NULL,
	severity INTEGER NOT NULL,    -- 1 LOW to 4 CRITICAL, 0 none
	annotation TEXT NOT NULL,
	file TEXT NOT NULL,
	line INTEGER NOT NULL,
	excepted INTEGER NOT NULL,
	PRIMARY KEY (assessment, fingerprint)
);
CREATE TABLE problem (            -- a subject that was non-compliant once
	scope TEXT NOT NULL,
	fingerprint TEXT NOT NULL REFERENCES subject(fingerprint),
	severity INTEGER NOT NULL,
	excepted INTEGER NOT NULL,
	first_seen BIGINT NOT NULL,
	last_seen BIGINT NOT NULL,
	fixed BIGINT,                 -- null while it is open
	reopened INTEGER NOT NULL,    -- how often
	PRIMARY KEY (scope, fingerprint)
);
CREATE TABLE event (
	assessment BIGINT NOT NULL REFERENCES assessment(id),
	scope TEXT NOT NULL,
	fingerprint TEXT NOT NULL REFERENCES subject(fingerprint),
	kind TEXT NOT NULL,           -- opened, fixed, reopened
	at BIGINT NOT NULL,
	PRIMARY KEY (assessment, fingerprint)
);
CREATE INDEX assessment_scope ON assessment (scope, started);
CREATE INDEX result_fingerprint ON result (fingerprint);
`, `
CREATE TABLE plan (               -- what somebody set out to do
	id BIGINT PRIMARY KEY,
	scope TEXT NOT NULL,
	source TEXT NOT NULL,
	target TEXT NOT NULL,
	started BIGINT NOT NULL,
	hours_per_day DOUBLE PRECISION NOT NULL
);
CREATE TABLE plan_step (          -- 0 is how things stood, then after each item
	plan BIGINT NOT NULL REFERENCES plan(id),
	position INTEGER NOT NULL,
	item TEXT NOT NULL,
	hours DOUBLE PRECISION NOT NULL,
	compliance_score DOUBLE PRECISION,
	rule_score DOUBLE PRECISION,
	open BIGINT NOT NULL,
	PRIMARY KEY (plan, position)
);
CREATE INDEX plan_scope ON plan (scope, started);
`}

// migrate takes the steps that the schema has not taken yet, all or none, and
// refuses a schema that has taken more.
func (s *Store) migrate(ctx context.Context, steps []string) error {
	return s.write(ctx, func(t *transaction) error {
		if err := t.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"); err != nil {
			return err
		}
		version, err := t.number("SELECT MAX(version) FROM schema_version")
		if err != nil {
			return err
		}
		if int(version) > len(steps) {
			return fmt.Errorf("its schema has version %d and this safeguard knows up to %d: use a newer safeguard", version, len(steps))
		}
		for _, step := range steps[version:] {
			if err := t.exec(step); err != nil {
				return err
			}
			version++
			if err := t.exec("INSERT INTO schema_version (version) VALUES (?)", version); err != nil {
				return err
			}
		}
		return nil
	})
}

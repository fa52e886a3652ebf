// Package history keeps assessments: when a problem was first seen, last seen,
// fixed and reopened, and how the scores went. One Store serves SQLite, for one
// person, and PostgreSQL, for a team; both have the same schema.
//
// A saved assessment is whole or absent, whatever happens to the process, the
// disk or other writers. Nothing is kept but what the stream holds, which has
// its secrets redacted.
package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// A Store keeps assessments. Its methods may be called by several goroutines,
// and several processes may have one open.
type Store struct {
	db       *sql.DB
	postgres bool
	name     string // for messages: never holds a password
}

// Open opens the store at a URL and brings its schema up to date: "postgres://…",
// "sqlite:FILE", or the path of a file, which is made if there is none.
func Open(ctx context.Context, location string) (*Store, error) {
	s, err := connect(location)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, migrations); err != nil {
		s.db.Close()
		return nil, fmt.Errorf("open the history %s: %w", s.name, err)
	}
	return s, nil
}

func connect(location string) (*Store, error) {
	if strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://") {
		u, err := url.Parse(location)
		if err != nil {
			return nil, errors.New("the history's address is no URL: want postgres://USER@HOST/DATABASE")
		}
		db, err := sql.Open("pgx", location)
		if err != nil {
			return nil, fmt.Errorf("open the history %s: %w", u.Redacted(), err)
		}
		return &Store{db: db, postgres: true, name: u.Redacted()}, nil
	}
	path := strings.TrimPrefix(location, "sqlite:")
	if scheme, _, ok := strings.Cut(path, "://"); ok {
		return nil, fmt.Errorf("history %q: %s is not supported: want postgres://… or a file for SQLite", location, scheme)
	}
	file, query, _ := strings.Cut(path, "?")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, fmt.Errorf("make the directory of the history: %w", err)
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath()}).String() +
		"?_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	if query != "" {
		dsn += "&" + query
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open the history %s: %w", file, err)
	}
	return &Store{db: db, name: file}, nil
}

// Close closes the store.
func (s *Store) Close() error { return s.db.Close() }

// write runs f in a transaction that no other writer runs beside: so that the
// state of a problem follows from one order of assessments.
func (s *Store) write(ctx context.Context, f func(*transaction) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := &transaction{ctx: ctx, tx: tx, s: s}
	if s.postgres { // SQLite has one writer anyway
		if err := t.exec("SELECT pg_advisory_xact_lock(?)", lockKey); err != nil {
			return err
		}
	}
	if err := f(t); err != nil {
		return err
	}
	return tx.Commit()
}

// lockKey is the advisory lock of writers: "safegrd" in ASCII.
const lockKey = 0x73616665677264

// A transaction runs statements written with "?" for arguments.
type transaction struct {
	ctx context.Context
	tx  *sql.Tx
	s   *Store
}

func (t *transaction) exec(query string, args ...any) error {
	_, err := t.tx.ExecContext(t.ctx, t.s.numbered(query), args...)
	return err
}

func (t *transaction) number(query string, args ...any) (int64, error) {
	var n sql.NullInt64
	err := t.tx.QueryRowContext(t.ctx, t.s.numbered(query), args...).Scan(&n)
	return n.Int64, err
}

// numbered writes arguments as the database has them: $1, $2 in PostgreSQL. The
// statements of this package have no "?" in text.
func (s *Store) numbered(query string) string {
	if !s.postgres {
		return query
	}
	var b strings.Builder
	n := 0
	for _, c := range query {
		if c != '?' {
			b.WriteRune(c)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// query calls scan for every row.
func (s *Store) query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := s.db.QueryContext(ctx, s.numbered(query), args...)
	if err != nil {
		return fmt.Errorf("read the history %s: %w", s.name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("read the history %s: %w", s.name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the history %s: %w", s.name, err)
	}
	return nil
}

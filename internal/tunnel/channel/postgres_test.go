package channel_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"safeguard/internal/pgtest"
	"safeguard/internal/tunnel/agenttest"
	"safeguard/internal/tunnel/channel"
)

// TestPostgres dumps a database through the tunnel and restores the dump into
// another, also through the tunnel, while the network loses one frame of twenty
// and the channel is cut three times each way.
func TestPostgres(t *testing.T) {
	rows := 100_000 // about a kilobyte each
	if testing.Short() || raceEnabled {
		rows = 10_000
	}
	create := pgtest.Databases(t)
	from, to := create(t), create(t)
	fill(t, from, rows)
	want := dump(t, from, io.Discard)

	address, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	u := start(t, address.Port(), agenttest.Options{Seed: 11}, channel.Options{MaxRetries: -1})
	u.service.SetFaults(agenttest.Faults{Drop: 0.05})
	through := func(dsn string) string {
		a, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		a.Host = u.addr
		return a.String()
	}

	size := int64(len(want))
	began := time.Now()
	got := dump(t, through(from), &cutter{service: u.service, every: size / 4})
	t.Logf("dump of %d MB: %s", size>>20, time.Since(began).Round(time.Millisecond))
	if !bytes.Equal(got, want) {
		t.Fatalf("the dump through the tunnel differs: %d bytes, want %d", len(got), len(want))
	}

	began = time.Now()
	psql := exec.Command(pgtest.Program(t, "psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output="+filepath.Join(t.TempDir(), "out"), through(to))
	psql.Stdin = io.TeeReader(bytes.NewReader(got), &cutter{service: u.service, every: size / 4})
	if out, err := psql.CombinedOutput(); err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
	t.Logf("restore: %s", time.Since(began).Round(time.Millisecond))
	if again := dump(t, to, io.Discard); !bytes.Equal(again, want) {
		t.Errorf("the restored database differs: %d bytes, want %d", len(again), len(want))
	}
	if n := count[channel.Resumed](u); n < 6 {
		t.Errorf("the channel was resumed %d times, want 6 at least", n)
	}
	if n := count[channel.Restarted](u); n > 0 {
		t.Errorf("%d sessions were lost", n)
	}
}

// TestQueryOutlivesChannel kills the channel while a query runs, and gives it back.
func TestQueryOutlivesChannel(t *testing.T) {
	address, err := url.Parse(pgtest.Databases(t)(t))
	if err != nil {
		t.Fatal(err)
	}
	u := start(t, address.Port(), agenttest.Options{}, channel.Options{MaxRetries: -1})
	address.Host = u.addr
	db, err := sql.Open("pgx", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT i, repeat('x', 1000) FROM generate_series(1, 20000) AS i")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var i int
		var s string
		if err := rows.Scan(&i, &s); err != nil {
			t.Fatal(err)
		}
		if n++; i != n || len(s) != 1000 {
			t.Fatalf("row %d is %d, %d bytes", n, i, len(s))
		}
		if n == 100 {
			u.service.Refuse(true)
			u.service.Cut()
			await[channel.Reconnecting](u)
			u.service.Refuse(false)
		}
	}
	if err := rows.Err(); err != nil || n != 20000 {
		t.Errorf("%d rows, %v", n, err)
	}
	await[channel.Resumed](u)
}

func fill(t *testing.T, dsn string, rows int) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(fmt.Sprintf(`CREATE TABLE patient (id integer PRIMARY KEY, record text);
		INSERT INTO patient SELECT i, repeat(md5(i::text), 32) FROM generate_series(1, %d) AS i`, rows))
	if err != nil {
		t.Fatal(err)
	}
}

// random is what pg_dump makes up for each dump, near its beginning and its end.
var random = regexp.MustCompile(`(?m)^\\(un)?restrict .*$`)

// dump is the dump of a database, which is written to w too while it comes.
func dump(t *testing.T, dsn string, w io.Writer) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(pgtest.Program(t, "pg_dump"), "--no-sync", dsn)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, w), &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, errs.Bytes())
	}
	const near = 1024
	all := out.Bytes()
	head, tail := all[:min(near, len(all))], all[max(near, len(all)-near):]
	return slices.Concat(random.ReplaceAll(head, nil), all[len(head):len(all)-len(tail)], random.ReplaceAll(tail, nil))
}

// A cutter cuts the channel three times while bytes pass, once in every so many.
type cutter struct {
	service *agenttest.Service
	every   int64
	passed  int64
	cuts    int64
}

func (c *cutter) Write(p []byte) (int, error) {
	c.passed += int64(len(p))
	// Not while it is away already.
	if c.cuts < 3 && c.passed/c.every > c.cuts && c.service.Cut() > 0 {
		c.cuts++
	}
	return len(p), nil
}

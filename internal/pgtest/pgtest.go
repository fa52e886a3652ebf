// Package pgtest gives tests a real PostgreSQL: the one that TEST_POSTGRES_DSN
// names, or a private server made from the installed binaries.
package pgtest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Databases gives addresses of empty databases of one server, which is there
// until the test ends. It skips the test where there is none.
func Databases(t testing.TB) func(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("TEST_POSTGRES_DSN")
	if dsn == "" {
		dsn = cluster(t)
	}
	var n atomic.Int64
	return func(t testing.TB) string {
		t.Helper()
		db, err := sql.Open("pgx", dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		name := fmt.Sprintf("safeguard_test_%d_%d", os.Getpid(), n.Add(1))
		if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if db, err := sql.Open("pgx", dsn); err == nil {
				defer db.Close()
				if _, err := db.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
					t.Log(err)
				}
			}
		})
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		u.Path = "/" + name
		return u.String()
	}
}

// Program is the path of one of PostgreSQL's programs. It skips the test where
// it is not installed.
func Program(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	path := filepath.Join(installed(), name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("PostgreSQL's %s is not installed", name)
	}
	return path
}

// installed is the directory of initdb: packages leave it out of PATH. It is
// empty if there is none.
func installed() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(real)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

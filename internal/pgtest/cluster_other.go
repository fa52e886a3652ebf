//go:build !linux

package pgtest

import "testing"

// cluster skips the test: private servers are made on Linux only.
func cluster(t testing.TB) string {
	t.Helper()
	t.Skip("TEST_POSTGRES_DSN is not set")
	return ""
}

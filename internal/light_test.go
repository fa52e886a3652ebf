package internal_test

import (
	"slices"
	"strings"
	"testing"
)

// heavy are the packages of tables that AWS's own way of finding credentials
// brings with it.
var heavy = []string{"signin", "sso", "ssooidc", "sts"}

// TestStartsLight finds modules of AWS services that build tables whenever the
// program starts: docs/dependencies.md has the cost, and which versions do not.
func TestStartsLight(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "-deps", "safeguard/cmd/safeguard") {
		service, ok := strings.CutPrefix(p.ImportPath, "github.com/aws/aws-sdk-go-v2/service/")
		if service, tables := strings.CutSuffix(service, "/schemas"); ok && tables && !slices.Contains(heavy, service) {
			t.Errorf("the module of %s has package schemas, which makes every start slower: keep to the last version without", service)
		}
	}
}

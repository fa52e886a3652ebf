// Package internal_test keeps the house in order: who may import whom.
package internal_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// may lists, for each package below internal, which packages of ours it may
// import; "..." stands for what is below it. A package that is not listed
// fails: give it a place first.
var may = map[string][]string{
	"logic":      {},
	"graph":      {"logic"},
	"policy":     {"logic"},
	"hipaa":      {},
	"edit":       {},
	"draw":       {},
	"assessment": {"hipaa"},
	"inspect":    {"graph", "logic"},
	"rule":       {"graph", "logic", "hipaa", "policy"},
	"rule/attr":  {"rule", "graph", "logic"},
	"rules":      {"rule", "rules/..."},
	"rules/...":  {"rule", "rule/attr", "graph", "logic", "policy", "hipaa"},
	"scan":       {"rule", "graph", "assessment", "hipaa"},
	"report":     {"assessment", "hipaa", "fix", "triage", "draw", "terraform/trial"},
	"terraform":  {"graph", "terraform/..."},
	"triage":     {"assessment", "hipaa"},
	"settings":   {"hipaa", "triage"},
	"fix":        {"scan", "rule", "terraform", "terraform/config", "terraform/trial", "terraform/schema", "terraform/constraint", "edit", "graph", "logic", "assessment", "hipaa"},

	"workbook":      {"assessment", "edit", "hipaa", "report", "triage"},
	"link":          {"assessment", "graph"},
	"audit":         {"assessment", "hipaa", "edit"},
	"audit/awsfake": {}, "audit/awsfake/generate": {"audit/awsfake"},
	"history":       {"assessment", "hipaa"},
	"history/chart": {"history", "hipaa", "draw"},

	"tunnel":            {"tunnel/channel"},
	"tunnel/background": {"edit"},
	"tunnel/doctor":     {"tunnel"},
	"tunnel/owner":      {},

	"tunnel/wire":      {},
	"tunnel/channel":   {"tunnel/wire"},
	"tunnel/agenttest": {"tunnel/wire"},
	"pgtest":           {},

	"terraform/syntax":     {},
	"terraform/config":     {"terraform/syntax"},
	"terraform/constraint": {},
	"terraform/schema":     {"terraform/schema/layout"},
	"terraform/schema/...": {"terraform/schema", "terraform/schema/..."},
	"terraform/funcs":      {},
	"terraform/trial":      {},
	"terraform/datasource": {"graph", "logic"},
	"terraform/eval":       {"graph", "logic", "terraform/config", "terraform/schema", "terraform/funcs", "terraform/datasource", "terraform/constraint"},
	"terraform/plan":       {"graph", "logic", "terraform/schema", "terraform/datasource", "terraform/constraint"},

	"bench":        {"..."},
	"bench/floor":  {},
	"corpus":       {},
	"ruletest":     {"assessment", "fix", "graph", "hipaa", "rule", "scan", "terraform"},
	"tftest":       {},
	"differential": {"tftest", "corpus", "assessment"},

	"cli": {"..."},
}

// forbidden are packages of the standard library and others that a package
// must not know.
var forbidden = map[string][]string{
	"graph":                         {"github.com/hashicorp/hcl", "github.com/zclconf/go-cty", "net", "os", "context"},
	"policy":                        {"net", "os", "context"},
	"rule":                          {"github.com/hashicorp/hcl", "github.com/zclconf/go-cty", "net", "os", "context"},
	"rule/attr":                     {"github.com/hashicorp/hcl", "github.com/zclconf/go-cty", "net", "os", "context"},
	"rules/...":                     {"github.com/hashicorp/hcl", "github.com/zclconf/go-cty", "net", "os", "context"},
	"terraform":                     {"net/http"},
	"terraform/...":                 {"net/http"},
	"terraform/schema/generate/...": {},
	"scan":                          {"net", "os"},
}

// only tests may import these.
var testOnly = []string{"ruletest", "tftest", "corpus", "differential", "audit/awsfake", "audit/awsfake/generate", "tunnel/agenttest", "pgtest"}

const module = "safeguard/internal/"

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		pkg, ours := strings.CutPrefix(fields[0], module)
		if !ours {
			continue
		}
		allowed, ok := lookup(may, pkg)
		if !ok {
			t.Errorf("%s has no place in the house: list in this test whom it may import", pkg)
			continue
		}
		banned, _ := lookup(forbidden, pkg)
		for _, imp := range fields[1:] {
			if dep, ours := strings.CutPrefix(imp, module); ours {
				if !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, dep) }) {
					t.Errorf("%s must not import %s", pkg, dep)
				}
				if slices.Contains(testOnly, dep) && !slices.Contains(testOnly, pkg) {
					t.Errorf("%s must not import %s: it is for tests", pkg, dep)
				}
				continue
			}
			for _, b := range banned {
				if imp == b || strings.HasPrefix(imp, b+"/") && b != "net" || b == "net" && (imp == "net/http" || imp == "net/rpc") {
					t.Errorf("%s must not import %s", pkg, imp)
				}
			}
		}
	}
}

// lookup finds the entry for a package: its own, or the longest "x/..." above.
func lookup(m map[string][]string, pkg string) ([]string, bool) {
	if v, ok := m[pkg]; ok {
		return v, true
	}
	for dir := pkg; strings.Contains(dir, "/"); {
		dir = dir[:strings.LastIndex(dir, "/")]
		if v, ok := m[dir+"/..."]; ok {
			return v, true
		}
	}
	return nil, false
}

func covers(pattern, pkg string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(pkg, prefix)
	}
	return pattern == pkg
}

// TestNoClock keeps the time of day out of the rules: they are pure functions.
func TestNoClock(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"graph", "policy", "rule", "rules"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := os.ReadFile(path)
			if strings.Contains(string(src), "time.Now") {
				t.Errorf("%s reads the clock", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

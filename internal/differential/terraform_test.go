package differential_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"safeguard/internal/corpus"
	"safeguard/internal/differential"
	"safeguard/internal/tftest"
)

// TestAgainstTerraform plans every archive in testdata, the example and a
// generated corpus with the real terraform and compares the plans with what
// safeguard inspect prints. Cases that allow
// it are planned together, as the modules of one root: starting the AWS
// provider takes longer than all the rest.
func TestAgainstTerraform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("terraform takes long")
	}
	paths, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	h := newHarness(t)
	var shared []*differential.Case
	for _, path := range paths {
		c, err := differential.ParseCase(path)
		if err != nil {
			t.Fatal(err)
		}
		if c.Shared() {
			shared = append(shared, c)
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			h.alone(t, c)
		})
	}
	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		h.together(t, shared)
	})
	t.Run("clinic", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "clinic"))); err != nil {
			t.Fatal(err)
		}
		h.root(t, dir, &differential.Case{})
	})
	t.Run("corpus", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if _, err := corpus.Write(dir, 100, 1); err != nil {
			t.Fatal(err)
		}
		h.root(t, dir, &differential.Case{})
	})
}

// A harness holds what all cases share.
type harness struct {
	tf      *tftest.Terraform
	binary  string
	schemas func() differential.Schemas
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	h := &harness{tf: tftest.Open(t), binary: build(t)}
	h.schemas = sync.OnceValue(func() differential.Schemas {
		schemas, err := differential.ReadSchemas(h.tf.SchemasJSON(t))
		if err != nil {
			t.Fatal(err)
		}
		return schemas
	})
	return h
}

// build compiles safeguard, so that the test sees what its users see.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "safeguard")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "safeguard/cmd/safeguard")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// alone plans a case as a root module of its own.
func (h *harness) alone(t *testing.T, c *differential.Case) {
	dir := t.TempDir()
	write(t, c.Archive, dir)
	h.root(t, dir, c)
}

// root plans and inspects the root module in dir.
func (h *harness) root(t *testing.T, dir string, c *differential.Case) {
	tf := h.tf.WithEnv(c.PlanEnv()...)
	tf.Init(t, dir)
	planned := read(t, tf.PlanJSON(t, dir, c.PlanArgs()...))
	h.compare(t, c, planned, h.inspect(t, dir, c))
}

// together plans cases as the modules of one root. Each case is inspected by
// itself, and the root with all of them as well.
func (h *harness) together(t *testing.T, cases []*differential.Case) {
	root, plan, err := h.planShared(t, cases)
	if err != nil {
		t.Errorf("the shared root does not plan; planning each case alone: %v", err)
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				h.alone(t, c)
			})
		}
		return
	}
	planned := read(t, plan)
	whole := &differential.Case{Name: "root", Skip: map[string]bool{}}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			h.compare(t, c, module(planned, c.Name), h.inspect(t, filepath.Join(root, c.Name), c))
		})
		for place := range c.Skip {
			whole.Skip["module."+c.Name+"."+place] = true
		}
		whole.Secrets = append(whole.Secrets, c.Secrets...)
	}
	t.Run("root", func(t *testing.T) {
		h.compare(t, whole, planned, h.inspect(t, root, whole))
	})
}

// planShared writes and plans a root that calls each case as a module.
func (h *harness) planShared(t *testing.T, cases []*differential.Case) (root string, plan []byte, err error) {
	t.Helper()
	root = t.TempDir()
	var calls strings.Builder
	for _, c := range cases {
		write(t, c.Archive, filepath.Join(root, c.Name))
		fmt.Fprintf(&calls, "module %q {\n  source = %q\n}\n", c.Name, "./"+c.Name)
	}
	if err := os.WriteFile(filepath.Join(root, "main.tf"), []byte(calls.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	h.tf.Init(t, root)
	plan, err = h.tf.Plan(t.Context(), root)
	return root, plan, err
}

// module is the instances of a module called name, as if it were the root.
func module(planned map[string]*differential.Instance, name string) map[string]*differential.Instance {
	own := map[string]*differential.Instance{}
	for address, instance := range planned {
		if rest, ok := strings.CutPrefix(address, "module."+name+"."); ok {
			copied := *instance
			copied.Address = rest
			own[rest] = &copied
		}
	}
	return own
}

// inspect runs safeguard inspect on the configuration in dir.
func (h *harness) inspect(t *testing.T, dir string, c *differential.Case) map[string]*differential.Inspected {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), h.binary, append([]string{"inspect", "--format", "json"}, append(c.InspectArgs(), ".")...)...)
	cmd.Dir = dir
	cmd.Env = append(withoutVariables(os.Environ()), "AWS_REGION="+tftest.Region)
	cmd.Env = append(cmd.Env, c.Env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("safeguard inspect: %v\n%s", err, stderr.Bytes())
	}
	for _, secret := range c.Secrets {
		if bytes.Contains(stdout.Bytes(), []byte(secret)) || bytes.Contains(stderr.Bytes(), []byte(secret)) {
			t.Errorf("safeguard inspect prints the secret %q", secret)
		}
	}
	inspected, err := differential.ReadInspection(stdout.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return inspected
}

func (h *harness) compare(t *testing.T, c *differential.Case, planned map[string]*differential.Instance, inspected map[string]*differential.Inspected) {
	t.Helper()
	report := differential.Compare(planned, inspected, h.schemas(), c.Skip)
	for _, d := range report.Differences {
		t.Error(d)
	}
	t.Logf("%d values equal, %d known to terraform alone (coverage %d %%), %d defaults", report.Equal, report.Missing, report.Coverage(), report.Silent)
	for i, gap := range report.Gaps {
		if i == 20 {
			t.Logf("and %d more", len(report.Gaps)-i)
			break
		}
		t.Log(gap)
	}
	for _, k := range c.Knows {
		if i := inspected[k[0]]; i == nil || i.Values[k[1]] == nil {
			t.Errorf("inspect does not know %s of %s", k[1], k[0])
		}
	}
	if got := report.Coverage(); got < c.Coverage {
		t.Errorf("coverage is %d %%, want at least %d %%", got, c.Coverage)
	}
}

func read(t *testing.T, plan []byte) map[string]*differential.Instance {
	t.Helper()
	planned, err := differential.ReadPlan(plan)
	if err != nil {
		t.Fatal(err)
	}
	return planned
}

func write(t *testing.T, archive *txtar.Archive, dir string) {
	t.Helper()
	if err := txtar.Write(archive, dir); err != nil {
		t.Fatal(err)
	}
}

// withoutVariables is env without what would change an evaluation.
func withoutVariables(env []string) []string {
	var kept []string
	for _, kv := range env {
		if !strings.HasPrefix(kv, "TF_VAR_") && !strings.HasPrefix(kv, "TF_WORKSPACE=") && !strings.HasPrefix(kv, "AWS_") {
			kept = append(kept, kv)
		}
	}
	return kept
}

// Package tftest lets tests ask the real terraform (or tofu) what it makes of
// a configuration. It is imported by _test.go files alone.
//
// Terraform runs without credentials: Init adds an override file to the
// configuration that keeps the AWS provider from calling AWS, so the
// configuration must be a copy. The provider comes from wherever terraform
// finds it: TF_CLI_CONFIG_FILE, else the mirror that TF_PROVIDER_MIRROR names,
// else the registry, through a plugin cache in the temporary directory.
package tftest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// ProviderVersion is the version of the AWS provider that tests are written
// for.
const ProviderVersion = "~> 5.100"

// initTimeout bounds terraform init, which may have to download the provider.
const initTimeout = 5 * time.Minute

// A Terraform is a terraform or tofu that has the AWS provider at hand. Its
// methods may be called from parallel tests.
type Terraform struct {
	bin    string
	env    []string // whole environment
	shared string   // an initialised directory; its providers serve all others
}

// Open finds terraform, or else tofu, and initialises the AWS provider once
// for all directories that the test t and its subtests use. It skips t if
// there is no binary or the provider cannot be installed.
func Open(t testing.TB) *Terraform {
	t.Helper()
	bin, err := find()
	if err != nil {
		t.Skip(err)
	}
	tf := &Terraform{bin: bin, shared: t.TempDir()}
	if tf.env, err = environment(os.Environ(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if err := tf.initShared(t.Context()); err != nil {
		t.Skipf("%s cannot install the AWS provider %s: set TF_PROVIDER_MIRROR or TF_CLI_CONFIG_FILE, or allow the network: %v",
			filepath.Base(bin), ProviderVersion, err)
	}
	return tf
}

func find() (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if bin, err := exec.LookPath(name); err == nil {
			return bin, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH")
}

func (tf *Terraform) initShared(ctx context.Context) error {
	config := fmt.Sprintf("terraform {\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = %q\n    }\n  }\n}\n", ProviderVersion)
	if err := os.WriteFile(filepath.Join(tf.shared, "main.tf"), []byte(config), 0o644); err != nil {
		return err
	}
	if cache := get(tf.env, "TF_PLUGIN_CACHE_DIR"); cache != "" {
		// Terraform's plugin cache is not safe for concurrent use, and go test
		// runs the tests of several packages at a time.
		unlock, err := lockedfile.MutexAt(filepath.Join(cache, ".lock")).Lock()
		if err != nil {
			return fmt.Errorf("lock plugin cache %q: %w", cache, err)
		}
		defer unlock()
	}
	ctx, cancel := context.WithTimeout(ctx, initTimeout)
	defer cancel()
	_, err := tf.run(ctx, tf.shared, "init", "-backend=false", "-input=false", "-no-color")
	return err
}

// WithEnv is tf with more variables, each "NAME=value", in its environment.
func (tf *Terraform) WithEnv(env ...string) *Terraform {
	with := *tf
	with.env = slices.Concat(tf.env, env)
	return &with
}

// Init prepares dir for the other methods: providers, local modules, and the
// override file that makes the AWS provider work offline. It writes into dir.
func (tf *Terraform) Init(t testing.TB, dir string) {
	t.Helper()
	if err := tf.init(t.Context(), dir); err != nil {
		t.Fatalf("initialise %s: %v", dir, err)
	}
}

func (tf *Terraform) init(ctx context.Context, dir string) error {
	if err := WriteOverride(dir); err != nil {
		return err
	}
	data := filepath.Join(dir, ".terraform")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Join(tf.shared, ".terraform", "providers"), filepath.Join(data, "providers")); err != nil {
		return err
	}
	const lock = ".terraform.lock.hcl"
	locked, err := os.ReadFile(filepath.Join(tf.shared, lock))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, lock), locked, 0o644); err != nil {
		return err
	}
	_, err = tf.run(ctx, dir, "get", "-no-color")
	return err
}

// TryInit is Init for a caller that has a use for the error. It may be called
// again for the same directory.
func (tf *Terraform) TryInit(ctx context.Context, dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, ".terraform")); err != nil {
		return err
	}
	return tf.init(ctx, dir)
}

// Diagnose is what terraform validate -json says of dir, valid or not.
func (tf *Terraform) Diagnose(ctx context.Context, dir string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, tf.bin, "validate", "-json")
	cmd.Dir, cmd.Env = dir, tf.env
	out, err := cmd.Output()
	if _, invalid := errors.AsType[*exec.ExitError](err); invalid && len(out) > 0 {
		return out, nil
	}
	return out, err
}

// Validate runs terraform validate in dir, which Init has prepared.
func (tf *Terraform) Validate(t testing.TB, dir string) {
	t.Helper()
	if _, err := tf.run(t.Context(), dir, "validate", "-no-color"); err != nil {
		t.Fatalf("validate %s: %v", dir, err)
	}
}

// PlanJSON plans dir, which Init has prepared, without refreshing, and returns
// the plan as terraform show -json prints it. The args go to terraform plan.
func (tf *Terraform) PlanJSON(t testing.TB, dir string, args ...string) []byte {
	t.Helper()
	plan, err := tf.Plan(t.Context(), dir, args...)
	if err != nil {
		t.Fatalf("plan %s: %v", dir, err)
	}
	return plan
}

// Plan is PlanJSON for a caller that has a use for the error.
func (tf *Terraform) Plan(ctx context.Context, dir string, args ...string) ([]byte, error) {
	const file = "tfplan"
	fixed := []string{"plan", "-refresh=false", "-input=false", "-lock=false", "-no-color", "-out=" + file}
	if _, err := tf.run(ctx, dir, append(fixed, args...)...); err != nil {
		return nil, err
	}
	return tf.run(ctx, dir, "show", "-json", "-no-color", file)
}

// SchemasJSON is what terraform providers schema -json prints for the AWS
// provider.
func (tf *Terraform) SchemasJSON(t testing.TB) []byte {
	t.Helper()
	out, err := tf.run(t.Context(), tf.shared, "providers", "schema", "-json", "-no-color")
	if err != nil {
		t.Fatalf("provider schema: %v", err)
	}
	return out
}

// run returns what terraform prints on its standard output.
func (tf *Terraform) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, tf.bin, args...)
	cmd.Dir, cmd.Env = dir, tf.env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		said := cmp.Or(strings.TrimSpace(stderr.String()), strings.TrimSpace(stdout.String()))
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(tf.bin), args[0], err, said)
	}
	return stdout.Bytes(), nil
}

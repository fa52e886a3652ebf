package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// binary finds terraform or tofu on PATH.
func binary() (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on PATH")
}

// ShowPlan turns a saved binary plan into JSON with the terraform or tofu on
// PATH. It must run where the plan was made, for the providers' schemas.
func ShowPlan(ctx context.Context, file string) ([]byte, error) {
	bin, err := binary()
	if err != nil {
		return nil, fmt.Errorf("it is a saved binary plan, and %w: convert it where it was made with `terraform show -json %s > plan.json`", err, file)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, "show", "-json", "-no-color", file)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s show -json: %w: %s (run it in the directory where the plan was made)", bin, err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// Get installs the modules of the configuration in dir with the terraform or
// tofu on PATH, which may use the network. Its output goes to w.
func Get(ctx context.Context, dir string, w io.Writer) error {
	bin, err := binary()
	if err != nil {
		return fmt.Errorf("install the modules of %s: %w", dir, err)
	}
	cmd := exec.CommandContext(ctx, bin, "-chdir="+dir, "get", "-no-color")
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("install the modules of %s: %s get: %w", dir, bin, err)
	}
	return nil
}

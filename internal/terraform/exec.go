package terraform

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"safeguard/internal/terraform/config"
	"safeguard/internal/terraform/trial"
)

// ShowPlan turns a saved binary plan into JSON with the terraform or tofu on
// PATH. That needs the providers' schemas, so it runs where the plan lies if
// that directory is initialised and the current one is not.
func ShowPlan(ctx context.Context, file string) ([]byte, error) {
	bin, err := trial.Binary()
	if err != nil {
		return nil, fmt.Errorf("it is a saved binary plan, and %w: convert it where it was made with `terraform show -json %s > plan.json`", err, file)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, "show", "-json", "-no-color", file)
	if dir, name := filepath.Split(file); dir != "" && !trial.Initialised(".") && trial.Initialised(dir) {
		cmd = exec.CommandContext(ctx, bin, "show", "-json", "-no-color", name)
		cmd.Dir = dir
	}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s show -json: %w: %s (run it in the directory where the plan was made)", bin, err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// Get installs the modules of each root module in path with the terraform or
// tofu on PATH, which may use the network. Its output goes to w. A path that
// leads to no configuration has no modules to install.
func Get(ctx context.Context, path string, w io.Writer) error {
	if isConfiguration(path) {
		path = filepath.Dir(path)
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil
	}
	tree, err := config.Load(path, config.Options{})
	if err != nil {
		return err
	}
	for _, root := range tree.Roots {
		if len(root.Module.Calls) == 0 {
			continue
		}
		bin, err := trial.Binary()
		if err != nil {
			return fmt.Errorf("install the modules of %s: %w", root.Dir, err)
		}
		cmd := exec.CommandContext(ctx, bin, "-chdir="+root.Dir, "get", "-no-color")
		cmd.Stdout, cmd.Stderr = w, w
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("install the modules of %s: %s get: %w", root.Dir, bin, err)
		}
	}
	return nil
}

package tftest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Region is where plans are for, if the configuration says nothing else.
const Region = "us-east-1"

// environment is the environment for terraform: base without what would change
// a plan (variables, workspace, AWS settings), with the installation of
// providers settled. Files that it needs are written into dir.
func environment(base []string, dir string) ([]string, error) {
	env := slices.DeleteFunc(slices.Clone(base), changesPlan)
	env = append(env,
		"TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1",
		"TF_REGISTRY_DISCOVERY_RETRY=0",
		"TF_REGISTRY_CLIENT_TIMEOUT=10",
		// With no region in the configuration the provider takes this one; the
		// two files do not exist, so that no profile of the user is read.
		"AWS_REGION="+Region,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+filepath.Join(dir, "aws-config"),
		"AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(dir, "aws-credentials"),
	)
	// Terraform only warns of a file that does not exist.
	if _, err := os.Stat(get(base, "TF_CLI_CONFIG_FILE")); err == nil {
		return env, nil
	}
	if mirror := get(base, "TF_PROVIDER_MIRROR"); mirror != "" {
		rc := filepath.Join(dir, "terraform.rc")
		config := fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
		if err := os.WriteFile(rc, []byte(config), 0o644); err != nil {
			return nil, err
		}
		return append(env, "TF_CLI_CONFIG_FILE="+rc), nil
	}
	cache := filepath.Join(os.TempDir(), "safeguard-terraform-plugins")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, err
	}
	// Without the second variable terraform downloads a provider again, cached
	// or not, where there is no lock file.
	return append(env,
		"TF_PLUGIN_CACHE_DIR="+cache,
		"TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE=1",
	), nil
}

func changesPlan(kv string) bool {
	name, _, _ := strings.Cut(kv, "=")
	switch name {
	case "TF_WORKSPACE", "TF_DATA_DIR", "TF_LOG", "TF_INPUT", "TF_PLUGIN_CACHE_DIR":
		return true
	}
	return strings.HasPrefix(name, "TF_VAR_") || strings.HasPrefix(name, "TF_CLI_ARGS") || strings.HasPrefix(name, "AWS_")
}

// get is the value of name in env, whose last setting counts.
func get(env []string, name string) string {
	for _, kv := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

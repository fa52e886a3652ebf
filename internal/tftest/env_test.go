package tftest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	existing := filepath.Join(t.TempDir(), "terraform.rc")
	if err := os.WriteFile(existing, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		base   []string
		config string // "" none, "own", or the path
		cache  bool
	}{
		"configuration of the user": {[]string{"TF_CLI_CONFIG_FILE=" + existing, "TF_PROVIDER_MIRROR=/mirror"}, existing, false},
		"mirror":                    {[]string{"TF_PROVIDER_MIRROR=/mirror"}, "own", false},
		"mirror, no such file":      {[]string{"TF_CLI_CONFIG_FILE=" + existing + ".not", "TF_PROVIDER_MIRROR=/mirror"}, "own", false},
		"neither":                   {nil, "", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			env, err := environment(tt.base, dir)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.config
			if want == "own" {
				want = filepath.Join(dir, "terraform.rc")
				src, err := os.ReadFile(want)
				if err != nil || !strings.Contains(string(src), `path = "/mirror"`) {
					t.Errorf("configuration does not name the mirror: %s, %v", src, err)
				}
			}
			if got := get(env, "TF_CLI_CONFIG_FILE"); got != want {
				t.Errorf("TF_CLI_CONFIG_FILE is %q, want %q", got, want)
			}
			if got := get(env, "TF_PLUGIN_CACHE_DIR") != ""; got != tt.cache {
				t.Errorf("plugin cache: got %v, want %v", got, tt.cache)
			}
		})
	}
}

func TestEnvironmentDropsWhatChangesPlans(t *testing.T) {
	t.Parallel()
	env, err := environment([]string{
		"PATH=/bin", "TF_VAR_x=1", "TF_CLI_ARGS=-x", "TF_CLI_ARGS_plan=-x", "TF_WORKSPACE=w", "TF_DATA_DIR=d",
		"AWS_PROFILE=p", "AWS_REGION=eu-west-1",
	}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"TF_VAR_x", "TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_WORKSPACE", "TF_DATA_DIR", "AWS_PROFILE"} {
		if got := get(env, name); got != "" {
			t.Errorf("%s is %q, want it gone", name, got)
		}
	}
	if !slices.Contains(env, "PATH=/bin") || get(env, "AWS_REGION") != "us-east-1" {
		t.Errorf("got %q", env)
	}
}

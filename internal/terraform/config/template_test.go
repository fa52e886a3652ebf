package config_test

import (
	"strings"
	"testing"

	"safeguard/internal/terraform/config"
)

func TestParseTemplate(t *testing.T) {
	t.Parallel()
	if _, err := config.ParseTemplate("hello ${name}", "x.tftpl"); err != nil {
		t.Errorf("a plain template: %v", err)
	}
	for name, src := range map[string]string{
		"deep":   "${" + strings.Repeat("!", 250_000) + "true}",
		"nested": strings.Repeat("${", 100_000),
		"broken": "${",
	} {
		if _, err := config.ParseTemplate(src, name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got error %v, want one that names the template", name, err)
		}
	}
}

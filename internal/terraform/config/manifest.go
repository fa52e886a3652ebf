package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxManifestBytes is far above what terraform writes by itself.
const maxManifestBytes = 32 << 20

// An installedModule is an entry of .terraform/modules/modules.json. Dir is
// relative to the root.
type installedModule struct {
	Key, Source, Dir string
}

// readManifest returns what terraform init has installed for the root at dir,
// by dotted path of calls; nothing if it never ran.
func readManifest(dir string) (map[string]installedModule, []Diagnostic) {
	file := path.Join(dir, ".terraform/modules/modules.json")
	src, problems := readOptional(file)
	if src == nil {
		return nil, problems
	}
	var manifest struct{ Modules []installedModule }
	if err := json.Unmarshal(src, &manifest); err != nil {
		return nil, []Diagnostic{fileProblem(file, "Unreadable file", fmt.Sprintf("%s is not a list of modules, so none counts as installed: %v", file, err))}
	}
	installed := make(map[string]installedModule, len(manifest.Modules))
	for _, m := range manifest.Modules {
		m.Dir = strings.ReplaceAll(m.Dir, `\`, "/")
		installed[m.Key] = m
	}
	return installed, nil
}

// sameSource reports whether an installed module can be what a call wants. It
// compares addresses in a registry only: terraform rewrites all others.
func sameSource(called, installed string) bool {
	want, ok := registryAddress(called)
	if !ok {
		return true
	}
	got, ok := registryAddress(installed)
	return ok && got == want
}

// registryAddress returns an address such as namespace/name/system, without
// the host of the public registries, and whether source is one.
func registryAddress(source string) (string, bool) {
	source = withoutHost(source)
	module, _, _ := strings.Cut(source, "//")
	parts := strings.Split(module, "/")
	if len(parts) < 3 || len(parts) > 4 || strings.ContainsAny(module, ":@?") {
		return "", false
	}
	if slices.Contains(parts, "") {
		return "", false
	}
	return source, parts[0] != "github.com" && parts[0] != "bitbucket.org"
}

func withoutHost(address string) string {
	address = strings.TrimPrefix(address, "registry.terraform.io/")
	return strings.TrimPrefix(address, "registry.opentofu.org/")
}

// readLock returns the provider versions that .terraform.lock.hcl has for the
// root at dir. Terraform writes the file, so its form is fixed; most of it are
// checksums that nobody here needs parsed.
func readLock(dir string) (map[string]string, []Diagnostic) {
	src, problems := readOptional(path.Join(dir, ".terraform.lock.hcl"))
	var locked map[string]string
	var provider string
	for line := range bytes.Lines(src) {
		words := strings.Fields(string(line))
		switch {
		case len(words) == 3 && words[0] == "provider" && words[2] == "{":
			provider = withoutHost(strings.Trim(words[1], `"`))
		case len(words) == 3 && words[0] == "version" && words[1] == "=" && provider != "":
			if locked == nil {
				locked = map[string]string{}
			}
			locked[provider] = strings.Trim(words[2], `"`)
			provider = ""
		}
	}
	return locked, problems
}

// readOptional reads a file that need not exist.
func readOptional(file string) ([]byte, []Diagnostic) {
	if _, err := os.Stat(filepath.FromSlash(file)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	src, problem := readFile(file, maxManifestBytes)
	if problem != nil {
		return nil, []Diagnostic{*problem}
	}
	return src, nil
}

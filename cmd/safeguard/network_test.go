package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dialing matches what a program needs to open a connection.
var dialing = regexp.MustCompile(`^(net\.\(\*(Dialer|sysDialer)\)\.|net/http\.|crypto/tls\.|syscall\.([cC]onnect|[sS]ocket|RawConnect)$)`)

// TestNoNetwork proves that scanning opens no network connection: the linker
// leaves out what no code can reach, and the program holds nothing with which
// a connection could be opened. (terraform, which --get and saved plans run, is
// another program.)
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin := filepath.Join(t.TempDir(), "safeguard")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	out, err := exec.Command("go", "tool", "nm", bin).Output()
	if err != nil {
		t.Fatalf("go tool nm: %v", err)
	}
	found := false
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		symbol := fields[len(fields)-1]
		found = found || symbol == "safeguard/internal/scan.Judge"
		if dialing.MatchString(symbol) {
			t.Errorf("the program can open network connections: it holds %s", symbol)
		}
	}
	if !found {
		t.Error("the symbol table lacks scan.Judge: the test looks at the wrong thing")
	}
}

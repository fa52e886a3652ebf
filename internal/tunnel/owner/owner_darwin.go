package owner

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// of asks lsof, which every macOS has.
func of(port int) string {
	out, err := exec.Command("lsof", "-nP", "-iTCP:"+strconv.Itoa(port), "-sTCP:LISTEN", "-Fpc").Output()
	if err != nil {
		return ""
	}
	pid, name := "", ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if value, ok := strings.CutPrefix(line, "p"); ok && pid == "" {
			pid = value
		}
		if value, ok := strings.CutPrefix(line, "c"); ok && name == "" {
			name = value
		}
	}
	if pid == "" {
		return ""
	}
	return fmt.Sprintf("%s (pid %s)", name, pid)
}

package owner

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// of finds the sockets that listen at the port in the tables of the kernel, and
// the process that has one of them open. Those of other users cannot be seen.
func of(port int) string {
	inodes := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		data, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			if inode, ok := listening(line, port); ok {
				inodes["socket:["+inode+"]"] = true
			}
		}
	}
	if len(inodes) == 0 {
		return ""
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && inodes[target] {
			pid := strings.Split(link, "/")[2]
			name, _ := os.ReadFile("/proc/" + pid + "/comm")
			return fmt.Sprintf("%s (pid %s)", strings.TrimSpace(string(name)), pid)
		}
	}
	return ""
}

// listening is the inode of a line of /proc/net/tcp, if it is of a socket that
// listens at the port:
//
//	sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//	 0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 …
func listening(line string, port int) (inode string, ok bool) {
	const listen = "0A"
	fields := strings.Fields(line)
	if len(fields) < 10 || fields[3] != listen {
		return "", false
	}
	_, hex, ok := strings.Cut(fields[1], ":")
	n, err := strconv.ParseUint(hex, 16, 16)
	return fields[9], ok && err == nil && int(n) == port
}

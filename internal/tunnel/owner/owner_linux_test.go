package owner

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"tcp4", "tcp6"} {
		l, err := net.Listen(network, "localhost:0")
		if err != nil {
			t.Logf("%s: %v", network, err)
			continue
		}
		defer l.Close()
		got := Of(l.Addr().(*net.TCPAddr).Port)
		if want := fmt.Sprintf("(pid %d)", os.Getpid()); !strings.HasSuffix(got, want) {
			t.Errorf("%s: got %q, want ... %s", network, got, want)
		}
	}
}

func TestNobody(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if got := Of(l.Addr().(*net.TCPAddr).Port); got != "" {
		t.Errorf("got %q for a port where nobody listens", got)
	}
}

func TestListening(t *testing.T) {
	t.Parallel()
	const line = "   1: 0100007F:3C68 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0000000000000000 100 0 0 10 0\n"
	if inode, ok := listening(line, 15464); !ok || inode != "4242" {
		t.Errorf("got %q, %v, want 4242", inode, ok)
	}
	for _, other := range []string{strings.Replace(line, " 0A ", " 01 ", 1), "  sl  local_address rem_address   st", "", strings.Replace(line, "3C68", "zz", 1)} {
		if _, ok := listening(other, 15464); ok {
			t.Errorf("%q listens", other)
		}
	}
}

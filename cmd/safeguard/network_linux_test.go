//go:build amd64 || arm64

package main_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// confined, in the environment of this test program, makes it run its arguments
// as a command that the kernel kills when it asks for a socket.
const confined = "SAFEGUARD_TEST_CONFINED"

func TestMain(m *testing.M) {
	if os.Getenv(confined) == "" {
		os.Exit(m.Run())
	}
	if len(os.Args) == 1 { // the control: does the trap work?
		confine()
		_, err := net.Dial("tcp", "127.0.0.1:1")
		fatal("dial", err)
	}
	confine()
	fatal("run "+os.Args[1], syscall.Exec(os.Args[1], os.Args[1:], os.Environ()))
}

// TestNoNetwork proves that what works offline opens no network connection: the
// kernel kills the program if it does. internal/offline_test.go proves the same
// of the code.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program: not with -short")
	}
	if state := underConfinement(t); !killed(state) {
		t.Skipf("this kernel lets no process give up its right to sockets: %v", state)
	}
	dir := t.TempDir()
	bin := filepath.Join(dir, "safeguard")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	clinic, err := filepath.Abs("../../examples/clinic")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"scan CLINIC",
		"scan CLINIC --format json",
		"inspect CLINIC",
		"rules",
		"rules S3_BUCKET_SSL_REQUESTS_ONLY",
		"fix CLINIC",
		"version",
	} {
		args := strings.Fields(strings.ReplaceAll(line, "CLINIC", clinic))
		state := underConfinement(t, append([]string{bin}, args...)...)
		if killed(state) {
			t.Errorf("safeguard %s opens a socket", line)
		} else if state.ExitCode() > 1 {
			t.Errorf("safeguard %s: %v", line, state)
		}
	}
}

// underConfinement runs a command, or the control, without the right to sockets.
func underConfinement(t *testing.T, command ...string) *os.ProcessState {
	t.Helper()
	cmd := exec.Command(os.Args[0], command...)
	cmd.Env = append(os.Environ(), confined+"=1")
	if err := cmd.Run(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			t.Fatal(err)
		}
	}
	return cmd.ProcessState
}

func killed(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGSYS
}

// confine has the kernel kill this process, and what it becomes, when it calls
// socket, connect or io_uring_setup (seccomp(2), in filter mode).
func confine() {
	const (
		setNoNewPrivileges = 38 // PR_SET_NO_NEW_PRIVS
		setSeccomp         = 22 // PR_SET_SECCOMP
		modeFilter         = 2  // SECCOMP_MODE_FILTER
		kill               = 0x80000000
		allow              = 0x7fff0000
		ioUringSetup       = 425 // on every architecture
	)
	load := syscall.SockFilter{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS} // the number of the call
	ret := func(k uint32) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_RET | syscall.BPF_K, K: k}
	}
	filter := []syscall.SockFilter{load}
	for _, number := range []uint32{syscall.SYS_SOCKET, syscall.SYS_CONNECT, ioUringSetup} {
		unless := syscall.SockFilter{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, Jf: 1, K: number}
		filter = append(filter, unless, ret(kill))
	}
	filter = append(filter, ret(allow))
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}

	runtime.LockOSThread() // the filter holds for one thread
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivileges, 1, 0, 0, 0, 0); errno != 0 {
		fatal("prctl(PR_SET_NO_NEW_PRIVS)", errno)
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setSeccomp, modeFilter, uintptr(unsafe.Pointer(&program)), 0, 0, 0); errno != 0 {
		fatal("prctl(PR_SET_SECCOMP)", errno)
	}
}

func fatal(doing string, err error) {
	os.Stderr.WriteString(doing + ": " + err.Error() + "\n")
	os.Exit(2)
}

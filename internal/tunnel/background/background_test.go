package background

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// holder, in the environment of this test program, makes it be a tunnel in that
// directory until its input ends.
const holder = "SAFEGUARD_TEST_HOLD"

func TestMain(m *testing.M) {
	dir := os.Getenv(holder)
	if dir == "" {
		os.Exit(m.Run())
	}
	h, err := Take(dir, "dev-db")
	if err == nil {
		_, err = h.Write(Tunnel{Forwards: []Forward{{Name: "dev-db", Local: "127.0.0.1:15432"}}})
	}
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(2)
	}
	os.Stdout.WriteString("ready\n")
	select {
	case <-h.Stopped:
	case <-ended(os.Stdin):
	}
	_ = h.Release()
}

func ended(f *os.File) <-chan struct{} {
	c := make(chan struct{})
	go func() {
		_, _ = f.Read(make([]byte, 1))
		close(c)
	}()
	return c
}

// hold starts another process that holds dev-db.
func hold(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holder+"="+dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func TestListAndStop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := hold(t, dir)
	running, err := List(dir)
	if err != nil || len(running) != 1 || running[0].PID != cmd.Process.Pid || running[0].ID != "dev-db" || running[0].Log == "" {
		t.Fatalf("got %+v, %v, want dev-db of pid %d", running, err, cmd.Process.Pid)
	}
	if _, err := Take(dir, "dev-db"); !errors.Is(err, ErrRuns) {
		t.Errorf("got %v, want %v", err, ErrRuns)
	}
	waited := make(chan error, 1)
	go func() { waited <- cmd.Wait() }()
	if err := Stop(dir, running[0], func() bool { <-waited; waited <- nil; return true }); err != nil {
		t.Fatal(err)
	}
	if running, err := List(dir); err != nil || len(running) != 0 {
		t.Errorf("got %+v, %v after the end, want none", running, err)
	}
}

// A process that was killed leaves its entry behind: it is no tunnel, even if
// its number is that of a process that lives.
func TestStaleEntry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := hold(t, dir)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if _, err := os.Stat(filepath.Join(dir, "dev-db.json")); err != nil {
		t.Fatalf("the process left no entry behind: %v", err)
	}
	if running, err := List(dir); err != nil || len(running) != 0 {
		t.Errorf("got %+v, %v, want none", running, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "dev-db.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the entry is still there: %v", err)
	}
	h, err := Take(dir, "dev-db")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Release(); err != nil {
		t.Error(err)
	}
}

func TestDoesNotEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := hold(t, dir)
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	// The request goes to a process that is not there: nothing ends.
	err := Stop(dir, Tunnel{ID: "dev-db", PID: 1 << 30}, func() bool { return false })
	if err == nil || !strings.Contains(err.Error(), "dev-db") {
		t.Errorf("got %v, want that dev-db does not end", err)
	}
}

func TestDir(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	got, err := Dir(func(name string) string { return map[string]string{"XDG_STATE_HOME": home}[name] })
	if want := filepath.Join(home, "safeguard", "tunnels"); err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

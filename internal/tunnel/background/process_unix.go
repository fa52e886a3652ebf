//go:build unix

package background

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// tryLock opens a file and locks it until it is closed. The error is ErrRuns if
// another process has it locked.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrRuns
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// stopRequests is nil: a signal asks a process to end.
func stopRequests(int) (<-chan struct{}, error) { return nil, nil }

func requestStop(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) }

// Detach makes a command outlive this process and its terminal.
func Detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

package background

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// tryLock opens a file and locks it until it is closed. The error is ErrRuns if
// another process has it locked.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		err = ErrRuns
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// eventName is the event that asks a process to end: Windows has no signal for a
// process without a console.
func eventName(pid int) (*uint16, error) {
	return windows.UTF16PtrFromString(fmt.Sprintf(`Local\safeguard-tunnel-%d`, pid))
}

func stopRequests(pid int) (<-chan struct{}, error) {
	name, err := eventName(pid)
	if err != nil {
		return nil, err
	}
	event, err := windows.CreateEvent(nil, 1, 0, name)
	if err != nil {
		return nil, fmt.Errorf("create the event that asks for the end: %w", err)
	}
	stopped := make(chan struct{})
	go func() { // until it is asked for, or the process ends
		if _, err := windows.WaitForSingleObject(event, windows.INFINITE); err == nil {
			close(stopped)
		}
	}()
	return stopped, nil
}

func requestStop(pid int) error {
	name, err := eventName(pid)
	if err != nil {
		return err
	}
	event, err := windows.OpenEvent(windows.EVENT_MODIFY_STATE, false, name)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(event)
	return windows.SetEvent(event)
}

// Detach makes a command outlive this process and its console.
func Detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
}

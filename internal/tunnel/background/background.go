// Package background keeps track of the tunnels that run in the background: each
// has an entry in a directory of the user, and a lock that its process holds as
// long as it lives. So an entry of a process that is gone is never taken for one
// that runs, whoever has its number now.
package background

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"safeguard/internal/edit"
)

// A Tunnel is one that runs in the background.
type Tunnel struct {
	ID       string    `json:"id"`
	PID      int       `json:"pid"`
	Started  time.Time `json:"started"`
	Forwards []Forward `json:"forwards"`
	Log      string    `json:"log"`
}

// A Forward is one port that a tunnel leads to.
type Forward struct {
	Name   string `json:"name,omitempty"`
	Local  string `json:"local"` // host and port
	Target string `json:"target"`
	Remote string `json:"remote"`
	URL    string `json:"url"`
}

// Dir is where the entries of this user are, by the customs of the system; getenv
// reads the environment.
func Dir(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "safeguard", "tunnels"), nil
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a directory for what runs in the background: %w", err)
		}
		return filepath.Join(dir, "safeguard", "tunnels"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a directory for what runs in the background: %w", err)
	}
	return filepath.Join(home, ".local", "state", "safeguard", "tunnels"), nil
}

// LogFile is where the tunnel with the id writes what happens.
func LogFile(dir, id string) string { return filepath.Join(dir, id+".log") }

func entry(dir, id string) string { return filepath.Join(dir, id+".json") }

// A Hold is the right to be the tunnel with an id.
type Hold struct {
	dir, id string
	lock    *os.File
	// Stopped is closed when another process asks this one to end, where that is
	// not done by a signal.
	Stopped <-chan struct{}
}

// ErrRuns is wrapped by the error for an id that a process holds.
var ErrRuns = errors.New("it runs already")

// Take takes an id for this process.
func Take(dir, id string) (*Hold, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keep track of the tunnel %s: %w", id, err)
	}
	f, err := tryLock(filepath.Join(dir, id+".lock"))
	if err != nil {
		return nil, fmt.Errorf("keep track of the tunnel %s: %w", id, err)
	}
	h := &Hold{dir: dir, id: id, lock: f}
	if h.Stopped, err = stopRequests(os.Getpid()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return h, nil
}

// Write says what the tunnel is, and returns it with what the hold knows.
func (h *Hold) Write(t Tunnel) (Tunnel, error) {
	t.ID, t.PID, t.Log = h.id, os.Getpid(), LogFile(h.dir, h.id)
	data, err := json.Marshal(t)
	if err != nil {
		return t, err
	}
	return t, edit.Write(entry(h.dir, h.id), data)
}

// Release gives the id back: the tunnel is no more.
func (h *Hold) Release() error {
	err := os.Remove(entry(h.dir, h.id))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, h.lock.Close())
}

// List gives the tunnels that run, by their ids. Entries of processes that are
// gone are removed.
func List(dir string) ([]Tunnel, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var running []Tunnel
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".json")
		alive, err := held(dir, id)
		if err != nil {
			return nil, err
		}
		if !alive {
			continue
		}
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it ended meanwhile
		}
		var t Tunnel
		if err == nil {
			err = json.Unmarshal(data, &t)
		}
		if err != nil {
			return nil, fmt.Errorf("read the entry of the tunnel %s: %w", id, err)
		}
		running = append(running, t)
	}
	return running, nil
}

// held reports whether a process holds the id. The entry of one that nobody
// holds is removed.
func held(dir, id string) (bool, error) {
	f, err := tryLock(filepath.Join(dir, id+".lock"))
	switch {
	case errors.Is(err, ErrRuns):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("look whether the tunnel %s runs: %w", id, err)
	}
	err = os.Remove(entry(dir, id))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return false, errors.Join(err, f.Close())
}

// Stop asks a tunnel to end, and waits until it has: pause sleeps between the
// questions and returns false when there is no time left.
func Stop(dir string, t Tunnel, pause func() bool) error {
	// The number is that of the process as long as it holds the lock.
	if alive, err := held(dir, t.ID); err != nil || !alive {
		return err
	}
	if err := requestStop(t.PID); err != nil {
		return fmt.Errorf("stop the tunnel %s (pid %d): %w", t.ID, t.PID, err)
	}
	for {
		if alive, err := held(dir, t.ID); err != nil || !alive {
			return err
		}
		if !pause() {
			return fmt.Errorf("the tunnel %s (pid %d) does not end: see %s", t.ID, t.PID, t.Log)
		}
	}
}

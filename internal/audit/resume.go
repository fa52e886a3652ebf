package audit

import (
	"encoding/json"
	"os"
	"path/filepath"

	"safeguard/internal/edit"
)

func resumeFile(dir string, t target) string {
	return filepath.Join(dir, t.Account+"-"+t.Region+".json")
}

// keep writes what was read of a target, for a run that goes on from there.
func keep(dir string, part *reading) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	data, err := json.Marshal(part)
	if err != nil {
		return err
	}
	return edit.Write(resumeFile(dir, part.Target), data)
}

// resume is what an earlier run read of a target; nil if it did not, or
// was asked for something else.
func resume(dir, asked string, t target) *reading {
	if dir == "" {
		return nil
	}
	data, err := os.ReadFile(resumeFile(dir, t))
	if err != nil {
		return nil
	}
	part := newReading(t)
	if json.Unmarshal(data, part) != nil || part.Target != t || part.Asked != asked {
		return nil
	}
	return part
}

// forget deletes what was kept, after everything was read.
func forget(dir string, targets []target) {
	if dir == "" {
		return
	}
	for _, t := range targets {
		_ = os.Remove(resumeFile(dir, t)) // what is left is read anew if something else is asked
	}
	_ = os.Remove(dir) // unless there is something else in it
}

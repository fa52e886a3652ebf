package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"safeguard/internal/assessment"
	"safeguard/internal/history"
	"safeguard/internal/report"
)

// defaultHistory is where the history is kept unless a flag says otherwise.
const defaultHistory = ".safeguard/history.db"

// saveFlags are the flags of every command whose assessment can be kept.
type saveFlags struct {
	save    bool
	history string
}

func (f *saveFlags) register(fs *pflag.FlagSet) {
	fs.BoolVar(&f.save, "save", false, "keep the assessment in the history")
	registerHistory(fs, &f.history)
}

func registerHistory(fs *pflag.FlagSet, location *string) {
	fs.StringVar(location, "history", defaultHistory, "the history: a `FILE` for SQLite, or postgres://…")
}

// keep returns a handler that hands messages to h and, once flushed, keeps the
// assessment, if the flags ask for it. The stream waits in a file: the history
// is locked for a moment only, and an assessment that fails is not kept.
// discard must be called at the end.
func (f *saveFlags) keep(ctx context.Context, h assessment.Handler, stderr io.Writer) (kept assessment.Handler, discard func(), err error) {
	if !f.save {
		return h, func() {}, nil
	}
	file, err := os.CreateTemp("", "safeguard-*.jsonl")
	if err != nil {
		return nil, nil, fmt.Errorf("--save: %w", err)
	}
	k := &keeper{JSON: report.NewJSON(file), ctx: ctx, file: file, location: f.history, stderr: stderr}
	discard = func() {
		file.Close()
		os.Remove(file.Name())
	}
	return assessment.Tee(h, k), discard, nil
}

// A keeper writes a stream to a file, and from there into the history.
type keeper struct {
	*report.JSON
	ctx      context.Context
	file     *os.File
	location string
	stderr   io.Writer
}

func (k *keeper) Flush() error {
	if err := k.JSON.Flush(); err != nil {
		return fmt.Errorf("--save: %w", err)
	}
	if _, err := k.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("--save: %w", err)
	}
	return save(k.ctx, k.location, k.file, k.stderr)
}

// save keeps a stream in the history and tells what it changed.
func save(ctx context.Context, location string, stream io.Reader, stderr io.Writer) (err error) {
	store, err := history.Open(ctx, location)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	saved, err := store.Save(ctx, func(h assessment.Handler) error { return assessment.Read(stream, h) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stderr, "saved as assessment %d: %d problems new, %d fixed, %d reopened\n", saved.ID, saved.Opened, saved.Fixed, saved.Reopened)
	return err
}

// Package report renders an assessment: one Handler a format, one file each.
// No renderer decides what a run's exit code is.
package report

import (
	"bufio"
	"encoding/json"
	"io"

	"safeguard/internal/assessment"
)

// JSON writes the stream as JSON Lines, every message of it.
type JSON struct {
	w   *bufio.Writer
	enc *json.Encoder
}

// NewJSON returns a renderer that writes to w.
func NewJSON(w io.Writer) *JSON {
	bw := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(bw)
	enc.SetEscapeHTML(false)
	return &JSON{bw, enc}
}

// Config writes the message.
func (j *JSON) Config(m *assessment.Config) error {
	return j.enc.Encode(assessment.Message{Config: m})
}

// Progress writes the message.
func (j *JSON) Progress(m *assessment.Progress) error {
	return j.enc.Encode(assessment.Message{Progress: m})
}

// Diagnostic writes the message.
func (j *JSON) Diagnostic(m *assessment.Diagnostic) error {
	return j.enc.Encode(assessment.Message{Diagnostic: m})
}

// Result writes the message.
func (j *JSON) Result(m *assessment.Result) error {
	return j.enc.Encode(assessment.Message{Result: m})
}

// Summary writes the message.
func (j *JSON) Summary(m *assessment.Summary) error {
	return j.enc.Encode(assessment.Message{Summary: m})
}

// Flush writes what is still buffered.
func (j *JSON) Flush() error { return j.w.Flush() }

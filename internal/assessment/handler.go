package assessment

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// A Handler receives the messages of a stream in order. A handler that needs
// everything before it can write implements Flush() error too.
type Handler interface {
	Config(*Config) error
	Progress(*Progress) error
	Diagnostic(*Diagnostic) error
	Result(*Result) error
	Summary(*Summary) error
}

// Flush calls h's Flush method, if it has one.
func Flush(h Handler) error {
	if f, ok := h.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

// Send hands a message to the method of h that takes it.
func Send(h Handler, m Message) error {
	switch {
	case m.Config != nil:
		return h.Config(m.Config)
	case m.Progress != nil:
		return h.Progress(m.Progress)
	case m.Diagnostic != nil:
		return h.Diagnostic(m.Diagnostic)
	case m.Result != nil:
		return h.Result(m.Result)
	case m.Summary != nil:
		return h.Summary(m.Summary)
	}
	return nil
}

// Read replays a saved stream into h. The error for a bad stream names the line.
func Read(r io.Reader, h Handler) error {
	br := bufio.NewReaderSize(r, 1<<20)
	begun, closed, last := false, false, 0
	for line := 1; ; line++ {
		text, err := br.ReadBytes('\n')
		if len(text) > 1 || len(text) == 1 && text[0] != '\n' {
			var m Message
			if jerr := json.Unmarshal(text, &m); jerr != nil {
				if err != nil {
					return fmt.Errorf("line %d: the stream is cut off: %w", line, jerr)
				}
				return fmt.Errorf("line %d: not a message: %w", line, jerr)
			}
			if !begun && m.Config == nil {
				return fmt.Errorf("line %d: a stream begins with a config message", line)
			}
			begun = true
			if m == (Message{}) {
				return fmt.Errorf("line %d: unknown kind of message %s: use the version of safeguard that wrote it", line, kind(text))
			}
			if m.Config != nil && m.Config.Schema != Schema {
				return fmt.Errorf("line %d: schema %q is not %q: use the version of safeguard that wrote it", line, m.Config.Schema, Schema)
			}
			closed, last = m.Summary != nil, line
			if herr := Send(h, m); herr != nil {
				return herr
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	if !begun {
		return errors.New("line 1: there is no stream: it is empty")
	}
	if !closed {
		return fmt.Errorf("line %d: the stream is cut off: it has no summary", last)
	}
	return nil
}

// kind is the name of a message of no known kind.
func kind(text []byte) string {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(text, &m); err != nil || len(m) == 0 {
		return "{}"
	}
	return fmt.Sprintf("%q", slices.Sorted(maps.Keys(m))[0])
}

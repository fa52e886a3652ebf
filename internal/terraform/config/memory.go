package config

import (
	"bytes"
	"sync"
)

// A Memory holds files that were parsed. Its zero value is empty and ready to
// use, by several goroutines too.
type Memory struct {
	mu      sync.Mutex
	sources map[string]*source // by the path as shown
}

// recall returns the file at path if it was parsed from the same bytes.
func (m *Memory) recall(path string, src []byte) *source {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	s := m.sources[path]
	m.mu.Unlock()
	if s == nil || !bytes.Equal(s.file.Bytes, src) {
		return nil
	}
	return s
}

// keep remembers a file instead of what was known of its path.
func (m *Memory) keep(s *source) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sources == nil {
		m.sources = map[string]*source{}
	}
	m.sources[s.file.Path] = s
}

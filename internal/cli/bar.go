package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// A bar shows progress on a terminal once the work has taken a second.
type bar struct {
	w       io.Writer // nil: not on a terminal
	started time.Time

	mu    sync.Mutex
	shown bool
}

func newBar(w io.Writer, started time.Time) *bar {
	if _, ok := terminal(w, term.IsTerminal); !ok {
		w = nil
	}
	return &bar{w: w, started: started}
}

const barWidth = 30

// show draws the bar. It may be called from several goroutines.
func (b *bar) show(done, total int) {
	if b.w == nil || total == 0 || time.Since(b.started) < time.Second {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shown = true
	full := min(barWidth*done/total, barWidth)
	fmt.Fprintf(b.w, "\rjudging [%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), done, total)
}

// clear removes the bar.
func (b *bar) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown {
		fmt.Fprint(b.w, "\r\033[K")
	}
}

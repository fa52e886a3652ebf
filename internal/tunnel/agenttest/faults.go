package agenttest

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Faults are what a bad network does to frames of either direction: the share of
// frames, from 0 to 1, that it is done to.
type Faults struct {
	Drop      float64
	Duplicate float64
	Reorder   float64 // held back until the next frame has passed
	Corrupt   float64 // one byte of it is changed
	Delay     float64 // for up to MaxDelay, while others pass
	MaxDelay  time.Duration
}

type faults struct {
	mu   sync.Mutex
	rand *rand.Rand
	f    Faults
}

func (f *faults) seed(n uint64) { f.rand = rand.New(rand.NewPCG(n, n)) }

func (f *faults) set(to Faults) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.f = to
}

// A fate is what happens to one frame.
type fate struct {
	drop, duplicate, reorder bool
	corrupt                  int // index of the byte to change; -1: none
	delay                    time.Duration
}

func (f *faults) fate(size int) fate {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := fate{corrupt: -1}
	if f.f == (Faults{}) {
		return out
	}
	hit := func(p float64) bool { return p > 0 && f.rand.Float64() < p }
	out.drop, out.duplicate, out.reorder = hit(f.f.Drop), hit(f.f.Duplicate), hit(f.f.Reorder)
	if hit(f.f.Corrupt) {
		out.corrupt = f.rand.IntN(size)
	}
	if f.f.MaxDelay > 0 && hit(f.f.Delay) {
		out.delay = time.Duration(f.rand.Int64N(int64(f.f.MaxDelay)))
	}
	return out
}

// A lane is one direction of a session's frames, through the faults.
type lane struct {
	faults *faults
	pass   func(frame []byte)

	mu   sync.Mutex
	held []byte // back for being reordered
}

// send lets a frame pass, or not. The frame is not kept.
func (l *lane) send(frame []byte) {
	fate := l.faults.fate(len(frame))
	if fate.drop {
		return
	}
	if fate.corrupt >= 0 || fate.reorder || fate.delay > 0 {
		frame = append([]byte(nil), frame...)
	}
	if fate.corrupt >= 0 {
		frame[fate.corrupt] ^= 0x55
	}
	if fate.delay > 0 {
		time.AfterFunc(fate.delay, func() { l.pass(frame) })
		return
	}
	l.mu.Lock()
	held := l.held
	l.held = nil
	if fate.reorder && held == nil {
		l.held = frame
		l.mu.Unlock()
		return
	}
	l.mu.Unlock()
	l.pass(frame)
	if fate.duplicate {
		l.pass(frame)
	}
	if held != nil {
		l.pass(held)
	}
}

package eval

import "sync/atomic"

// kept holds what was found under a few names. Nothing is locked: two
// goroutines that look for the same at once may both find and keep it.
type kept[T any] struct{ last atomic.Pointer[keptItem[T]] }

type keptItem[T any] struct {
	name  string
	value T
	older *keptItem[T]
}

func (k *kept[T]) find(name string) (value T, ok bool) {
	for x := k.last.Load(); x != nil; x = x.older {
		if x.name == name {
			return x.value, true
		}
	}
	return value, false
}

func (k *kept[T]) keep(name string, value T) {
	x := &keptItem[T]{name: name, value: value}
	for {
		x.older = k.last.Load()
		if k.last.CompareAndSwap(x.older, x) {
			return
		}
	}
}

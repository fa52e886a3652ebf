package syntax

// An arena makes values that live as long as one another.
type arena[T any] struct {
	free []T
	made int
}

// make returns a new zero T.
func (a *arena[T]) make() *T {
	if len(a.free) == 0 {
		// Small files take little, large ones few allocations.
		a.free = make([]T, min(max(4, a.made), 64))
		a.made += len(a.free)
	}
	t := &a.free[0]
	a.free = a.free[1:]
	return t
}

package channel

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// pause waits before the next attempt to get a channel back, longer each time in
// a row. The error says that there is to be none.
func (f *forwarder) pause(ctx context.Context, session string, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(cause, ErrFatal) {
		return cause
	}
	if f.options.MaxRetries >= 0 && f.failures >= f.options.MaxRetries {
		return &GaveUpError{Attempts: f.failures, Cause: cause}
	}
	wait := backoff(f.failures, f.options.MinWait, f.options.MaxWait)
	f.failures++
	f.emit(Reconnecting{SessionID: session, Attempt: f.failures, Wait: wait, Cause: cause})
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// backoff doubles the wait with each failure, and leaves up to a quarter of it to
// chance, so that many clients of a service that was away do not come back at once.
func backoff(failures int, low, high time.Duration) time.Duration {
	wait := high
	if failures < 30 && low<<failures < high {
		wait = low << failures
	}
	return wait - rand.N(wait/4+1)
}

// A GaveUpError is the error of Forward when no retry was left.
type GaveUpError struct {
	Attempts int
	Cause    error // of the last failure
}

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("the channel was lost and %d attempts to get it back failed: %v", e.Attempts, e.Cause)
}

func (e *GaveUpError) Unwrap() error { return e.Cause }

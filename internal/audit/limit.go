package audit

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/time/rate"
)

// A Limit is how fast calls of one operation may follow one another in one
// account and region.
type Limit struct {
	PerSecond float64 // 0: as fast as they come
	Burst     int
}

// Limits are AWS's published limits. AWS publishes none for Config and
// Organizations: their calls are kept to a pace that is known to pass.
func Limits(service, operation string) Limit {
	switch {
	case service == "SecurityHub" && operation == "GetFindings":
		return Limit{3, 6}
	case service == "SecurityHub":
		return Limit{10, 30}
	case service == "Organizations":
		return Limit{5, 10}
	case service == "Config Service":
		return Limit{10, 20}
	}
	return Limit{}
}

// Retryer retries what AWS throttles, more slowly the more it throttles.
func Retryer() aws.Retryer {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, func(o *retry.StandardOptions) { o.MaxAttempts = 10 })
	})
}

// A limiter has a token bucket for each operation, account and region. Every
// attempt takes a token, so that retries keep the pace too.
type limiter struct {
	limit func(service, operation string) Limit

	mu      sync.Mutex
	buckets map[bucketKey]*rate.Limiter
}

type bucketKey struct{ service, operation, account, region string }

func newLimiter(limit func(service, operation string) Limit) *limiter {
	return &limiter{limit: limit, buckets: map[bucketKey]*rate.Limiter{}}
}

func (l *limiter) wait(ctx context.Context, key bucketKey) error {
	l.mu.Lock()
	b, ok := l.buckets[key]
	if !ok {
		if limit := l.limit(key.service, key.operation); limit.PerSecond > 0 {
			b = rate.NewLimiter(rate.Limit(limit.PerSecond), limit.Burst)
		}
		l.buckets[key] = b
	}
	l.mu.Unlock()
	if b == nil {
		return nil
	}
	return b.Wait(ctx)
}

func (l *limiter) middleware(account, region string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("safeguardLimit", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if err := l.wait(ctx, bucketKey{awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx), account, region}); err != nil {
				return middleware.FinalizeOutput{}, middleware.Metadata{}, err
			}
			return next.HandleFinalize(ctx, in)
		}), "Retry", middleware.After)
	}
}

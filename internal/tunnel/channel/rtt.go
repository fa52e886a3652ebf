package channel

import "time"

// How long to wait for an acknowledgement before a message is sent again:
// Jacobson's estimate, with the constants of AWS's client and agent.
const (
	firstRTO    = 200 * time.Millisecond
	minRTO      = 100 * time.Millisecond // they look every 100 ms
	maxRTO      = time.Second
	firstRTT    = 100 * time.Millisecond
	granularity = 10 * time.Millisecond
)

// An rtt estimates the round-trip time.
type rtt struct {
	smoothed, variation time.Duration
	rto                 time.Duration
}

func newRTT() rtt { return rtt{smoothed: firstRTT, rto: firstRTO} }

// sample takes the round-trip time of a message that was sent once.
func (r *rtt) sample(d time.Duration) {
	r.variation += ((r.smoothed - d).Abs() - r.variation) / 4
	r.smoothed += (d - r.smoothed) / 8
	r.rto = min(max(r.smoothed+max(granularity, 4*r.variation), minRTO), maxRTO)
}

// backOff waits longer after a timeout, until the next sample.
func (r *rtt) backOff() { r.rto = min(2*r.rto, maxRTO) }

package main

import (
	"sync"
	"time"
)

// breaker keeps calls away from an upstream that fails.
//
//   - closed: calls pass; so many failures in a row open it.
//   - open: no call passes, until the cooldown is over.
//   - half-open: one call passes, the probe; its success closes the breaker, its
//     failure opens it again.
type breaker struct {
	max      int           // failures in a row that open it
	cooldown time.Duration // how long it stays open

	mu       sync.Mutex // guards all below
	failures int        // in a row
	openTill time.Time  // zero while it is closed
	probing  bool       // the probe is under way
	round    int        // rises whenever the breaker opens or closes
}

// outcome is how a call ended.
type outcome int

const (
	succeeded outcome = iota
	failed
	abandoned // the caller left: it says nothing of the upstream
)

// allow reports whether a call may be made, or after which time to ask again. A call
// that was allowed must say by done how it ended.
func (b *breaker) allow() (done func(outcome), wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.openTill.IsZero() {
		if wait := time.Until(b.openTill); wait > 0 || b.probing {
			return nil, max(wait, 0)
		}
		b.probing = true
	}
	round := b.round
	return func(o outcome) { b.ended(round, o) }, 0
}

// ended counts a call, unless the breaker has opened or closed since it began.
func (b *breaker) ended(round int, o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if round != b.round {
		return
	}
	probe := b.probing
	b.probing = false
	switch {
	case o == succeeded && probe:
		b.openTill = time.Time{}
		b.round++
		b.failures = 0
	case o == succeeded:
		b.failures = 0
	case o == failed:
		b.failures++
		if probe || b.failures >= b.max {
			b.openTill = time.Now().Add(b.cooldown)
			b.round++
		}
	}
}

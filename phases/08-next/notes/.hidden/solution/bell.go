package main

import "sync"

// bell wakes all who wait for it. The zero bell is ready to use.
type bell struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next ring; nil if nobody waits
}

// heard returns a channel that is closed when the bell rings next.
func (b *bell) heard() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}

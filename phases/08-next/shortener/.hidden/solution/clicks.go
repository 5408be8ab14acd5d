package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// clicks counts in memory, and writes what it has counted from time to time.
type clicks struct {
	store *store

	// flushing is held for writing while clicks are on their way from pending to the
	// database, so that who reads both counts none twice and misses none.
	flushing sync.RWMutex

	mu      sync.Mutex      // guards pending; held for a moment only
	pending map[int64]int64 // by the link's id, not its code: a code may be given to another link

	stop, stopped chan struct{}
}

// countClicks begins to count. It writes every so often until it is closed.
func countClicks(s *store, every time.Duration) *clicks {
	k := &clicks{store: s, pending: map[int64]int64{}, stop: make(chan struct{}), stopped: make(chan struct{})}
	go k.run(every)
	return k
}

func (k *clicks) run(every time.Duration) {
	defer close(k.stopped)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := k.flush(); err != nil {
				fmt.Fprintln(os.Stderr, "shortener: write clicks:", err) // they stay pending
			}
		case <-k.stop:
			return
		}
	}
}

// close ends the counting and writes what is left.
func (k *clicks) close() error {
	close(k.stop)
	<-k.stopped
	return k.flush()
}

// add counts one click.
func (k *clicks) add(id int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending[id]++
}

// counted reads a link with all its clicks, the pending ones too.
func (k *clicks) counted(ctx context.Context, code string) (link, error) {
	k.flushing.RLock()
	defer k.flushing.RUnlock()
	l, err := k.store.get(ctx, code)
	if err != nil {
		return l, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	l.Clicks += k.pending[l.ID]
	return l, nil
}

// flush writes what is pending. What it cannot write stays pending.
func (k *clicks) flush() error {
	k.flushing.Lock()
	defer k.flushing.Unlock()
	k.mu.Lock()
	taken := k.pending
	k.pending = map[int64]int64{}
	k.mu.Unlock()
	if len(taken) == 0 {
		return nil
	}
	err := k.store.addClicks(context.Background(), taken)
	if err != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		for id, n := range taken {
			k.pending[id] += n
		}
	}
	return err
}

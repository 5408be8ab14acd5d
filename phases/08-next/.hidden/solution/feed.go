package main

import (
	"context"
	"encoding/json"
	"sync"
)

// event is one change of an article, as the listeners of the feed hear of it.
type event struct {
	Type    string   `json:"type"` // created, updated or deleted
	ID      int      `json:"id"`
	Article *Article `json:"article,omitempty"` // as it is now; nil if it is deleted
}

// feed passes events on to its listeners. It never waits for one: who is too slow
// is dropped, so that nobody else is late.
type feed struct {
	buffer  int            // events that may wait for one listener
	running sync.WaitGroup // the listeners' goroutines

	mu        sync.Mutex // guards all below
	closed    bool
	listeners map[*listener]bool
}

// listener is one WebSocket.
type listener struct {
	events  chan []byte // closed when the feed closes
	dropped context.Context
	drop    context.CancelFunc
}

func newFeed(buffer int) *feed {
	return &feed{buffer: buffer, listeners: map[*listener]bool{}}
}

// publish hands an event to every listener, and drops those who have no room for it.
func (f *feed) publish(e event) {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // an event holds nothing that JSON does not know
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for l := range f.listeners {
		select {
		case l.events <- data:
		default:
			delete(f.listeners, l)
			l.drop()
		}
	}
}

// join adds a listener, or returns nil once the feed is closed. Who joins must leave.
func (f *feed) join() *listener {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	l := &listener{events: make(chan []byte, f.buffer)}
	l.dropped, l.drop = context.WithCancel(context.Background())
	f.listeners[l] = true
	f.running.Add(1)
	return l
}

// leave takes a listener out.
func (f *feed) leave(l *listener) {
	f.mu.Lock()
	delete(f.listeners, l)
	f.mu.Unlock()
	l.drop()
	f.running.Done()
}

// close says goodbye to all listeners, and waits until they are gone or ctx is over.
func (f *feed) close(ctx context.Context) {
	f.mu.Lock()
	f.closed = true
	for l := range f.listeners {
		delete(f.listeners, l)
		close(l.events)
	}
	f.mu.Unlock()
	gone := make(chan struct{})
	go func() { f.running.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

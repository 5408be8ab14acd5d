package main

import (
	"context"
	"math"
	"sync"
)

// pageSize is how much of the history is read at once.
const pageSize = 200

// noHistory is the id after which nothing was said: one hears only what comes.
const noHistory = math.MaxInt64

// room is where some people hear each other.
type room struct {
	hub   *hub
	name  string
	users int // guarded by hub.mu

	mu        sync.Mutex // guards all below, and the order of messages
	names     map[string]bool
	listeners map[*listener]bool
}

// listener is one client that hears a room.
type listener struct {
	name     string // "" if it only listens
	room     *room
	events   chan frame
	admitted bool            // guarded by room.mu
	dropped  context.Context // over when it has to go
	drop     context.CancelFunc
}

// reserve takes a name, and reports whether it was free.
func (r *room) reserve(name string) bool {
	if name == "" {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.names[name] {
		return false
	}
	r.names[name] = true
	return true
}

// admit hands write what was said after that id, and then lets l hear the room, without a
// gap: the last look at the history and the beginning of listening are one step. What is
// left to write when that step is done it returns.
func (r *room) admit(ctx context.Context, l *listener, after int64, write func(frame) error) ([]message, error) {
	for { // the bulk, while others talk
		page, err := r.hub.store.since(ctx, r.name, after, pageSize)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			if err := write(m.frame()); err != nil {
				return nil, err
			}
			after = m.ID
		}
		if len(page) < pageSize {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	rest, err := r.hub.store.since(ctx, r.name, after, -1) // -1: no limit
	if err != nil {
		return nil, err
	}
	r.listeners[l], l.admitted = true, true
	if l.name != "" {
		r.tell(presence("joined", l.name))
	}
	return rest, nil
}

// remove takes a listener out of the room; its name is free from then on.
func (r *room) remove(l *listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.listeners, l)
	if l.name == "" {
		return
	}
	delete(r.names, l.name)
	if l.admitted { // who never came does not leave
		r.tell(presence("left", l.name))
	}
}

// say stores a message and then tells it, in one step: so all hear messages in the order
// of their ids, and what was heard is stored.
func (r *room) say(ctx context.Context, from, text string) (message, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, err := r.hub.store.add(ctx, r.name, from, text)
	if err != nil {
		return message{}, err
	}
	r.tell(m.frame())
	return m, nil
}

// tell hands an event to all listeners. It waits for nobody: who has no room for it
// is dropped. Its callers hold r.mu.
func (r *room) tell(f frame) {
	for l := range r.listeners {
		if !l.offer(f) {
			delete(r.listeners, l)
		}
	}
}

// offer hands an event to one listener, which is dropped if it has no room.
func (l *listener) offer(f frame) bool {
	select {
	case l.events <- f:
		return true
	default:
		l.drop()
		return false
	}
}

package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

var (
	errTaken    = errors.New("somebody in the room has this name")
	errStopping = errors.New("the program is stopping")
)

// hub holds the rooms in which somebody is.
type hub struct {
	store        *store
	buffer       int           // events that may wait for one client
	maxMessage   int64         // in bytes
	pingInterval time.Duration // between two pings

	stopping chan struct{}  // closed when all have to go
	running  sync.WaitGroup // one for each listener

	mu    sync.Mutex // guards rooms, and users of each
	rooms map[string]*room
}

func newHub(cfg Config, s *store) *hub {
	return &hub{store: s, buffer: cfg.Buffer, maxMessage: cfg.MaxMessage, pingInterval: cfg.PingInterval,
		stopping: make(chan struct{}), rooms: map[string]*room{}}
}

// enter returns the room of that name. Who enters must exit: a room that nobody uses
// is forgotten, or names that somebody makes up would fill the memory.
func (h *hub) enter(name string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[name]
	if r == nil {
		r = &room{hub: h, name: name, names: map[string]bool{}, listeners: map[*listener]bool{}}
		h.rooms[name] = r
	}
	r.users++
	return r
}

func (h *hub) exit(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.users--; r.users == 0 {
		delete(h.rooms, r.name)
	}
}

// join makes a listener, and reserves its name in the room: "" for one that only
// listens. It hears nothing before admit. Who joins must leave.
func (h *hub) join(roomName, name string) (*listener, error) {
	h.mu.Lock()
	select {
	case <-h.stopping:
		h.mu.Unlock()
		return nil, errStopping
	default:
	}
	h.running.Add(1)
	h.mu.Unlock()

	l := &listener{name: name, room: h.enter(roomName), events: make(chan frame, h.buffer)}
	l.dropped, l.drop = context.WithCancel(context.Background())
	if !l.room.reserve(name) {
		h.exit(l.room)
		h.running.Done()
		return nil, errTaken
	}
	return l, nil
}

// leave takes a listener out, and tells those who stay.
func (h *hub) leave(l *listener) {
	l.drop()
	l.room.remove(l)
	h.exit(l.room)
	h.running.Done()
}

// members are the names of those in a room, sorted.
func (h *hub) members(roomName string) []string {
	r := h.enter(roomName)
	defer h.exit(r)
	r.mu.Lock()
	defer r.mu.Unlock()
	names := make([]string, 0, len(r.names))
	for name := range r.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// close tells all listeners to go, and waits until they have or ctx is over.
func (h *hub) close(ctx context.Context) {
	h.mu.Lock()
	close(h.stopping)
	h.mu.Unlock()
	gone := make(chan struct{})
	go func() { h.running.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

package main

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// readTimeout bounds a read that several clients may wait for.
const readTimeout = 30 * time.Second

// cache keeps the links that were asked for last, in front of read.
type cache struct {
	size int
	read func(ctx context.Context, code string) (link, error)

	mu      sync.Mutex               // guards what follows; nobody reads while it is held
	recent  *list.List               // of links; in front the one that was used last
	places  map[string]*list.Element // where in recent a code is
	flights map[string]*flight       // reads under way
}

// flight is one read, for all who wait for its code.
type flight struct {
	done chan struct{} // closed when link and err are there
	link link
	err  error
}

func newCache(size int, read func(context.Context, string) (link, error)) *cache {
	return &cache{size: size, read: read, recent: list.New(), places: map[string]*list.Element{}, flights: map[string]*flight{}}
}

// get returns a link. Of many who ask for one that is not in the cache one read serves all.
func (c *cache) get(ctx context.Context, code string) (link, error) {
	l, f := c.look(ctx, code)
	if f == nil {
		return l, nil
	}
	select {
	case <-f.done:
		return f.link, f.err
	case <-ctx.Done():
		return link{}, ctx.Err()
	}
}

// look finds a link in the cache, or the flight that brings it.
func (c *cache) look(ctx context.Context, code string) (link, *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if place, ok := c.places[code]; ok {
		c.recent.MoveToFront(place)
		return place.Value.(link), nil
	}
	f, ok := c.flights[code]
	if !ok {
		f = &flight{done: make(chan struct{})}
		c.flights[code] = f
		go c.fly(context.WithoutCancel(ctx), code, f) // the client who came first may leave, others wait
	}
	return link{}, f
}

// fly reads, and keeps what it found unless that was forgotten meanwhile.
func (c *cache) fly(ctx context.Context, code string, f *flight) {
	defer close(f.done)
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	f.link, f.err = c.read(ctx, code)

	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flights[code] != f {
		return
	}
	delete(c.flights, code)
	if f.err != nil { // what is not there takes no place
		return
	}
	c.places[code] = c.recent.PushFront(f.link)
	if c.recent.Len() > c.size {
		oldest := c.recent.Remove(c.recent.Back()).(link)
		delete(c.places, oldest.Code)
	}
}

// forget is called when a code has changed in the database: who asks from now on
// reads anew, and a read that began before is not kept.
func (c *cache) forget(code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, code)
	if place, ok := c.places[code]; ok {
		c.recent.Remove(place)
		delete(c.places, code)
	}
}

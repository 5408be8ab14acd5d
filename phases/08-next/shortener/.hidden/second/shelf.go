package main

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// shelf is a cache in which every entry knows when it was used last.
type shelf struct {
	room  int
	fetch func(context.Context, string) (*target, error)
	group singleflight.Group

	sync.Mutex
	kept  map[string]*kept
	clock uint64 // counts uses
	turn  uint64 // counts changes of the database
}

type kept struct {
	target *target
	used   uint64
}

func newShelf(room int, fetch func(context.Context, string) (*target, error)) *shelf {
	return &shelf{room: room, fetch: fetch, kept: map[string]*kept{}}
}

// take returns nil for what is not there.
func (s *shelf) take(ctx context.Context, short string) (*target, error) {
	s.Lock()
	if k := s.kept[short]; k != nil {
		s.clock++
		k.used = s.clock
		s.Unlock()
		return k.target, nil
	}
	turn := s.turn
	coming := s.group.DoChan(short, func() (any, error) {
		t, err := s.fetch(context.WithoutCancel(ctx), short)
		if err == nil && t != nil {
			s.keep(t, turn)
		}
		return t, err
	})
	s.Unlock()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-coming:
		t, _ := got.Val.(*target)
		return t, got.Err
	}
}

// keep keeps what was read in a turn, unless another turn has begun.
func (s *shelf) keep(t *target, turn uint64) {
	s.Lock()
	defer s.Unlock()
	if turn != s.turn {
		return
	}
	s.clock++
	s.kept[t.short] = &kept{t, s.clock}
	if len(s.kept) <= s.room {
		return
	}
	oldest := t.short
	for short, k := range s.kept {
		if k.used < s.kept[oldest].used {
			oldest = short
		}
	}
	delete(s.kept, oldest)
}

// changed is told after the database has changed.
func (s *shelf) changed(short string) {
	s.Lock()
	defer s.Unlock()
	s.turn++
	s.group.Forget(short)
	delete(s.kept, short)
}

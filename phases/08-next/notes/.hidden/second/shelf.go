package main

import (
	"sync"
	"time"
)

// shelf holds all notes in memory. What changes them goes through the journal first.
type shelf struct {
	mu      sync.RWMutex // guards all below
	journal *journal
	notes   map[int64]*note
	order   []int64 // the ids that there are, rising
	lastID  int64
	number  int64 // of the last event
	heard   map[string][]hint
	waiting map[chan struct{}]string // who waits for changes
}

type note struct {
	id       int64
	owner    string
	versions []version
	roles    map[string]string // of all but the owner
}

type version struct {
	content
	by string
	at time.Time
}

// hint tells a user that an event was about a note.
type hint struct{ number, note int64 }

func newShelf(j *journal) (*shelf, error) {
	s := &shelf{journal: j, notes: map[int64]*note{}, heard: map[string][]hint{}, waiting: map[chan struct{}]string{}}
	return s, j.replay(s.apply)
}

// happen makes an event happen. The caller holds the lock and has asked all questions.
func (s *shelf) happen(e event) error {
	if err := s.journal.add(s.number+1, e); err != nil {
		return err
	}
	s.apply(s.number+1, e)
	return nil
}

func (s *shelf) apply(number int64, e event) {
	s.number = number
	n := s.notes[e.Note]
	if n == nil {
		n = &note{id: e.Note, owner: e.By, roles: map[string]string{}}
		s.notes[n.id], s.lastID = n, n.id
		s.order = append(s.order, n.id)
	}
	switch {
	case e.Share != nil:
		if e.Share.Role == "" {
			delete(n.roles, e.Share.User)
		} else {
			n.roles[e.Share.User] = e.Share.Role
		}
		s.hint(e.Share.User, n.id)
		return
	case e.Write != nil:
		n.versions = append(n.versions, version{*e.Write, e.By, e.At})
	case e.Gone:
		delete(s.notes, n.id)
		s.forget(n.id)
	}
	s.hint(n.owner, n.id)
	for user := range n.roles {
		s.hint(user, n.id)
	}
}

func (s *shelf) forget(id int64) {
	for i := range s.order {
		if s.order[i] == id {
			s.order = append(s.order[:i], s.order[i+1:]...)
			return
		}
	}
}

// hint remembers for a user that something happened, and wakes them.
func (s *shelf) hint(user string, id int64) {
	s.heard[user] = append(s.heard[user], hint{s.number, id})
	for wake, who := range s.waiting {
		if who == user {
			select {
			case wake <- struct{}{}:
			default: // it has been woken already
			}
		}
	}
}

// role is what a user may do with the note, or "".
func (n *note) role(user string) string {
	if n.owner == user {
		return "owner"
	}
	return n.roles[user]
}

// find finds a note that the user may read. The caller holds the lock.
func (s *shelf) find(user string, id int64) (*note, error) {
	if n := s.notes[id]; n != nil && n.role(user) != "" {
		return n, nil
	}
	return nil, fail(404, "there is no such note")
}

package main

import (
	"encoding/json"
	"slices"
	"sync"
)

// room is an actor: its goroutine runs one function after the other, and only they
// touch what is below work. A room lives as long as the program.
type room struct {
	work    chan func()
	name    string
	archive *archive
	last    int64 // -1: not asked yet
	present []string
	ears    []*ear
}

// ear is a queue with bounds, for one client.
type ear struct {
	news chan struct{} // a token: look into the queue
	full chan struct{} // closed when there was no place

	mu    sync.Mutex
	queue []item
	limit int
}

type item struct {
	seq  int64 // 0: no message
	text []byte
}

func newRoom(name string, a *archive) *room {
	r := &room{work: make(chan func()), name: name, archive: a, last: -1}
	go func() {
		for f := range r.work {
			f()
		}
	}()
	return r
}

// do runs a function in the room's goroutine and waits for it.
func (r *room) do(f func()) {
	done := make(chan struct{})
	r.work <- func() { defer close(done); f() }
	<-done
}

func newEar(limit int) *ear {
	return &ear{limit: limit, news: make(chan struct{}, 1), full: make(chan struct{})}
}

// put adds to the queue, or reports that there is no place.
func (e *ear) put(i item) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.queue) >= e.limit {
		return false
	}
	e.queue = append(e.queue, i)
	select {
	case e.news <- struct{}{}:
	default:
	}
	return true
}

// next takes the first of the queue.
func (e *ear) next() (item, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.queue) == 0 {
		return item{}, false
	}
	i := e.queue[0]
	e.queue = e.queue[1:]
	return i, true
}

// claim takes a name before its owner comes.
func (r *room) claim(name string) (ok bool) {
	r.do(func() {
		if ok = name == "" || !slices.Contains(r.present, name); ok && name != "" {
			r.present = append(r.present, name)
		}
	})
	return ok
}

func (r *room) unclaim(name string) {
	r.do(func() { r.forget(name) })
}

func (r *room) forget(name string) {
	r.present = slices.DeleteFunc(r.present, func(n string) bool { return n == name })
}

// enter adds an ear, and announces its name.
func (r *room) enter(e *ear, name string) {
	r.do(func() {
		r.ears = append(r.ears, e)
		if name != "" {
			r.spread(item{text: toJSON(map[string]any{"type": "joined", "name": name})})
		}
	})
}

func (r *room) exit(e *ear, name string) {
	r.do(func() {
		r.ears = slices.DeleteFunc(r.ears, func(x *ear) bool { return x == e })
		if name != "" {
			r.forget(name)
			r.spread(item{text: toJSON(map[string]any{"type": "left", "name": name})})
		}
	})
}

// speak numbers, stores and spreads a message.
func (r *room) speak(from, text string) (l line, err error) {
	r.do(func() {
		if r.last < 0 {
			if r.last, err = r.archive.last(r.name); err != nil {
				r.last = -1
				return
			}
		}
		l = line{Type: "message", ID: r.last + 1, From: from, Text: text, At: now()}
		if err = r.archive.keep(r.name, l); err != nil {
			return
		}
		r.last++
		r.spread(item{l.ID, toJSON(l)})
	})
	return l, err
}

// spread is for the room's goroutine only.
func (r *room) spread(i item) {
	var stay []*ear
	for _, e := range r.ears {
		if e.put(i) {
			stay = append(stay, e)
		} else {
			close(e.full) // once: it does not stay
		}
	}
	r.ears = stay
}

func (r *room) names() []string {
	all := []string{}
	r.do(func() { all = append(all, r.present...) })
	slices.Sort(all)
	return all
}

func toJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

package main

import (
	"sort"
	"time"

	"github.com/labstack/echo/v4"
)

func (a *api) changes(c echo.Context) error {
	since, err := place(c, "since", "c", 0)
	if err != nil {
		return err
	}
	var wait time.Duration
	if text := c.QueryParam("wait"); text != "" {
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > 30*time.Second {
			return fail(400, "wait is a duration from 0s to 30s")
		}
	}
	user := userOf(c)
	wake := make(chan struct{}, 1)
	list, next := a.shelf.newsFor(user, since, wake)
	defer a.shelf.leave(wake)
	if len(list) == 0 && wait > 0 {
		select {
		case <-wake: // it is ours: something has happened for this user
			list, next = a.shelf.newsFor(user, since, nil)
		case <-time.After(wait):
		case <-a.closing:
		case <-c.Request().Context().Done():
		}
	}
	return c.JSON(200, map[string]any{"next": next, "changes": list})
}

// newsFor tells a user what happened behind an event, and counts who waits among the
// waiting, in one step: nothing happens between the two.
func (s *shelf) newsFor(user string, since int64, wake chan struct{}) ([]map[string]any, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hints := s.heard[user]
	first := sort.Search(len(hints), func(i int) bool { return hints[i].number > since })
	list := []map[string]any{}
	for _, h := range hints[first:] {
		if n, err := s.find(user, h.note); err == nil {
			list = append(list, map[string]any{"id": h.note, "note": n.view(user)})
		} else {
			list = append(list, map[string]any{"id": h.note, "gone": true})
		}
	}
	if wake != nil {
		s.waiting[wake] = user
	}
	return list, cursorTo("c", max(since, s.number))
}

func (s *shelf) leave(wake chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, wake)
}

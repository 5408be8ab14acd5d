package main

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it. Its routes are
// there with DEBUG=1 only.

// addDebug adds the routes below /debug to an app that uses the store.
func addDebug(e *echo.Echo, cfg Config, store Store) {
	if !cfg.Debug {
		return
	}
	e.GET("/debug/goroutines", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]int{"goroutines": runtime.NumGoroutine()})
	})
	e.GET("/debug/shout", func(c echo.Context) error { return shout(c, store) })
	e.POST("/debug/actors", startActors)
	e.POST("/debug/replaces", func(c echo.Context) error { return replaces(c, store) })
}

// shout writes all articles in capitals, as a careless caller of a Store might: into
// what List and Get returned.
func shout(c echo.Context, store Store) error {
	ctx := c.Request().Context()
	all, err := store.List(ctx)
	if err != nil {
		return err
	}
	loud := []Article{}
	for i := range all {
		one, err := store.Get(ctx, all[i].ID)
		if err != nil {
			return err
		}
		for _, a := range []*Article{&all[i], &one} {
			a.Title = strings.ToUpper(a.Title)
			for j := range a.Tags {
				a.Tags[j] = strings.ToUpper(a.Tags[j])
			}
		}
		loud = append(loud, one)
	}
	return c.JSON(http.StatusOK, map[string]any{"items": loud})
}

// startActors makes 50 actors, calls each once, and closes them.
func startActors(c echo.Context) error {
	for range 50 {
		a := newActor(newMemory(nil), 4)
		if _, err := a.Create(c.Request().Context(), ArticleInput{Title: "x", Tags: []string{}}); err != nil {
			return err
		}
		a.Close()
	}
	return c.NoContent(http.StatusNoContent)
}

// replaces makes an article. Then, 2000 times, eight callers of Replace at once name
// the version that it has; bad counts the rounds that had not exactly one winner.
func replaces(c echo.Context, store Store) error {
	const rounds, callers = 2000, 8
	ctx := c.Request().Context()
	in := ArticleInput{Title: "x", Tags: make([]string, 2000)} // so many that Get takes a while
	a, err := store.Create(ctx, in)
	if err != nil {
		return err
	}
	bad := 0
	for range rounds {
		if a, err = store.Get(ctx, a.ID); err != nil {
			return err
		}
		var winners atomic.Int64
		var all sync.WaitGroup
		gate := make(chan struct{})
		for range callers {
			all.Go(func() {
				<-gate
				if _, err := store.Replace(ctx, a.ID, a.Version, in); err == nil {
					winners.Add(1)
				}
			})
		}
		close(gate)
		all.Wait()
		if winners.Load() != 1 {
			bad++
		}
	}
	return c.JSON(http.StatusOK, map[string]int{"rounds": rounds, "bad": bad})
}

// slowed makes List, Get and Create of a store take d.
func slowed(s Store, d time.Duration) Store {
	if d <= 0 {
		return s
	}
	return slowStore{s, d}
}

type slowStore struct {
	Store
	delay time.Duration
}

func (s slowStore) List(ctx context.Context) ([]Article, error) {
	defer time.Sleep(s.delay) // what is returned is as old as the delay
	return s.Store.List(ctx)
}

func (s slowStore) Get(ctx context.Context, id int) (Article, error) {
	defer time.Sleep(s.delay)
	return s.Store.Get(ctx, id)
}

func (s slowStore) Create(ctx context.Context, in ArticleInput) (Article, error) {
	defer time.Sleep(s.delay)
	return s.Store.Create(ctx, in)
}

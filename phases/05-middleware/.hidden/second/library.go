package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// article is what clients see of an article.
type article struct {
	Version int       `json:"version"`
	Title   string    `json:"title"`
	Tags    []string  `json:"tags"`
	Body    string    `json:"body"`
	ID      int       `json:"id"`
	Updated time.Time `json:"updated_at"`
	Created time.Time `json:"created_at"`

	views int
}

func (a *article) etag() string { return `"` + strconv.Itoa(a.Version) + `"` }

// library keeps the articles in the order of their ids. All handlers hold its lock.
type library struct {
	mu      sync.Mutex
	shelf   []*article
	next    int
	maxBody int64
}

func newLibrary(seed string, maxBody int64) (*library, error) {
	l := &library{next: 1, maxBody: maxBody}
	if err := json.Unmarshal([]byte(seed), &l.shelf); err != nil {
		return nil, fmt.Errorf("SEED: %w", err)
	}
	now := time.Now().UTC()
	for _, a := range l.shelf {
		a.Version, a.Created, a.Updated = 1, now, now
		a.Tags = append([]string{}, a.Tags...)
		l.next = max(l.next, a.ID+1)
	}
	slices.SortFunc(l.shelf, func(a, b *article) int { return a.ID - b.ID })
	return l, nil
}

func (l *library) routes(g *echo.Group) {
	locked := func(h echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			l.mu.Lock()
			defer l.mu.Unlock()
			return h(c)
		}
	}
	g.GET("/articles", locked(l.list))
	g.POST("/articles", l.create) // reads the body before it locks
	g.GET("/articles/latest", locked(l.latest))
	g.GET("/articles/:key", locked(l.one(l.show)))
	g.PUT("/articles/:key", l.replace)
	g.DELETE("/articles/:key", locked(l.one(l.remove)))
	g.GET("/articles/:key/views", locked(l.one(func(c echo.Context, i int) error {
		return c.JSON(http.StatusOK, map[string]int{"views": l.shelf[i].views})
	})))
	g.POST("/articles/:key/views", locked(l.one(func(c echo.Context, i int) error {
		l.shelf[i].views++
		return c.NoContent(http.StatusNoContent)
	})))
}

// one finds the article that the path names.
func (l *library) one(h func(echo.Context, int) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := strconv.ParseUint(c.Param("key"), 10, 31)
		if err != nil || id == 0 {
			return c.JSON(http.StatusBadRequest, map[string]string{"error": "bad id"})
		}
		i := slices.IndexFunc(l.shelf, func(a *article) bool { return a.ID == int(id) })
		if i < 0 {
			return c.JSON(http.StatusNotFound, map[string]string{"error": "gone"})
		}
		return h(c, i)
	}
}

func (l *library) show(c echo.Context, i int) error {
	a := l.shelf[i]
	c.Response().Header().Set("ETag", a.etag())
	for _, tag := range strings.Split(c.Request().Header.Get("If-None-Match"), ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == "*" || tag == a.etag() {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return c.JSON(http.StatusOK, a)
}

func (l *library) latest(c echo.Context) error {
	if len(l.shelf) == 0 {
		return echo.ErrNotFound
	}
	return c.JSON(http.StatusOK, l.shelf[len(l.shelf)-1])
}

func (l *library) remove(c echo.Context, i int) error {
	l.shelf = slices.Delete(l.shelf, i, i+1)
	return c.NoContent(http.StatusNoContent)
}

func (l *library) create(c echo.Context) error {
	in, err := read(c, l.maxBody)
	if in == nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now().UTC()
	a := &article{ID: l.next, Title: in.Title, Body: in.Body, Tags: in.Tags, Version: 1, Created: now, Updated: now}
	l.next++
	l.shelf = append(l.shelf, a)
	return c.JSON(http.StatusCreated, a)
}

func (l *library) replace(c echo.Context) error {
	in, err := read(c, l.maxBody)
	if in == nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.one(func(c echo.Context, i int) error {
		a := l.shelf[i]
		if want := c.Request().Header.Get("If-Match"); want != "" && want != "*" && want != a.etag() {
			return c.JSON(http.StatusPreconditionFailed, map[string]string{"error": "stale"})
		}
		a.Title, a.Body, a.Tags, a.Updated = in.Title, in.Body, in.Tags, time.Now().UTC()
		a.Version++
		return c.JSON(http.StatusOK, a)
	})(c)
}

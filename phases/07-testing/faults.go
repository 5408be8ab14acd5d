package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it. Its routes are
// there with DEBUG=1 only; each fails in a way of its own.

// addFaults adds the routes below /debug.
func addFaults(e *echo.Echo, cfg Config) {
	if !cfg.Debug {
		return
	}
	e.GET("/debug/errors/:kind", fault)
	e.GET("/debug/panic", func(c echo.Context) error { panic("the secret is " + c.QueryParam("cause")) })
	e.GET("/debug/late", func(c echo.Context) error {
		if status := faultNumber(c, "status", 200, 599, 0); status != 0 {
			c.NoContent(status)
		} else {
			c.String(http.StatusOK, "all is "+c.QueryParam("word"))
		}
		return errors.New("too late: " + c.QueryParam("cause"))
	})
	e.GET("/debug/slow", func(c echo.Context) error {
		if err := slowQuery(c.Request().Context(), faultDuration(c, "for", 10*time.Second)); err != nil {
			return fmt.Errorf("read the articles: %w", err)
		}
		return c.NoContent(http.StatusNoContent)
	})
	e.GET("/debug/stats", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]int64{"running": running.Load()})
	})
}

// fault returns the error of a kind, wrapped twice or as often as layers says, as it
// would come out of the depth of a larger program.
func fault(c echo.Context) error {
	var err error
	switch kind := c.Param("kind"); kind {
	case "notfound":
		err = ErrNotFound
	case "conflict":
		err = ErrConflict
	case "stale":
		err = ErrStale
	case "invalid":
		err = &ValidationError{Fields: []FieldError{{Pointer: "#/title", Detail: "is missing"}}}
	case "timeout":
		err = context.DeadlineExceeded
	case "echo-404":
		err = echo.ErrNotFound
	case "echo":
		err = echo.NewHTTPError(faultNumber(c, "status", 400, 599, http.StatusTeapot))
	default:
		err = errors.New("the disk says " + c.QueryParam("cause"))
	}
	for layer := range faultNumber(c, "layers", 1, 5, 2) {
		err = fmt.Errorf("layer %d: %w", layer+1, err)
	}
	return err
}

// faultNumber reads a number of the query that is from least to most, or is otherwise.
func faultNumber(c echo.Context, name string, least, most, otherwise int) int {
	n, err := strconv.Atoi(c.QueryParam(name))
	if err != nil || n < least || n > most {
		return otherwise
	}
	return n
}

// faultDuration reads a duration of the query, up to a minute, or is otherwise.
func faultDuration(c echo.Context, name string, otherwise time.Duration) time.Duration {
	d, err := time.ParseDuration(c.QueryParam(name))
	if err != nil || d < 0 || d > time.Minute {
		return otherwise
	}
	return d
}

// running counts the slow queries that are under way.
var running atomic.Int64

// slowQuery stands for work that takes its time, unless its caller gives up.
func slowQuery(ctx context.Context, d time.Duration) error {
	running.Add(1)
	defer running.Add(-1)
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

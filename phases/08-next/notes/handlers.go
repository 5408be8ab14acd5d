package main

import "github.com/labstack/echo/v4"

// handlers answer requests. What they need to know of a user they ask the store.
type handlers struct {
	store *store
}

// TODO notes.1: these five.

func (h *handlers) create(c echo.Context) error { return echo.ErrNotImplemented }

func (h *handlers) get(c echo.Context) error { return echo.ErrNotImplemented }

func (h *handlers) replace(c echo.Context) error { return echo.ErrNotImplemented }

func (h *handlers) remove(c echo.Context) error { return echo.ErrNotImplemented }

// list answers GET /notes.
//
// TODO notes.2: limit, after and next.
// TODO notes.5: q.
func (h *handlers) list(c echo.Context) error { return echo.ErrNotImplemented }

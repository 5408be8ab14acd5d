package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it. Its routes are
// there with DEBUG=1 only.

// addDebug adds the routes below /debug.
func addDebug(e *echo.Echo, cfg Config) {
	if !cfg.Debug {
		return
	}
	// The text of the panic is nobody's business but the log's.
	e.GET("/debug/panic", func(c echo.Context) error {
		panic("the secret is " + c.QueryParam("secret"))
	})
	// A request that takes its time: ?ms=600 waits for 600 milliseconds.
	e.GET("/debug/sleep", func(c echo.Context) error {
		ms, err := strconv.Atoi(c.QueryParam("ms"))
		if err != nil {
			return echo.NewHTTPError(http.StatusBadRequest, "ms is a whole number")
		}
		time.Sleep(time.Duration(ms) * time.Millisecond)
		return c.String(http.StatusOK, "awake\n")
	})
}

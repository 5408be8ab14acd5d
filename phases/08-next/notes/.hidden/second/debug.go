package main

import (
	"net/http"
	"runtime"

	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it.

// addDebug adds a route that counts goroutines, with DEBUG=1 only.
func addDebug(e *echo.Echo, on bool) {
	if !on {
		return
	}
	e.GET("/debug/goroutines", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]int{"goroutines": runtime.NumGoroutine()})
	})
}

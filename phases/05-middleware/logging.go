package main

import (
	"log/slog"

	"github.com/labstack/echo/v4"
)

// logRequests writes one line a request, when it has been answered.
func logRequests(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			// TODO 5.2: call next, make sure that an error has been answered, then log.
			return next(c)
		}
	}
}

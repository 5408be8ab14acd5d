package main

import (
	"log/slog"
	"time"

	"github.com/labstack/echo/v5"
)

// logRequests writes one line a request, when it has been answered.
func logRequests(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			began := time.Now()
			if err := next(c); err != nil {
				c.Echo().HTTPErrorHandler(c, err) // answer it now: only then the status is known
			}
			res, err := echo.UnwrapResponse(c.Response())
			if err != nil {
				return err
			}
			log.Info("request",
				"method", c.Request().Method,
				"route", c.Path(),
				"status", res.Status,
				"latency_ms", float64(time.Since(began).Microseconds())/1000,
				"bytes", res.Size, // before gzip
				"request_id", idOf(c),
			)
			return nil
		}
	}
}

package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"
)

// answerErrors makes the one place where an error becomes an answer. Echo calls it
// for what handlers and middleware return, and for paths that have no route.
func answerErrors(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		// TODO 6.3: answer a problem: its media type, with type, title and status.
		// TODO 6.4: a *ValidationError says which fields are wrong.
		// TODO 6.5: what went wrong inside is for the log, not for the client.
		// TODO 6.7: the handler may have answered before it failed.
		answer := map[string]string{"message": err.Error()}
		if err := c.JSON(statusOf(err), answer); err != nil {
			log.Error("error", "error", err.Error(), "request_id", idOf(c))
		}
	}
}

// statusOf finds the status that an error means.
//
// TODO 6.2: find the bug: this does not see an error that was wrapped.
func statusOf(err error) int {
	switch err {
	// TODO 6.1: an article that is not there is a 404.
	case ErrConflict:
		return http.StatusConflict
	case ErrStale:
		return http.StatusPreconditionFailed
	case context.DeadlineExceeded:
		return http.StatusServiceUnavailable
	}
	switch err := err.(type) {
	case *ValidationError:
		return http.StatusUnprocessableEntity
	case *echo.HTTPError:
		return err.Code
	}
	return http.StatusInternalServerError
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"
)

// meanings are the errors that are told by their value.
var meanings = []struct {
	err    error
	status int
}{
	{ErrNotFound, http.StatusNotFound},
	{ErrConflict, http.StatusConflict},
	{ErrStale, http.StatusPreconditionFailed},
	{context.DeadlineExceeded, http.StatusServiceUnavailable},
}

// classify finds the status of an error, and what is wrong with which field.
func classify(err error) (int, []FieldError) {
	for _, m := range meanings {
		if errors.Is(err, m.err) {
			return m.status, nil
		}
	}
	if v := new(ValidationError); errors.As(err, &v) {
		return http.StatusUnprocessableEntity, v.Fields
	}
	if he := new(echo.HTTPError); errors.As(err, &he) {
		return he.Code, nil
	}
	return http.StatusInternalServerError, nil
}

// answers writes the answer to an error that comes from inside, and passes none on:
// outside of it a request has always been answered.
func answers(logger *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			if err == nil {
				return nil
			}
			status, fields := classify(err)
			written := c.Response().Committed
			if written || status >= 500 {
				logger.Error("failed", "cause", err, "request_id", c.Get("id"), "written", written)
			}
			if written {
				return nil
			}
			body := echo.Map{"title": "Problem: " + http.StatusText(status), "status": status, "type": "/problems/general"}
			if fields != nil {
				body["errors"] = fields
			}
			data, err := json.Marshal(body)
			if err != nil {
				return err
			}
			return c.Blob(status, "application/problem+json; charset=utf-8", data)
		}
	}
}

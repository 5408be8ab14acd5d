package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v5"
)

// problem is what a client is told of an error (RFC 9457).
type problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail,omitempty"`
	Errors []FieldError `json:"errors,omitempty"`
}

// answerErrors makes the one place where an error becomes an answer. Echo calls it
// for what handlers and middleware return, and for paths that have no route.
func answerErrors(log *slog.Logger) echo.HTTPErrorHandler {
	return func(c *echo.Context, err error) {
		p := problemOf(err)
		res, _ := echo.UnwrapResponse(c.Response())
		if p.Status == http.StatusInternalServerError || res.Committed {
			log.Error("error", "error", err.Error(), "status", p.Status, "request_id", idOf(c))
		}
		if res.Committed {
			return // the client has an answer already: no second one behind it
		}
		if err := send(c, p); err != nil {
			log.Error("error", "error", err.Error(), "request_id", idOf(c))
		}
	}
}

func send(c *echo.Context, p problem) error {
	if c.Request().Method == http.MethodHead {
		return c.NoContent(p.Status)
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	return c.JSON(p.Status, p)
}

// problemOf finds out what an error means, however often it is wrapped.
func problemOf(err error) problem {
	var (
		invalid *ValidationError
		known   *echo.HTTPError
		coded   echo.HTTPStatusCoder
	)
	switch {
	case errors.As(err, &invalid):
		p := plain(http.StatusUnprocessableEntity, invalid.Error())
		p.Errors = invalid.Fields
		return p
	case errors.Is(err, ErrNotFound):
		return plain(http.StatusNotFound, ErrNotFound.Error())
	case errors.Is(err, ErrConflict):
		return plain(http.StatusConflict, ErrConflict.Error())
	case errors.Is(err, ErrForbidden):
		return plain(http.StatusForbidden, "not yours")
	case errors.Is(err, ErrStale):
		return plain(http.StatusPreconditionFailed, ErrStale.Error())
	case errors.Is(err, context.DeadlineExceeded):
		return plain(http.StatusServiceUnavailable, "it took too long")
	case errors.Is(err, context.Canceled):
		return plain(http.StatusServiceUnavailable, "the client has left")
	case errors.As(err, &known):
		return plain(known.Code, known.Message)
	case errors.As(err, &coded): // Echo's own: no route, no such method
		return plain(coded.StatusCode(), "")
	}
	return plain(http.StatusInternalServerError, "") // what went wrong is for the log
}

// plain is a problem that its status says all about (then the type is about:blank, and
// the title the status in words), and detail perhaps a little more.
func plain(status int, detail string) problem {
	title := http.StatusText(status)
	if title == "" {
		title = "Error"
	}
	return problem{Type: "about:blank", Title: title, Status: status, Detail: detail}
}

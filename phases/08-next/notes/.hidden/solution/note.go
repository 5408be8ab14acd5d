package main

import (
	"errors"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// Roles of a user for a note.
const (
	roleOwner  = "owner"
	roleWriter = "writer"
	roleReader = "reader"
)

// Note is a note as one user sees it.
type Note struct {
	ID        int64     `json:"id"`
	Owner     string    `json:"owner"`
	Role      string    `json:"role"` // of who asks
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at" db:"created_at"`
	UpdatedAt time.Time `json:"updated_at" db:"updated_at"`
}

// Content is the part of a note that users write.
type Content struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Sizes in characters.
const (
	maxTitle = 200
	maxText  = 20_000
)

// check returns an error that is a 422 if a note must not have this content.
func (c Content) check() error {
	if n := utf8.RuneCountInString(c.Title); n < 1 || n > maxTitle {
		return invalid("title must have 1 to %d characters", maxTitle)
	}
	if utf8.RuneCountInString(c.Text) > maxText {
		return invalid("text must have at most %d characters", maxText)
	}
	return nil
}

func invalid(format string, args ...any) error {
	return echo.NewHTTPError(http.StatusUnprocessableEntity, fmt.Sprintf(format, args...))
}

func badRequest(text string) error { return echo.NewHTTPError(http.StatusBadRequest, text) }

// Errors of the store: look for them with errors.Is.
var (
	errNotFound  = errors.New("no such note")
	errForbidden = errors.New("your role does not allow it")
	errStale     = errors.New("the note has changed meanwhile")
)

// answerErrors makes answers of the store's errors, and of Echo's.
func answerErrors(err error, c echo.Context) {
	for known, status := range map[error]int{
		errNotFound:  http.StatusNotFound,
		errForbidden: http.StatusForbidden,
		errStale:     http.StatusPreconditionFailed,
	} {
		if errors.Is(err, known) {
			err = echo.NewHTTPError(status, known.Error())
			break
		}
	}
	c.Echo().DefaultHTTPErrorHandler(err, c)
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

type api struct {
	shelf   *shelf
	users   Users
	closing <-chan struct{}
}

// failure is an error that a client is told.
type failure struct {
	status int
	text   string
}

func (f *failure) Error() string { return f.text }

func fail(status int, text string) error { return &failure{status, text} }

func (a *api) routes(debug bool) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		var f *failure
		if errors.As(err, &f) {
			err = echo.NewHTTPError(f.status, f.text)
		}
		e.DefaultHTTPErrorHandler(err, c)
	}
	addDebug(e, debug)
	in := e.Group("", requireUser(a.users))
	in.GET("/changes", a.changes)
	in.GET("/notes", a.list)
	in.POST("/notes", a.create)
	in.GET("/notes/:id", a.read)
	in.PUT("/notes/:id", a.put)
	in.PATCH("/notes/:id", a.patch)
	in.DELETE("/notes/:id", a.delete)
	in.PUT("/notes/:id/shares/:user", a.share)
	in.DELETE("/notes/:id/shares/:user", a.share)
	in.GET("/notes/:id/revisions", a.history)
	in.GET("/notes/:id/revisions/:version", a.revision)
	in.POST("/notes/:id/revisions/:version/restore", a.restore)
	return e
}

// view is a note as its user sees it.
func (n *note) view(user string) map[string]any {
	last := n.versions[len(n.versions)-1]
	return map[string]any{
		"id": n.id, "owner": n.owner, "role": n.role(user), "version": len(n.versions),
		"title": last.Title, "text": last.Text, "created_at": n.versions[0].at, "updated_at": last.at,
	}
}

// show answers with a note. Nothing of the shelf may be looked at without its lock.
func show(c echo.Context, status int, view map[string]any) error {
	c.Response().Header().Set("ETag", fmt.Sprintf(`"%d"`, view["version"]))
	return c.JSON(status, view)
}

func param(c echo.Context, name string) int64 {
	n, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil {
		return 0 // no note and no version has it
	}
	return n
}

// body reads an object.
func body(c echo.Context, mediaType string) (map[string]json.RawMessage, error) {
	got, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if got != mediaType {
		return nil, fail(415, "want "+mediaType)
	}
	data, err := io.ReadAll(io.LimitReader(c.Request().Body, 1<<20))
	if err != nil {
		return nil, fail(400, "the body broke off")
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return nil, fail(400, "want a JSON object")
	}
	return fields, nil
}

// text reads one field: dst stays what it is if the field is absent, and is "" for null.
func text(fields map[string]json.RawMessage, name string, dst *string) error {
	raw, ok := fields[name]
	if !ok {
		return nil
	}
	*dst = ""
	if json.Unmarshal(raw, dst) != nil {
		return fail(422, name+" must be a text")
	}
	return nil
}

func (c *content) apply(fields map[string]json.RawMessage) error {
	if err := errors.Join(text(fields, "title", &c.Title), text(fields, "text", &c.Text)); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(c.Title); n == 0 || n > 200 || utf8.RuneCountInString(c.Text) > 20000 {
		return fail(422, "a title has 1 to 200 characters, a text at most 20000")
	}
	return nil
}

// clock is the time, such that JSON gives back the same.
func clock() time.Time { return time.Now().UTC().Round(0) }

func words(q string) []string { return strings.Fields(strings.ToLower(q)) }

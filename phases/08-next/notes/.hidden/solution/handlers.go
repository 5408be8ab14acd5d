package main

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// handlers answer requests. What they need to know of a user they ask the store.
type handlers struct {
	store    *store
	users    Users
	stopping <-chan struct{} // closed when the program is told to stop
}

// number is a parameter of the path: what is no number names nothing.
func number(c echo.Context, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil {
		return 0, errNotFound
	}
	return n, nil
}

// send answers with one note.
func send(c echo.Context, status int, n Note) error {
	c.Response().Header().Set("ETag", etagOf(n.Version))
	return c.JSON(status, n)
}

func (h *handlers) create(c echo.Context) error {
	var in Content
	if err := decode(c, echo.MIMEApplicationJSON, &in); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	n, err := h.store.create(c.Request().Context(), userOf(c), in)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, fmt.Sprintf("/notes/%d", n.ID))
	return send(c, http.StatusCreated, n)
}

func (h *handlers) get(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	n, err := getNote(c.Request().Context(), h.store.db, userOf(c), id)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, n)
}

func (h *handlers) replace(c echo.Context) error {
	var in Content
	if err := decode(c, echo.MIMEApplicationJSON, &in); err != nil {
		return err
	}
	return h.edit(c, func(_ *sqlx.Tx, content *Content) error {
		*content = in
		return nil
	})
}

// edit changes the content of a note, and answers with it.
func (h *handlers) edit(c echo.Context, change func(*sqlx.Tx, *Content) error) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	version, err := ifMatch(c.Request().Header.Get("If-Match"))
	if err != nil {
		return err
	}
	n, err := h.store.edit(c.Request().Context(), userOf(c), id, version, change)
	if err != nil {
		return err
	}
	return send(c, http.StatusOK, n)
}

func (h *handlers) remove(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.remove(c.Request().Context(), userOf(c), id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// Revision is what a note was in one version.
type Revision struct {
	Version int       `json:"version"`
	By      string    `json:"by" db:"user"`
	At      time.Time `json:"at"`
	*Content
}

// keep keeps the version of a note that user has made.
func keep(ctx context.Context, tx *sqlx.Tx, user string, n Note) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO revisions (note_id, version, title, text, user, at) VALUES (?, ?, ?, ?, ?, ?)",
		n.ID, n.Version, n.Title, n.Text, user, n.UpdatedAt)
	if err != nil {
		return fmt.Errorf("keep version %d of note %d: %w", n.Version, n.ID, err)
	}
	return nil
}

func (h *handlers) revisions(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if _, err := getNote(ctx, h.store.db, userOf(c), id); err != nil {
		return err
	}
	list := []Revision{}
	err = h.store.db.SelectContext(ctx, &list, "SELECT version, user, at FROM revisions WHERE note_id = ? ORDER BY version DESC", id)
	if err != nil {
		return fmt.Errorf("list the revisions of note %d: %w", id, err)
	}
	return c.JSON(http.StatusOK, map[string]any{"items": list})
}

func (h *handlers) revision(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	version, err := number(c, "version")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if _, err := getNote(ctx, h.store.db, userOf(c), id); err != nil {
		return err
	}
	r, err := getRevision(ctx, h.store.db, id, version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, r)
}

func getRevision(ctx context.Context, q sqlx.QueryerContext, id, version int64) (Revision, error) {
	r := Revision{Content: &Content{}}
	err := sqlx.GetContext(ctx, q, &r, "SELECT version, user, at, title, text FROM revisions WHERE note_id = ? AND version = ?", id, version)
	if errors.Is(err, sql.ErrNoRows) {
		return r, errNotFound
	}
	return r, err
}

// restore makes a new version with the content of an old one.
func (h *handlers) restore(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	version, err := number(c, "version")
	if err != nil {
		return err
	}
	return h.edit(c, func(tx *sqlx.Tx, content *Content) error {
		old, err := getRevision(c.Request().Context(), tx, id, version)
		if err == nil {
			*content = *old.Content
		}
		return err
	})
}

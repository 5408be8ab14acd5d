package main

import (
	"context"
	"net/http"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

func (h *handlers) share(c echo.Context) error {
	var in struct {
		Role string `json:"role"`
	}
	if err := decode(c, echo.MIMEApplicationJSON, &in); err != nil {
		return err
	}
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.share(c.Request().Context(), userOf(c), id, h.users, c.Param("user"), in.Role); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *handlers) unshare(c echo.Context) error {
	id, err := number(c, "id")
	if err != nil {
		return err
	}
	if err := h.store.unshare(c.Request().Context(), userOf(c), id, c.Param("user")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// share gives one of the users a role for a note of owner, or another role. Who may
// not share is told so before anything is said about the share.
func (s *store) share(ctx context.Context, owner string, id int64, users Users, user, role string) error {
	return s.change(ctx, func(tx *sqlx.Tx) error {
		if err := mustOwn(ctx, tx, owner, id); err != nil {
			return err
		}
		if role != roleReader && role != roleWriter {
			return invalid("role must be reader or writer")
		}
		if !users.Has(user) || user == owner {
			return invalid("a note is shared with another user")
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO shares (note_id, user, role) VALUES (?, ?, ?)
			ON CONFLICT (note_id, user) DO UPDATE SET role = excluded.role`, id, user, role)
		if err != nil {
			return err
		}
		return tellUser(ctx, tx, user, id)
	})
}

// unshare takes a role away. It is no error if there was none.
func (s *store) unshare(ctx context.Context, owner string, id int64, user string) error {
	return s.change(ctx, func(tx *sqlx.Tx) error {
		if err := mustOwn(ctx, tx, owner, id); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, "DELETE FROM shares WHERE note_id = ? AND user = ?", id, user)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return tellUser(ctx, tx, user, id)
	})
}

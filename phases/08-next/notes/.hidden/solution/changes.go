package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// maxWait is how long a client may wait for changes.
const maxWait = 30 * time.Second

// Change is a note that is new or another since a cursor, or that is gone: deleted,
// or no longer shared.
type Change struct {
	ID   int64 `json:"id"`
	Gone bool  `json:"gone,omitempty"`
	Note *Note `json:"note,omitempty"`
}

// news is what happened since a cursor.
type news struct {
	Changes []Change `json:"changes"`
	Next    string   `json:"next"`
}

func (h *handlers) changes(c echo.Context) error {
	since, wait, err := readChanges(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		rung := h.store.bell.heard() // before the look: whatever the look misses will ring it
		list, err := h.store.changes(ctx, userOf(c), since)
		if err != nil {
			return err
		}
		if len(list.Changes) > 0 || wait == 0 {
			return c.JSON(http.StatusOK, list)
		}
		select {
		case <-rung: // perhaps for somebody else
		case <-over.C:
			return c.JSON(http.StatusOK, list)
		case <-h.stopping:
			return c.JSON(http.StatusOK, list)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func readChanges(c echo.Context) (since int64, wait time.Duration, err error) {
	params := c.QueryParams()
	if params.Has("since") {
		if since, err = parseCursor(changeCursor, params.Get("since")); err != nil {
			return 0, 0, badRequest("since must be the next of an answer")
		}
	}
	if params.Has("wait") {
		wait, err = time.ParseDuration(params.Get("wait"))
		if err != nil || wait < 0 || wait > maxWait {
			return 0, 0, badRequest("wait must be a duration from 0s to 30s")
		}
	}
	return since, wait, nil
}

// changes lists what happened for a user, each note once, at its last change.
func (s *store) changes(ctx context.Context, user string, since int64) (news, error) {
	var last []struct {
		NoteID int64 `db:"note_id"`
		Seq    int64
	}
	err := s.db.SelectContext(ctx, &last, `
		SELECT note_id, MAX(seq) AS seq FROM changes WHERE user = ? AND seq > ?
		GROUP BY note_id ORDER BY MAX(seq)`, user, since)
	if err != nil {
		return news{}, fmt.Errorf("list changes: %w", err)
	}
	// Those that have changed once more since then come as they are now, and again.
	var notes []Note
	err = s.db.SelectContext(ctx, &notes, readable+`
		AND n.id IN (SELECT note_id FROM changes WHERE user = ? AND seq > ?)`, user, user, user, user, since)
	if err != nil {
		return news{}, fmt.Errorf("list changed notes: %w", err)
	}
	byID := map[int64]*Note{}
	for i := range notes {
		byID[notes[i].ID] = &notes[i]
	}
	list := news{Changes: []Change{}}
	for _, l := range last {
		n := byID[l.NoteID]
		list.Changes = append(list.Changes, Change{ID: l.NoteID, Gone: n == nil, Note: n})
		since = l.Seq
	}
	list.Next = cursor(changeCursor, since)
	return list, nil
}

// tell notes a change for all who may read the note.
func tell(ctx context.Context, tx *sqlx.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO changes (user, note_id)
		SELECT owner, id FROM notes WHERE id = ? UNION ALL SELECT user, note_id FROM shares WHERE note_id = ?`, id, id)
	return err
}

// tellUser notes a change for one user.
func tellUser(ctx context.Context, tx *sqlx.Tx, user string, id int64) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO changes (user, note_id) VALUES (?, ?)", user, id)
	return err
}

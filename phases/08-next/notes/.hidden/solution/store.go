package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// store keeps notes in a database. Each of its methods is told who asks.
type store struct {
	db   *sqlx.DB
	bell bell // rings after each change
}

// readable are the notes that a user may read: its arguments are three times the user.
const readable = `
	SELECT n.id, n.owner, n.title, n.text, n.version, n.created_at, n.updated_at,
	       CASE WHEN n.owner = ? THEN 'owner' ELSE s.role END AS role
	FROM notes n LEFT JOIN shares s ON s.note_id = n.id AND s.user = ?
	WHERE (n.owner = ? OR s.user IS NOT NULL)`

// getNote reads one note, in a transaction or outside of one.
func getNote(ctx context.Context, q sqlx.QueryerContext, user string, id int64) (n Note, err error) {
	err = sqlx.GetContext(ctx, q, &n, readable+" AND n.id = ?", user, user, user, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Note{}, errNotFound
	}
	if err != nil {
		return Note{}, fmt.Errorf("get note %d: %w", id, err)
	}
	return n, nil
}

// change does work in one transaction, which begins when no other one is under way.
// When it is committed, the bell rings.
func (s *store) change(ctx context.Context, work func(*sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // changes nothing once it is committed
	if err := work(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	s.bell.ring()
	return nil
}

// now is as exact as the database keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func (s *store) create(ctx context.Context, user string, in Content) (Note, error) {
	at := now()
	n := Note{Owner: user, Role: roleOwner, Title: in.Title, Text: in.Text, Version: 1, CreatedAt: at, UpdatedAt: at}
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &n.ID, `
			INSERT INTO notes (owner, title, text, version, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?) RETURNING id`, user, n.Title, n.Text, n.Version, at, at)
		if err != nil {
			return fmt.Errorf("create a note: %w", err)
		}
		return record(ctx, tx, user, n)
	})
	return n, err
}

// edit changes the content of a note, if its version is the given one or any will do.
// Nobody comes between the look and the change: both are in one transaction.
func (s *store) edit(ctx context.Context, user string, id int64, version int, change func(*sqlx.Tx, *Content) error) (n Note, err error) {
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		if n, err = getNote(ctx, tx, user, id); err != nil {
			return err
		}
		if n.Role == roleReader {
			return errForbidden
		}
		if version != anyVersion && version != n.Version {
			return errStale
		}
		content := Content{n.Title, n.Text}
		if err := change(tx, &content); err != nil {
			return err
		}
		if err := content.check(); err != nil {
			return err
		}
		n.Title, n.Text = content.Title, content.Text
		n.Version++
		n.UpdatedAt = now()
		_, err := tx.ExecContext(ctx, "UPDATE notes SET title = ?, text = ?, version = ?, updated_at = ? WHERE id = ?",
			n.Title, n.Text, n.Version, n.UpdatedAt, id)
		if err != nil {
			return fmt.Errorf("change note %d: %w", id, err)
		}
		return record(ctx, tx, user, n)
	})
	return n, err
}

// record keeps the version that user has made, and tells all who may read the note.
func record(ctx context.Context, tx *sqlx.Tx, user string, n Note) error {
	if err := keep(ctx, tx, user, n); err != nil {
		return err
	}
	return tell(ctx, tx, n.ID)
}

func (s *store) remove(ctx context.Context, user string, id int64) error {
	return s.change(ctx, func(tx *sqlx.Tx) error {
		if err := mustOwn(ctx, tx, user, id); err != nil {
			return err
		}
		if err := tell(ctx, tx, id); err != nil { // as long as it says whom
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM notes WHERE id = ?", id)
		return err
	})
}

// mustOwn returns errNotFound or errForbidden if the note is not the user's.
func mustOwn(ctx context.Context, tx *sqlx.Tx, user string, id int64) error {
	n, err := getNote(ctx, tx, user, id)
	if err == nil && n.Role != roleOwner {
		return errForbidden
	}
	return err
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
)

// schema makes the table. An id is never used again, a code may be.
const schema = `CREATE TABLE IF NOT EXISTS links (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	code    TEXT NOT NULL UNIQUE,
	url     TEXT NOT NULL,
	clicks  INTEGER NOT NULL DEFAULT 0,
	expires INTEGER NOT NULL
)`

// What the store says instead of yes.
var (
	errNotFound = errors.New("there is no such link")
	errTaken    = errors.New("this code is taken")
)

// link is a row.
type link struct {
	ID      int64
	Code    string
	URL     string
	Clicks  int64
	Expires int64 // in milliseconds since 1970; 0: never
}

func (l link) expired(now time.Time) bool { return l.Expires != 0 && now.UnixMilli() >= l.Expires }

// store keeps links in the database.
type store struct{ db *sqlx.DB }

// create looks and inserts in one statement: the UNIQUE index is the judge, for
// other programs too.
func (s *store) create(ctx context.Context, l link) (id int64, err error) {
	res, err := s.db.ExecContext(ctx, "INSERT INTO links (code, url, expires) VALUES (?, ?, ?) ON CONFLICT (code) DO NOTHING", l.Code, l.URL, l.Expires)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return 0, errors.Join(err, errTaken)
	}
	return res.LastInsertId()
}

func (s *store) get(ctx context.Context, code string) (link, error) {
	var l link
	err := s.db.GetContext(ctx, &l, "SELECT id, code, url, clicks, expires FROM links WHERE code = ?", code)
	if errors.Is(err, sql.ErrNoRows) {
		return l, errNotFound
	}
	return l, err
}

func (s *store) remove(ctx context.Context, code string) error {
	res, err := s.db.ExecContext(ctx, "DELETE FROM links WHERE code = ?", code)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return errNotFound
	}
	return err
}

// addClicks adds to the clicks of links, by their ids: all, or none.
func (s *store) addClicks(ctx context.Context, more map[int64]int64) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // changes nothing once it is committed
	for id, n := range more {
		// A link that is gone has no row to change, which is right.
		if _, err := tx.ExecContext(ctx, "UPDATE links SET clicks = clicks + ? WHERE id = ?", n, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

package main

import (
	"context"
	"database/sql"
	"time"

	"modernc.org/sqlite"
)

// The clicks have a table of their own, a row for each link that has some. Its key
// is made at random, so that the clicks of a deleted link belong to no other.
const tables = `
CREATE TABLE IF NOT EXISTS targets (
	short TEXT PRIMARY KEY,
	mark  TEXT NOT NULL,
	long  TEXT NOT NULL,
	ends  TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clicks (
	mark TEXT PRIMARY KEY,
	n    INTEGER NOT NULL
) WITHOUT ROWID;`

const timeLayout = "2006-01-02T15:04:05.000000Z"

type target struct {
	short, mark, long string
	ends              time.Time // zero: never
}

type library struct{ db *sql.DB }

// add reports whether the code was free.
func (l library) add(ctx context.Context, t target) (bool, error) {
	var ends sql.NullString
	if !t.ends.IsZero() {
		ends = sql.NullString{String: t.ends.Format(timeLayout), Valid: true}
	}
	_, err := l.db.ExecContext(ctx, `INSERT INTO targets VALUES (?, ?, ?, ?)`, t.short, t.mark, t.long, ends)
	if refused, ok := err.(*sqlite.Error); ok && refused.Code()&0xff == 19 { // SQLITE_CONSTRAINT
		return false, nil
	}
	return err == nil, err
}

// find returns nil for a code that nobody has.
func (l library) find(ctx context.Context, short string) (*target, error) {
	t, ends := target{short: short}, sql.NullString{}
	err := l.db.QueryRowContext(ctx, `SELECT mark, long, ends FROM targets WHERE short = ?`, short).Scan(&t.mark, &t.long, &ends)
	if err == sql.ErrNoRows {
		return nil, nil
	}
	if err == nil && ends.Valid {
		t.ends, err = time.Parse(timeLayout, ends.String)
	}
	return &t, err
}

// clicks are those in the file.
func (l library) clicks(ctx context.Context, mark string) (int, error) {
	var n int
	err := l.db.QueryRowContext(ctx, `SELECT coalesce(sum(n), 0) FROM clicks WHERE mark = ?`, mark).Scan(&n)
	return n, err
}

// drop reports whether there was something to drop.
func (l library) drop(ctx context.Context, short string) (bool, error) {
	res, err := l.db.ExecContext(ctx, `DELETE FROM targets WHERE short = ?`, short)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// save adds clicks.
func (l library) save(ctx context.Context, more map[string]int) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	add, err := tx.PrepareContext(ctx, `INSERT INTO clicks VALUES (?, ?) ON CONFLICT (mark) DO UPDATE SET n = n + excluded.n`)
	for mark, n := range more {
		if err == nil {
			_, err = add.ExecContext(ctx, mark, n)
		}
	}
	if err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

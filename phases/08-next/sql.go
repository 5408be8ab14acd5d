package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// sqlStore is a Store in a database.
type sqlStore struct {
	db *sqlx.DB // TODO 8.8: beside it what is told of every change, and a lock for the order
}

// columns of an article, in full: a column that comes later changes no answer.
// TODO 8.7: author, here, in insert, in Replace and in Delete; it needs a column first.
const columns = "id, slug, title, body, created_at, updated_at, version"

// change does work in one transaction: all of it, or nothing.
func (s *sqlStore) change(ctx context.Context, work func(*sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // changes nothing once it is committed
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// why says why a change of an article found no row to change.
func why(ctx context.Context, tx *sqlx.Tx, id int) error {
	var found int
	err := tx.GetContext(ctx, &found, tx.Rebind("SELECT id FROM articles WHERE id = ?"), id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case err != nil:
		return err
	}
	return ErrStale // TODO 8.7: or ErrForbidden, if the article is another author's
}

package main

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/jmoiron/sqlx"
)

// sqlStore is a Store and Users in a database.
type sqlStore struct {
	db      *sqlx.DB
	publish func(event) // is told of every change

	// order is held from a commit until its events are out, so that they go out in
	// the order of the commits.
	order sync.Mutex
}

// columns of an article, in full: a column that comes later changes no answer.
const columns = "id, slug, title, body, author, created_at, updated_at, version"

// change does work in one transaction: all of it, or nothing. Then it publishes
// what work returned.
func (s *sqlStore) change(ctx context.Context, work func(*sqlx.Tx) ([]event, error)) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // changes nothing once it is committed
	events, err := work(tx)
	if err != nil {
		return err
	}
	s.order.Lock()
	defer s.order.Unlock()
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, e := range events {
		s.publish(e)
	}
	return nil
}

// why says why a change of an article found no row to change.
func why(ctx context.Context, tx *sqlx.Tx, id int, author string) error {
	var owner string
	err := tx.GetContext(ctx, &owner, tx.Rebind("SELECT author FROM articles WHERE id = ?"), id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case err != nil:
		return err
	case owner != author:
		return ErrForbidden
	}
	return ErrStale
}

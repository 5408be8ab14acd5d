package main

import (
	"context"
	"errors"

	"github.com/jmoiron/sqlx"
)

// store keeps notes in a database. Each of its methods is told who asks.
type store struct {
	db *sqlx.DB
}

// Errors of the store: look for them with errors.Is.
var (
	errNotFound  = errors.New("no such note")
	errForbidden = errors.New("your role does not allow it")       // notes.3
	errStale     = errors.New("the note has changed meanwhile")    // notes.4
	errLater     = errors.New("the store cannot do this just now") // until you have written it
)

// change does work in one transaction, which begins when no other one is under way.
func (s *store) change(ctx context.Context, work func(*sqlx.Tx) error) error {
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

// create makes a note.
func (s *store) create(ctx context.Context, user string, in Content) (Note, error) {
	return Note{}, errLater // TODO notes.1: one INSERT … RETURNING id
}

// edit changes the content of a note that the user may write, if its version is the
// given one, or any will do. All that changes a note's content comes through here.
func (s *store) edit(ctx context.Context, user string, id int64, version int, change func(*sqlx.Tx, *Content) error) (Note, error) {
	return Note{}, errLater // TODO notes.1: get, change, check, UPDATE, in one transaction
}

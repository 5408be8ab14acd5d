package main

import (
	"context"
	"database/sql"
	"errors"
)

// AddView counts in the database: who reads, adds and writes back loses counts.
func (s *sqlStore) AddView(ctx context.Context, id int) error {
	result, err := s.db.ExecContext(ctx, s.db.Rebind("UPDATE articles SET views = views + 1 WHERE id = ?"), id)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

func (s *sqlStore) Views(ctx context.Context, id int) (int, error) {
	var n int
	err := s.db.GetContext(ctx, &n, s.db.Rebind("SELECT views FROM articles WHERE id = ?"), id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNotFound
	}
	return n, err
}

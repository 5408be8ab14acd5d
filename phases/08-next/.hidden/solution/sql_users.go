package main

import (
	"context"
	"database/sql"
	"errors"
)

func (s *sqlStore) AddUser(ctx context.Context, username, passwordHash string) error {
	_, err := s.db.ExecContext(ctx, s.db.Rebind("INSERT INTO users (username, password_hash) VALUES (?, ?)"), username, passwordHash)
	if isDuplicate(err) {
		return ErrTaken
	}
	return err
}

func (s *sqlStore) PasswordHash(ctx context.Context, username string) (string, error) {
	var hash string
	err := s.db.GetContext(ctx, &hash, s.db.Rebind("SELECT password_hash FROM users WHERE username = ?"), username)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNotFound
	}
	return hash, err
}

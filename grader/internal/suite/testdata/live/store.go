package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

type store interface {
	all(context.Context) ([]note, error)
	add(ctx context.Context, text string, count int) ([]note, error)
	close() error
}

// open opens the database that the URL names; without one, notes are in memory.
func open(ctx context.Context, url string) (store, error) {
	path, lite := strings.CutPrefix(url, "sqlite://")
	var s *sqlStore
	switch {
	case url == "" || fault == "forgets":
		return &memory{}, nil
	case lite:
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
		if err != nil {
			return nil, err
		}
		s = &sqlStore{db: db, id: "INTEGER PRIMARY KEY AUTOINCREMENT", place: "?"}
	case strings.HasPrefix(url, "postgres://"):
		db, err := sql.Open("pgx", url)
		if err != nil {
			return nil, err
		}
		s = &sqlStore{db: db, id: "BIGSERIAL PRIMARY KEY", place: "$1"}
	default:
		return nil, fmt.Errorf("DATABASE_URL: %q is no sqlite:// and no postgres:// URL", url)
	}
	err := s.migrate(ctx)
	// Two programs that open one file may both be told that it is busy, however long they wait.
	for end := time.Now().Add(5 * time.Second); err != nil && strings.Contains(err.Error(), "SQLITE_BUSY") && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
		err = s.migrate(ctx)
	}
	return s, err
}

type sqlStore struct {
	db        *sql.DB
	id, place string
}

// migrate makes the table. It does so once, since whoever comes second finds it; with
// FAULT=migrates it does not look, and the second one ends.
func (s *sqlStore) migrate(ctx context.Context) error {
	ifNot := "IF NOT EXISTS "
	if fault == "migrates" {
		ifNot = ""
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if s.place == "$1" {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(1)"); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+ifNot+"notes (id "+s.id+", text TEXT NOT NULL)"); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *sqlStore) all(ctx context.Context) ([]note, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, text FROM notes ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	notes := []note{}
	for rows.Next() {
		var n note
		if err := rows.Scan(&n.ID, &n.Text); err != nil {
			return nil, err
		}
		notes = append(notes, n)
	}
	return notes, rows.Err()
}

func (s *sqlStore) add(ctx context.Context, text string, count int) ([]note, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if fault == "greedy" { // in PostgreSQL, until it is stopped
		_, err := tx.ExecContext(ctx, "CREATE TABLE greedy AS SELECT md5(random()::text) FROM generate_series(1, 4000) a, generate_series(1, 4000) b")
		return nil, err
	}
	var made []note
	for range count {
		n := note{Text: text}
		if err := tx.QueryRowContext(ctx, "INSERT INTO notes (text) VALUES ("+s.place+") RETURNING id", text).Scan(&n.ID); err != nil {
			return nil, err
		}
		made = append(made, n)
	}
	return made, tx.Commit()
}

func (s *sqlStore) close() error { return s.db.Close() }

type memory struct {
	mu    sync.Mutex
	notes []note
}

func (m *memory) all(context.Context) ([]note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]note{}, m.notes...), nil
}

func (m *memory) add(_ context.Context, text string, count int) ([]note, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for range count {
		m.notes = append(m.notes, note{ID: int64(len(m.notes) + 1), Text: text})
	}
	return append([]note{}, m.notes[len(m.notes)-count:]...), nil
}

func (m *memory) close() error { return nil }

package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// AUTOINCREMENT never gives an id twice. Ids rise in the whole file, and so in each room.
const schema = `
CREATE TABLE IF NOT EXISTS messages (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	room   TEXT NOT NULL,
	sender TEXT NOT NULL,
	text   TEXT NOT NULL,
	at     INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_room ON messages (room, id);`

// store keeps what was said.
type store struct {
	db *sqlx.DB
}

func openStore(ctx context.Context, file string) (*store, error) {
	sqlx.BindDriver("sqlite", sqlx.QUESTION)
	path := url.URL{Path: file}
	db, err := sqlx.Open("sqlite", "file:"+path.EscapedPath()+"?_journal_mode=WAL&_busy_timeout=10000")
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(1) // SQLite has one writer; waiting in the pool is fair
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("make the tables: %w", err)
	}
	return &store{db: db}, nil
}

func (s *store) close() error { return s.db.Close() }

// add stores a message: when it returns, a kill takes nothing back.
func (s *store) add(ctx context.Context, room, from, text string) (message, error) {
	at := time.Now().UTC().Truncate(time.Microsecond) // as precise as it is kept
	m := message{From: from, Text: text, At: at}
	err := s.db.GetContext(ctx, &m.ID, "INSERT INTO messages (room, sender, text, at) VALUES (?, ?, ?, ?) RETURNING id",
		room, from, text, at.UnixMicro())
	return m, err
}

// since returns what was said in a room after the message of that id, the oldest first
// and at most so many.
func (s *store) since(ctx context.Context, room string, after int64, limit int) ([]message, error) {
	var rows []struct {
		ID           int64
		Sender, Text string
		At           int64
	}
	err := s.db.SelectContext(ctx, &rows, "SELECT id, sender, text, at FROM messages WHERE room = ? AND id > ? ORDER BY id LIMIT ?",
		room, after, limit)
	messages := make([]message, len(rows)) // never nil: it is shown as []
	for i, r := range rows {
		messages[i] = message{ID: r.ID, From: r.Sender, Text: r.Text, At: time.UnixMicro(r.At).UTC()}
	}
	return messages, err
}

package main

import (
	"database/sql"
	"time"

	_ "modernc.org/sqlite"
)

// archive keeps messages; each room counts its own.
type archive struct{ db *sql.DB }

// line is one message.
type line struct {
	Type string `json:"type"`
	At   string `json:"at"`
	Text string `json:"text"`
	From string `json:"from"`
	ID   int64  `json:"id"`
}

func openArchive(path string) (*archive, error) {
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS lines (
		place TEXT, seq INTEGER, who TEXT, what TEXT, moment TEXT, PRIMARY KEY (place, seq)) WITHOUT ROWID`)
	return &archive{db}, err
}

func (a *archive) close() { a.db.Close() }

// last is the number of the last message of a room, 0 if there is none.
func (a *archive) last(place string) (n int64, err error) {
	err = a.db.QueryRow("SELECT coalesce(max(seq), 0) FROM lines WHERE place = ?", place).Scan(&n)
	return n, err
}

func (a *archive) keep(place string, l line) error {
	_, err := a.db.Exec("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", place, l.ID, l.From, l.Text, l.At)
	return err
}

func (a *archive) read(place string, after int64, most int) ([]line, error) {
	rows, err := a.db.Query("SELECT seq, who, what, moment FROM lines WHERE place = ? AND seq > ? ORDER BY seq LIMIT ?", place, after, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []line{}
	for rows.Next() {
		l := line{Type: "message"}
		if err := rows.Scan(&l.ID, &l.From, &l.Text, &l.At); err != nil {
			return nil, err
		}
		found = append(found, l)
	}
	return found, rows.Err()
}

func now() string { return time.Now().UTC().Format(time.RFC3339Nano) }

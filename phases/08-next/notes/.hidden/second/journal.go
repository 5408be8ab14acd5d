package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite"
)

// An event is something that happened. All notes follow from all events, in order.
type event struct {
	Note  int64
	By    string
	At    time.Time
	Write *content `json:",omitempty"` // a version was made
	Share *share   `json:",omitempty"` // a role was given, or taken
	Gone  bool     `json:",omitempty"` // the note was deleted
}

type content struct{ Title, Text string }

type share struct{ User, Role string } // without a role: taken back

// journal keeps events in the order in which they happened.
type journal struct{ db *sql.DB }

func openJournal(file string) (*journal, error) {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, event TEXT NOT NULL)")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	return &journal{db}, nil
}

func (j *journal) close() { j.db.Close() }

// add keeps an event for good.
func (j *journal) add(number int64, e event) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = j.db.Exec("INSERT INTO journal (number, event) VALUES (?, ?)", number, string(data))
	return err
}

// replay calls see for each event that was ever added.
func (j *journal) replay(see func(number int64, e event)) error {
	rows, err := j.db.Query("SELECT number, event FROM journal ORDER BY number")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		var text string
		if err := rows.Scan(&number, &text); err != nil {
			return err
		}
		var e event
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return fmt.Errorf("event %d: %w", number, err)
		}
		see(number, e)
	}
	return rows.Err()
}

package main

import "time"

// Note is a note as one user sees it.
type Note struct {
	ID        int64     `json:"id"`
	Owner     string    `json:"owner"`
	Role      string    `json:"role"` // of who asks: owner, writer or reader
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"created_at" db:"created_at"`
	UpdatedAt time.Time `json:"updated_at" db:"updated_at"`
}

// Content is the part of a note that users write.
type Content struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// check returns an error that is a 422 if a note must not have this content.
func (c Content) check() error {
	return nil // TODO notes.1: 1 to 200 characters, and at most 20,000
}

package main

import (
	"context"
	"time"
)

// Article is one article, as the API answers it and as the database holds it.
type Article struct {
	ID        int       `json:"id"`
	Slug      string    `json:"slug"` // no two articles have the same
	Title     string    `json:"title"`
	Body      string    `json:"body"`
	Tags      []string  `json:"tags" db:"-"`                // in a table of their own
	Author    string    `json:"author"`                     // a username; empty if the article is older than the accounts
	CreatedAt time.Time `json:"created_at" db:"created_at"` // in UTC
	UpdatedAt time.Time `json:"updated_at" db:"updated_at"` // in UTC; at birth the same as CreatedAt
	Version   int       `json:"version"`                    // 1 at birth, and one more at each change
}

// ArticleInput is what a client may say of an article: all but what the server decides.
type ArticleInput struct {
	Slug   string   `json:"slug"` // "": the store chooses one
	Title  string   `json:"title"`
	Body   string   `json:"body"`
	Tags   []string `json:"tags"` // a Store must not be given nil
	Author string   `json:"-"`    // who asks: of the token, never of the body
}

// anyVersion lets Replace replace whatever version there is.
const anyVersion = 0

// A Store holds articles. Its methods may be called by many goroutines at once.
type Store interface {
	// List returns a page of articles, never nil, and how many all pages hold.
	List(ctx context.Context, q listQuery) (page []Article, total int, err error)
	// Get returns one article, or ErrNotFound.
	Get(ctx context.Context, id int) (Article, error)
	// Create adds all articles or none, under ids that were never used before.
	// ErrConflict if another article has the slug of one.
	Create(ctx context.Context, in ...ArticleInput) ([]Article, error)
	// Replace changes an article of its author's if its version is the given one, or
	// else returns ErrNotFound, ErrForbidden, ErrStale or, for its slug, ErrConflict.
	Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error)
	// Delete removes an article of the author's, or returns ErrNotFound or ErrForbidden.
	Delete(ctx context.Context, id int, author string) error
	// AddView counts one view of an article, or returns ErrNotFound.
	AddView(ctx context.Context, id int) error
	// Views returns how often an article was viewed, or ErrNotFound.
	Views(ctx context.Context, id int) (int, error)
}

// Users holds accounts. Its methods may be called by many goroutines at once.
type Users interface {
	// AddUser adds an account, or returns ErrTaken.
	AddUser(ctx context.Context, username, passwordHash string) error
	// PasswordHash returns what AddUser was given, or ErrNotFound.
	PasswordHash(ctx context.Context, username string) (string, error)
}

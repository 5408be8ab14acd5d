package main

import (
	"context"
	"time"
)

// Article is one article, as the API answers it and as SEED holds it.
type Article struct {
	ID        int       `json:"id"`
	Slug      string    `json:"slug"` // no two articles have the same
	Title     string    `json:"title"`
	Body      string    `json:"body"`
	Tags      []string  `json:"tags"`
	CreatedAt time.Time `json:"created_at"` // in UTC
	UpdatedAt time.Time `json:"updated_at"` // in UTC; at birth the same as CreatedAt
	Version   int       `json:"version"`    // 1 at birth, and one more at each change
}

// ArticleInput is what a client may say of an article: all but what the server decides.
type ArticleInput struct {
	Slug  string   `json:"slug"` // "": the store chooses one
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"` // a Store must not be given nil
}

// anyVersion lets Replace replace whatever version there is.
const anyVersion = 0

// A Store holds articles. Its methods may be called by many goroutines at once, and
// what they return is the caller's: a change of it changes nothing in the Store.
type Store interface {
	// List returns all articles by id, lowest first; never nil.
	List(ctx context.Context) ([]Article, error)
	// Get returns one article, or ErrNotFound.
	Get(ctx context.Context, id int) (Article, error)
	// Create adds an article under an id that was never used before. ErrConflict if
	// another article has its slug.
	Create(ctx context.Context, in ArticleInput) (Article, error)
	// Replace changes an article if its version is the given one, or else returns
	// ErrStale. ErrNotFound if there is none, ErrConflict if another has its slug.
	Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error)
	// Delete removes an article, or returns ErrNotFound.
	Delete(ctx context.Context, id int) error
	// AddView counts one view of an article, or returns ErrNotFound.
	AddView(ctx context.Context, id int) error
	// Views returns how often an article was viewed, or ErrNotFound.
	Views(ctx context.Context, id int) (int, error)
}

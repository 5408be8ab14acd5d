package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// errOwed is what the store answers until its methods are written.
var errOwed = errors.New("this is still to be written")

func (s *sqlStore) Get(ctx context.Context, id int) (Article, error) {
	articles := make([]Article, 1)
	err := s.db.GetContext(ctx, &articles[0], s.db.Rebind("SELECT "+columns+" FROM articles WHERE id = ?"), id)
	if errors.Is(err, sql.ErrNoRows) {
		return Article{}, ErrNotFound
	}
	if err != nil {
		return Article{}, fmt.Errorf("get article %d: %w", id, err)
	}
	err = s.complete(ctx, s.db, articles)
	return articles[0], err
}

// insert adds one article and its tags, as a part of a transaction.
func insert(ctx context.Context, tx *sqlx.Tx, in ArticleInput) (Article, error) {
	if in.Slug == "" {
		in.Slug = "article-" + strings.ToLower(rand.Text()) // 128 random bits: no other has them
	}
	now := time.Now().UTC().Truncate(time.Microsecond) // as exact as the databases keep it
	a := Article{Slug: in.Slug, Title: in.Title, Body: in.Body, Tags: in.Tags, CreatedAt: now, UpdatedAt: now, Version: 1}
	err := tx.GetContext(ctx, &a.ID, tx.Rebind(`
		INSERT INTO articles (slug, title, body, created_at, updated_at, version)
		VALUES (?, ?, ?, ?, ?, ?) RETURNING id`),
		a.Slug, a.Title, a.Body, a.CreatedAt, a.UpdatedAt, a.Version)
	if isDuplicate(err) {
		return Article{}, ErrConflict
	}
	if err != nil {
		return Article{}, err
	}
	return a, insertTags(ctx, tx, a.ID, a.Tags)
}

// TODO 8.2: insert all of them in one s.change.
func (s *sqlStore) Create(ctx context.Context, in ...ArticleInput) ([]Article, error) {
	return nil, errOwed
}

// TODO 8.2: one UPDATE that looks at the id and the version and changes the row, then
// the tags. If it finds no row, the function why knows the error.
func (s *sqlStore) Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error) {
	return Article{}, errOwed
}

// TODO 8.2
func (s *sqlStore) Delete(ctx context.Context, id int, author string) error {
	return errOwed
}

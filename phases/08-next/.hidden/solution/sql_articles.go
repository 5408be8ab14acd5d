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

func (s *sqlStore) Create(ctx context.Context, in ...ArticleInput) ([]Article, error) {
	articles := make([]Article, len(in))
	err := s.change(ctx, func(tx *sqlx.Tx) (events []event, err error) {
		for i := range in {
			if articles[i], err = insert(ctx, tx, in[i]); err != nil {
				return nil, fmt.Errorf("create an article: %w", err)
			}
			events = append(events, event{Type: "created", ID: articles[i].ID, Article: &articles[i]})
		}
		return events, nil
	})
	return articles, err
}

func insert(ctx context.Context, tx *sqlx.Tx, in ArticleInput) (Article, error) {
	if in.Slug == "" {
		in.Slug = "article-" + strings.ToLower(rand.Text()) // 128 random bits: no other has them
	}
	now := time.Now().UTC().Truncate(time.Microsecond) // as exact as the databases keep it
	a := Article{Slug: in.Slug, Title: in.Title, Body: in.Body, Tags: in.Tags, Author: in.Author, CreatedAt: now, UpdatedAt: now, Version: 1}
	err := tx.GetContext(ctx, &a.ID, tx.Rebind(`
		INSERT INTO articles (slug, title, body, author, created_at, updated_at, version)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`),
		a.Slug, a.Title, a.Body, a.Author, a.CreatedAt, a.UpdatedAt, a.Version)
	if isDuplicate(err) {
		return Article{}, ErrConflict
	}
	if err != nil {
		return Article{}, err
	}
	return a, insertTags(ctx, tx, a.ID, a.Tags)
}

func (s *sqlStore) Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error) {
	articles := make([]Article, 1)
	err := s.change(ctx, func(tx *sqlx.Tx) ([]event, error) {
		if err := update(ctx, tx, id, version, in); err != nil {
			return nil, err
		}
		err := tx.GetContext(ctx, &articles[0], tx.Rebind("SELECT "+columns+" FROM articles WHERE id = ?"), id)
		if err != nil {
			return nil, err
		}
		err = s.complete(ctx, tx, articles)
		return []event{{Type: "updated", ID: id, Article: &articles[0]}}, err
	})
	if err != nil {
		return Article{}, fmt.Errorf("replace article %d: %w", id, err)
	}
	return articles[0], nil
}

// update looks and changes in one statement: nobody comes between the two.
func update(ctx context.Context, tx *sqlx.Tx, id, version int, in ArticleInput) error {
	result, err := tx.ExecContext(ctx, tx.Rebind(`
		UPDATE articles
		SET slug = COALESCE(NULLIF(?, ''), slug), title = ?, body = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND author = ? AND (version = ? OR ? = 0)`),
		in.Slug, in.Title, in.Body, time.Now().UTC(), id, in.Author, version, version)
	if isDuplicate(err) {
		return ErrConflict
	}
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, why(ctx, tx, id, in.Author))
	}
	if _, err := tx.ExecContext(ctx, tx.Rebind("DELETE FROM article_tags WHERE article_id = ?"), id); err != nil {
		return err
	}
	return insertTags(ctx, tx, id, in.Tags)
}

func (s *sqlStore) Delete(ctx context.Context, id int, author string) error {
	err := s.change(ctx, func(tx *sqlx.Tx) ([]event, error) {
		result, err := tx.ExecContext(ctx, tx.Rebind("DELETE FROM articles WHERE id = ? AND author = ?"), id, author)
		if err != nil {
			return nil, err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return nil, errors.Join(err, why(ctx, tx, id, author))
		}
		return []event{{Type: "deleted", ID: id}}, nil
	})
	if err != nil {
		return fmt.Errorf("delete article %d: %w", id, err)
	}
	return nil
}

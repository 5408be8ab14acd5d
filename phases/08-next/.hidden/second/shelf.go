package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"go.opentelemetry.io/otel/trace"
)

// shelf keeps articles in one table, with $1, $2 … in its queries: both databases know them.
type shelf struct {
	db     *sqlx.DB
	hub    *hub
	tracer trace.Tracer
	writer sync.Mutex // one change at a time: committed and told in one order
}

func (s *shelf) span(ctx context.Context, name string) (context.Context, trace.Span) {
	return s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
}

const (
	timeLayout = "2006-01-02T15:04:05.000000000Z"
	fields     = "id, slug, title, body, tags, created_at, updated_at, version, author"
)

// scanner is what *sql.Row and *sql.Rows have in common.
type scanner interface{ Scan(...any) error }

func scan(row scanner) (a Article, err error) {
	var tags, created, updated string
	if err := row.Scan(&a.ID, &a.Slug, &a.Title, &a.Body, &tags, &created, &updated, &a.Version, &a.Author); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		return a, err
	}
	var e1, e2 error
	a.CreatedAt, e1 = time.Parse(timeLayout, created)
	a.UpdatedAt, e2 = time.Parse(timeLayout, updated)
	return a, errors.Join(e1, e2, json.Unmarshal([]byte(tags), &a.Tags))
}

func encode(tags []string) string {
	text, err := json.Marshal(tags)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(text)
}

// conflict makes ErrConflict of what both databases say of a unique index.
func conflict(err error) error {
	if err != nil && strings.Contains(strings.ToLower(err.Error()), "unique constraint") {
		return fmt.Errorf("%w (%v)", ErrConflict, err)
	}
	return err
}

func (s *shelf) Get(ctx context.Context, id int) (Article, error) {
	ctx, span := s.span(ctx, "get")
	defer span.End()
	return scan(s.db.QueryRowContext(ctx, "SELECT "+fields+" FROM article WHERE id = $1", id))
}

func (s *shelf) List(ctx context.Context, q listQuery) ([]Article, int, error) {
	ctx, span := s.span(ctx, "list")
	defer span.End()
	where, args := " WHERE 1 = 1", []any{}
	for _, tag := range q.Tags {
		if !tagPattern.MatchString(tag) {
			return []Article{}, 0, nil
		}
		args = append(args, `%"`+tag+`"%`)
		where += fmt.Sprintf(" AND tags LIKE $%d", len(args))
	}
	var total int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM article"+where, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	found := []Article{}
	if q.Page > total/q.PerPage+1 {
		return found, total, nil
	}
	limit := fmt.Sprintf(" LIMIT %d OFFSET %d", q.PerPage, q.PerPage*(q.Page-1))
	rows, err := s.db.QueryContext(ctx, "SELECT "+fields+" FROM article"+where+q.OrderBy+limit, args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scan(rows)
		if err != nil {
			return nil, 0, err
		}
		found = append(found, a)
	}
	return found, total, rows.Err()
}

func (s *shelf) Create(ctx context.Context, in ...ArticleInput) (made []Article, err error) {
	ctx, span := s.span(ctx, "create")
	defer span.End()
	s.writer.Lock()
	defer s.writer.Unlock()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	for _, in := range in {
		now := time.Now().UTC().Format(timeLayout)
		slug := in.Slug
		if slug == "" {
			slug = "a-" + strings.ToLower(rand.Text())
		}
		a, err := scan(tx.QueryRowContext(ctx, `INSERT INTO article (slug, title, body, tags, created_at, updated_at, version, views, author)
			VALUES ($1, $2, $3, $4, $5, $6, 1, 0, $7) RETURNING `+fields, slug, in.Title, in.Body, encode(in.Tags), now, now, in.Author))
		if err != nil {
			return nil, conflict(err)
		}
		made = append(made, a)
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	for i := range made {
		s.hub.tell <- news{Type: "created", ID: made[i].ID, Article: &made[i]}
	}
	return made, nil
}

// Replace looks, and changes if nobody has meanwhile; else it looks again.
func (s *shelf) Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error) {
	s.writer.Lock()
	defer s.writer.Unlock()
	for {
		old, err := s.Get(ctx, id)
		if err != nil {
			return old, err
		}
		if old.Author != in.Author {
			return old, ErrForbidden
		}
		if version != anyVersion && version != old.Version {
			return old, ErrStale
		}
		slug := in.Slug
		if slug == "" {
			slug = old.Slug
		}
		a, err := scan(s.db.QueryRowContext(ctx, `UPDATE article SET slug = $1, title = $2, body = $3, tags = $4, updated_at = $5, version = $6
			WHERE id = $7 AND version = $8 RETURNING `+fields,
			slug, in.Title, in.Body, encode(in.Tags), time.Now().UTC().Format(timeLayout), old.Version+1, id, old.Version))
		if err == nil {
			s.hub.tell <- news{Type: "updated", ID: id, Article: &a}
		}
		if !errors.Is(err, ErrNotFound) {
			return a, conflict(err)
		}
	}
}

func (s *shelf) Delete(ctx context.Context, id int, author string) error {
	s.writer.Lock()
	defer s.writer.Unlock()
	old, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	if old.Author != author { // an author never changes, so nobody comes between
		return ErrForbidden
	}
	if err := s.one(ctx, "DELETE FROM article WHERE id = $1", id); err != nil {
		return err
	}
	s.hub.tell <- news{Type: "deleted", ID: id}
	return nil
}

func (s *shelf) AddView(ctx context.Context, id int) error {
	return s.one(ctx, "UPDATE article SET views = views + 1 WHERE id = $1", id)
}

func (s *shelf) one(ctx context.Context, query string, id int) error {
	res, err := s.db.ExecContext(ctx, query, id)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return ErrNotFound
	}
	return nil
}

func (s *shelf) Views(ctx context.Context, id int) (n int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT views FROM article WHERE id = $1", id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return n, err
}

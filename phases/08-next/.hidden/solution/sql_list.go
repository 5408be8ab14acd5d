package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// sortColumns are the columns that a client may sort by. Only what stands here
// comes into the text of a query; all else is an argument.
var sortColumns = map[string]string{"id": "id", "title": "title", "created_at": "created_at"}

func (s *sqlStore) List(ctx context.Context, q listQuery) ([]Article, int, error) {
	if slices.ContainsFunc(q.Tags, func(tag string) bool { return !tagPattern.MatchString(tag) }) {
		return []Article{}, 0, nil // no article has what is no tag
	}
	where, args := q.where()
	var total int
	if err := s.db.GetContext(ctx, &total, s.db.Rebind("SELECT count(*) FROM articles"+where), args...); err != nil {
		return nil, 0, fmt.Errorf("count the articles: %w", err)
	}
	articles := []Article{}
	if q.Page-1 > total/q.PerPage { // also keeps the product below from overflowing
		return articles, total, nil
	}
	query := "SELECT " + columns + " FROM articles" + where + q.orderBy() + " LIMIT ? OFFSET ?"
	args = append(args, q.PerPage, (q.Page-1)*q.PerPage)
	if err := s.db.SelectContext(ctx, &articles, s.db.Rebind(query), args...); err != nil {
		return nil, 0, fmt.Errorf("list the articles: %w", err)
	}
	return articles, total, s.complete(ctx, s.db, articles)
}

// where asks for articles that have every tag.
func (q listQuery) where() (string, []any) {
	if len(q.Tags) == 0 {
		return "", nil
	}
	conditions, args := make([]string, len(q.Tags)), make([]any, len(q.Tags))
	for i, tag := range q.Tags {
		conditions[i] = "id IN (SELECT article_id FROM article_tags WHERE tag = ?)"
		args[i] = tag
	}
	return " WHERE " + strings.Join(conditions, " AND "), args
}

// orderBy ends with the id, so that pages of equal titles do not overlap.
func (q listQuery) orderBy() string {
	direction := "ASC"
	if q.Descending {
		direction = "DESC"
	}
	return " ORDER BY " + sortColumns[q.Sort] + " " + direction + ", id " + direction
}

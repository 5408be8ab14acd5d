package main

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// tagRow is one tag of one article.
type tagRow struct {
	ArticleID int    `db:"article_id"`
	Position  int    `db:"position"`
	Tag       string `db:"tag"`
}

func insertTags(ctx context.Context, tx *sqlx.Tx, id int, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	rows := make([]tagRow, len(tags))
	for i, tag := range tags {
		rows[i] = tagRow{ArticleID: id, Position: i, Tag: tag}
	}
	_, err := tx.NamedExecContext(ctx, "INSERT INTO article_tags (article_id, position, tag) VALUES (:article_id, :position, :tag)", rows)
	return err
}

// complete adds to rows of articles what a row does not hold: the tags, all with
// one query, and UTC.
func (s *sqlStore) complete(ctx context.Context, db sqlx.ExtContext, articles []Article) error {
	if len(articles) == 0 {
		return nil // IN () is no SQL
	}
	ids, at := make([]int, len(articles)), map[int]*Article{}
	for i := range articles {
		a := &articles[i]
		a.Tags, a.CreatedAt, a.UpdatedAt = []string{}, a.CreatedAt.UTC(), a.UpdatedAt.UTC()
		ids[i], at[a.ID] = a.ID, a
	}
	query, args, err := sqlx.In("SELECT article_id, position, tag FROM article_tags WHERE article_id IN (?) ORDER BY article_id, position", ids)
	if err != nil {
		return err
	}
	var rows []tagRow
	if err := sqlx.SelectContext(ctx, db, &rows, db.Rebind(query), args...); err != nil {
		return fmt.Errorf("read the tags: %w", err)
	}
	for _, row := range rows {
		at[row.ArticleID].Tags = append(at[row.ArticleID].Tags, row.Tag)
	}
	return nil
}

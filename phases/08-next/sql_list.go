package main

import "context"

// TODO 8.2: the page with LIMIT and OFFSET, and how many articles all pages hold. tag is
// an article's if article_tags says so.
// TODO 8.4: sorted as q says.
func (s *sqlStore) List(ctx context.Context, q listQuery) ([]Article, int, error) {
	return nil, 0, errOwed
}

package main

import "net/url"

// Pages of the list, unless the client asks for others.
const (
	defaultPerPage = 20
	maxPerPage     = 100
)

// listQuery is what a client may ask of the list.
type listQuery struct {
	Page, PerPage int
	Tags          []string // an article must have all of them
}

// readListQuery reads page, per_page and tag; a bad number is the client's mistake.
func readListQuery(values url.Values) (listQuery, error) {
	// TODO 3.2: these are the defaults. What does the client say?
	return listQuery{Page: 1, PerPage: defaultPerPage}, nil
}

// filter returns the articles that have every tag, never nil.
func (q listQuery) filter(articles []Article) []Article {
	found := []Article{}
	for _, a := range articles {
		// TODO 3.2: leave out what lacks one of q.Tags.
		found = append(found, a)
	}
	return found
}

// cut returns the page, which is empty past the end.
func (q listQuery) cut(articles []Article) []Article {
	// TODO 3.2: cut the page out.
	return articles
}

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
)

// Pages of the list, unless the client asks for others.
const (
	defaultPerPage = 20
	maxPerPage     = 100
)

// listQuery is what a client may ask of the list.
type listQuery struct {
	Page, PerPage int
	Tags          []string // an article must have all of them
	Sort          string   // TODO 8.4: id, title or created_at; "" is id
	Descending    bool     // TODO 8.4: order=desc
}

// readListQuery reads page, per_page, tag (as often as there are) and tags (a list);
// what cannot be read is the client's mistake.
// TODO 8.4: sort and order too; anything else than is allowed is a 400 that names them.
func readListQuery(values url.Values) (listQuery, error) {
	page, err := positive(values, "page", 1)
	if err != nil {
		return listQuery{}, err
	}
	perPage, err := positive(values, "per_page", defaultPerPage)
	if err != nil {
		return listQuery{}, err
	}
	if perPage > maxPerPage {
		return listQuery{}, echo.NewHTTPError(http.StatusBadRequest, fmt.Sprintf("per_page must be at most %d", maxPerPage))
	}
	tags, err := ParseTags(values.Get("tags"))
	if err != nil {
		return listQuery{}, echo.NewHTTPError(http.StatusBadRequest, "tags: "+err.Error())
	}
	return listQuery{Page: page, PerPage: perPage, Tags: append(tags, values["tag"]...)}, nil
}

// positive reads a number above zero, or the default if the name is not there.
func positive(values url.Values, name string, otherwise int) (int, error) {
	if !values.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(values.Get(name))
	if err != nil || n < 1 {
		return 0, echo.NewHTTPError(http.StatusBadRequest, name+" must be a whole number above zero")
	}
	return n, nil
}

// filter returns the articles that have every tag, never nil.
func (q listQuery) filter(articles []Article) []Article {
	found := []Article{}
	for _, a := range articles {
		missing := func(tag string) bool { return !slices.Contains(a.Tags, tag) }
		if !slices.ContainsFunc(q.Tags, missing) {
			found = append(found, a)
		}
	}
	return found
}

// cut returns the page, which is empty past the end.
func (q listQuery) cut(articles []Article) []Article {
	if q.Page-1 > len(articles)/q.PerPage { // also keeps the product below from overflowing
		return []Article{}
	}
	from := min((q.Page-1)*q.PerPage, len(articles))
	to := min(from+q.PerPage, len(articles))
	return articles[from:to]
}

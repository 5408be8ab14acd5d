package main

import (
	"fmt"
	"net/http"
	"net/url"
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
	Sort          string   // a key of sortColumns
	Descending    bool
}

// readListQuery reads page, per_page, tag (as often as there are), tags (a list), sort
// and order; what cannot be read is the client's mistake.
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
	sort, descending, err := sorting(values)
	if err != nil {
		return listQuery{}, err
	}
	return listQuery{Page: page, PerPage: perPage, Tags: append(tags, values["tag"]...), Sort: sort, Descending: descending}, nil
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

// sorting reads sort and order: by id, lowest first, if the client does not say.
func sorting(values url.Values) (sort string, descending bool, err error) {
	sort, order := "id", "asc"
	if values.Has("sort") {
		sort = values.Get("sort")
	}
	if values.Has("order") {
		order = values.Get("order")
	}
	if _, ok := sortColumns[sort]; !ok {
		return "", false, echo.NewHTTPError(http.StatusBadRequest, "sort must be id, title or created_at")
	}
	if order != "asc" && order != "desc" {
		return "", false, echo.NewHTTPError(http.StatusBadRequest, "order must be asc or desc")
	}
	return sort, order == "desc", nil
}

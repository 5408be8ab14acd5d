package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v5"
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
	OrderBy       string   // ends the query
}

// readListQuery reads page, per_page, tag (as often as there are) and tags (a list);
// what cannot be read is the client's mistake.
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
	orderBy, err := orderOf(values.Get("sort"), values.Get("order"))
	if err != nil {
		return listQuery{}, err
	}
	return listQuery{OrderBy: orderBy, Page: page, PerPage: perPage, Tags: append(tags, values["tag"]...)}, nil
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

func orderOf(sort, order string) (string, error) {
	switch order {
	case "", "asc":
		order = ""
	case "desc":
		order = " DESC"
	default:
		return "", echo.NewHTTPError(http.StatusBadRequest, "this order is unknown")
	}
	switch sort {
	case "", "id":
		return " ORDER BY id" + order, nil
	case "title":
		return " ORDER BY title" + order + ", id", nil
	case "created_at":
		return " ORDER BY created_at" + order + ", id" + order, nil
	}
	return "", echo.NewHTTPError(http.StatusBadRequest, "cannot sort by that")
}

package main

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
)

// articleHandler answers what is below /api/v1/articles.
type articleHandler struct {
	articles  []Article // in SEED's order
	bodyLimit int64     // in bytes
}

// articleList is a page of articles.
type articleList struct {
	Items   []Article `json:"items"`
	Page    int       `json:"page"`
	PerPage int       `json:"per_page"`
	Total   int       `json:"total"` // of all pages, after the filter
}

func (h *articleHandler) list(c echo.Context) error {
	q, err := readListQuery(c.QueryParams())
	if err != nil {
		return err
	}
	found := q.filter(h.articles)
	return c.JSON(http.StatusOK, articleList{Items: q.cut(found), Page: q.Page, PerPage: q.PerPage, Total: len(found)})
}

func (h *articleHandler) get(c echo.Context) error {
	a, err := h.fromPath(c)
	if err != nil {
		return err
	}
	etag := etagOf(a)
	c.Response().Header().Set("ETag", etag)
	if matches(c.Request().Header.Values("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSON(http.StatusOK, a)
}

// latest answers the article with the highest id.
func (h *articleHandler) latest(c echo.Context) error {
	if len(h.articles) == 0 {
		return echo.ErrNotFound
	}
	newest := slices.MaxFunc(h.articles, func(a, b Article) int { return cmp.Compare(a.ID, b.ID) })
	return c.JSON(http.StatusOK, newest)
}

// create and replace answer the article that would be, and store nothing yet.
func (h *articleHandler) create(c echo.Context) error {
	return h.take(c, http.StatusCreated, h.nextID())
}

func (h *articleHandler) replace(c echo.Context) error {
	a, err := h.fromPath(c)
	if err != nil {
		return err
	}
	return h.take(c, http.StatusOK, a.ID)
}

func (h *articleHandler) remove(c echo.Context) error {
	if _, err := articleID(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// take reads an article from the body and answers it with the given id.
func (h *articleHandler) take(c echo.Context, code, id int) error {
	var in ArticleInput
	if err := decodeJSON(c, h.bodyLimit, &in); err != nil {
		return err
	}
	if errs := in.validate(); len(errs) > 0 {
		return c.JSON(http.StatusUnprocessableEntity, map[string]any{"errors": errs})
	}
	return c.JSON(code, in.article(id))
}

// fromPath returns the article that the path names.
func (h *articleHandler) fromPath(c echo.Context) (Article, error) {
	id, err := articleID(c)
	if err != nil {
		return Article{}, err
	}
	i := slices.IndexFunc(h.articles, func(a Article) bool { return a.ID == id })
	if i < 0 {
		return Article{}, echo.ErrNotFound
	}
	return h.articles[i], nil
}

// articleID reads the id in the path: a whole number above zero, or it is a 400.
func articleID(c echo.Context) (int, error) {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil || id < 1 {
		return 0, echo.NewHTTPError(http.StatusBadRequest, "id must be a whole number above zero")
	}
	return id, nil
}

func (h *articleHandler) nextID() int {
	id := 1
	for _, a := range h.articles {
		id = max(id, a.ID+1)
	}
	return id
}

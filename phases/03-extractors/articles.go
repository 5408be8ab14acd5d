package main

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// articleHandler answers what is below /api/v1/articles.
type articleHandler struct {
	articles  []Article // in SEED's order
	bodyLimit int64     // in bytes
}

func (h *articleHandler) list(c echo.Context) error {
	q, err := readListQuery(c.QueryParams())
	if err != nil {
		return err
	}
	found := q.filter(h.articles)
	// TODO 3.2: answer one page of them, with page, per_page and total beside items.
	return c.JSON(http.StatusOK, map[string]any{"items": found})
}

func (h *articleHandler) get(c echo.Context) error {
	a, err := h.fromPath(c)
	if err != nil {
		return err
	}
	// TODO 3.6: an ETag, and 304 for a client that has this very article.
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
	// TODO 3.1: a bad id is a 400 here, too.
	return c.NoContent(http.StatusNoContent)
}

// take reads an article from the body and answers it with the given id.
func (h *articleHandler) take(c echo.Context, code, id int) error {
	// TODO 3.5: find the bug. The server has chosen the id; who has the last word?
	a := Article{ID: id, Tags: []string{}} // so that no tags are [], not null
	if err := decodeJSON(c, h.bodyLimit, &a); err != nil {
		return err
	}
	// TODO 3.4: an article with something wrong in it is a 422.
	return c.JSON(code, a)
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

// articleID reads the id in the path.
func articleID(c echo.Context) (int, error) {
	id, err := echo.PathParam[int](c, "id")
	// TODO 3.1: what is no whole number above zero is the client's mistake: a 400.
	return id, err
}

func (h *articleHandler) nextID() int {
	id := 1
	for _, a := range h.articles {
		id = max(id, a.ID+1)
	}
	return id
}

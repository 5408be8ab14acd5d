package main

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v5"
)

// articleHandler answers what is below /api/v1/articles.
type articleHandler struct {
	store     Store
	bodyLimit int64 // in bytes
}

// articleList is a page of articles.
type articleList struct {
	Items   []Article `json:"items"`
	Page    int       `json:"page"`
	PerPage int       `json:"per_page"`
	Total   int       `json:"total"` // of all pages, after the filter
}

func (h *articleHandler) list(c *echo.Context) error {
	q, err := readListQuery(c.QueryParams())
	if err != nil {
		return err
	}
	items, total, err := h.store.List(c.Request().Context(), q)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, articleList{Items: items, Page: q.Page, PerPage: q.PerPage, Total: total})
}

func (h *articleHandler) get(c *echo.Context) error {
	id, err := articleID(c)
	if err != nil {
		return err
	}
	a, err := h.store.Get(c.Request().Context(), id)
	if err != nil {
		return err
	}
	etag := etagOf(a.Version)
	c.Response().Header().Set("ETag", etag)
	if matches(c.Request().Header.Values("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSON(http.StatusOK, a)
}

// latest answers the article with the highest id.
func (h *articleHandler) latest(c *echo.Context) error {
	q := listQuery{Page: 1, PerPage: 1, OrderBy: " ORDER BY id DESC"}
	items, _, err := h.store.List(c.Request().Context(), q)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return ErrNotFound
	}
	return c.JSON(http.StatusOK, items[0])
}

func (h *articleHandler) create(c *echo.Context) error {
	in, err := h.input(c)
	if err != nil {
		return err
	}
	created, err := h.store.Create(c.Request().Context(), in)
	if err != nil {
		return err
	}
	a := created[0]
	header := c.Response().Header()
	header.Set("ETag", etagOf(a.Version))
	header.Set(echo.HeaderLocation, fmt.Sprint("/api/v1/articles/", a.ID))
	return c.JSON(http.StatusCreated, a)
}

func (h *articleHandler) replace(c *echo.Context) error {
	id, err := articleID(c)
	if err != nil {
		return err
	}
	version, err := ifMatch(c.Request().Header.Get("If-Match"))
	if err != nil {
		return err
	}
	in, err := h.input(c)
	if err != nil {
		return err
	}
	a, err := h.store.Replace(c.Request().Context(), id, version, in)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", etagOf(a.Version))
	return c.JSON(http.StatusOK, a)
}

func (h *articleHandler) remove(c *echo.Context) error {
	id, err := articleID(c)
	if err != nil {
		return err
	}
	if err := h.store.Delete(c.Request().Context(), id, c.Get("author").(string)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// input reads an article from the body.
func (h *articleHandler) input(c *echo.Context) (ArticleInput, error) {
	var in ArticleInput
	if err := decodeJSON(c, h.bodyLimit, &in); err != nil {
		return in, err
	}
	in = in.tidied()
	in.Author = c.Get("author").(string)
	return in, in.validate()
}

// articleID reads the id in the path: a whole number above zero, or it is a 400.
func articleID(c *echo.Context) (int, error) {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil || id < 1 {
		return 0, echo.NewHTTPError(http.StatusBadRequest, "id must be a whole number above zero")
	}
	return id, nil
}

func (h *articleHandler) batch(c *echo.Context) error {
	var in struct {
		Items []ArticleInput `json:"items"`
	}
	if err := decodeJSON(c, h.bodyLimit, &in); err != nil {
		return err
	}
	for i, item := range in.Items {
		in.Items[i] = item.tidied()
		in.Items[i].Author = c.Get("author").(string)
		if err := in.Items[i].validate(); err != nil {
			return err
		}
	}
	created, err := h.store.Create(c.Request().Context(), in.Items...)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, articleList{Items: created, Page: 1, PerPage: len(created), Total: len(created)})
}

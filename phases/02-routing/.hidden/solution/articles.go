package main

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
)

// mediaV2 asks for an article in an envelope.
const mediaV2 = "application/vnd.articles.v2+json"

// Article is one article, as SEED holds it.
type Article struct {
	ID    int      `json:"id"`
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

// articleView is an article as the API answers it: with its own address.
type articleView struct {
	Article
	Self string `json:"self"`
}

func view(c echo.Context, a Article) articleView {
	return articleView{Article: a, Self: c.Echo().Reverse("article", a.ID)}
}

// articleHandler answers what is below /api/v1/articles.
type articleHandler struct {
	articles []Article // in SEED's order
}

func (h *articleHandler) list(c echo.Context) error {
	items := make([]articleView, 0, len(h.articles)) // never nil: [], not null
	for _, a := range h.articles {
		items = append(items, view(c, a))
	}
	return c.JSON(http.StatusOK, map[string]any{"items": items})
}

func (h *articleHandler) get(c echo.Context) error {
	id, err := strconv.Atoi(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound // "1/x": a parameter at the end takes slashes too
	}
	a, ok := h.find(id)
	if !ok {
		return echo.ErrNotFound
	}
	return answer(c, view(c, a))
}

// latest answers the article with the highest id.
func (h *articleHandler) latest(c echo.Context) error {
	if len(h.articles) == 0 {
		return echo.ErrNotFound
	}
	newest := slices.MaxFunc(h.articles, func(a, b Article) int { return cmp.Compare(a.ID, b.ID) })
	return c.JSON(http.StatusOK, view(c, newest))
}

// create, replace and remove answer, but store nothing yet.
func (h *articleHandler) create(c echo.Context) error {
	return c.JSON(http.StatusCreated, map[string]string{"status": "created"})
}

func (h *articleHandler) replace(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "replaced"})
}

func (h *articleHandler) remove(c echo.Context) error {
	return c.NoContent(http.StatusNoContent)
}

// find returns the article with the given id.
func (h *articleHandler) find(id int) (Article, bool) {
	for _, a := range h.articles {
		if a.ID == id {
			return a, true
		}
	}
	return Article{}, false
}

// answer sends one article in the format that the client asked for.
func answer(c echo.Context, v articleView) error {
	header := c.Response().Header()
	header.Add(echo.HeaderVary, echo.HeaderAccept)
	if c.Request().Header.Get(echo.HeaderAccept) != mediaV2 {
		return c.JSON(http.StatusOK, v)
	}
	header.Set(echo.HeaderContentType, mediaV2)
	return c.JSON(http.StatusOK, map[string]any{"data": v})
}

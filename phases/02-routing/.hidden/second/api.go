package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"
)

const v2 = "application/vnd.articles.v2+json"

type article struct {
	Tags  []string `json:"tags"`
	Body  string   `json:"body"`
	Title string   `json:"title"`
	ID    uint64   `json:"id"`
	Self  string   `json:"self,omitempty"`
}

type api struct {
	order []uint64 // ids as SEED has them
	byID  map[uint64]article
}

func newAPI(seed []article) *api {
	a := &api{byID: map[uint64]article{}}
	for _, one := range seed {
		a.order = append(a.order, one.ID)
		a.byID[one.ID] = one
	}
	return a
}

func (a *api) index(c echo.Context) error {
	out := struct {
		Items []article `json:"items"`
		Count int       `json:"count"`
	}{Items: []article{}}
	for _, id := range a.order {
		out.Items = append(out.Items, a.linked(c, id))
		out.Count++
	}
	return c.JSON(http.StatusOK, out)
}

// show answers one article; a bad id is 400 here, and paths below an article are
// kept away by a route of their own.
func (a *api) show(c echo.Context) error {
	id, err := strconv.ParseUint(c.Param("article"), 10, 63)
	if err != nil {
		return problem(c, http.StatusBadRequest, "%q is no article id", c.Param("article"))
	}
	if _, ok := a.byID[id]; !ok {
		return problem(c, http.StatusNotFound, "there is no article %d", id)
	}
	c.Response().Header().Set("Vary", "Accept, Accept-Encoding")
	if one := a.linked(c, id); c.Request().Header.Get("Accept") == v2 {
		c.Response().Header().Set("Content-Type", v2+"; charset=utf-8")
		return c.JSON(http.StatusOK, echo.Map{"data": one})
	}
	return c.JSON(http.StatusOK, a.linked(c, id))
}

func (a *api) newest(c echo.Context) error {
	ids := slices.Sorted(maps.Keys(a.byID))
	if len(ids) == 0 {
		return problem(c, http.StatusNotFound, "there is no article yet")
	}
	return c.JSON(http.StatusOK, a.linked(c, ids[len(ids)-1]))
}

func (a *api) accept(status int) echo.HandlerFunc {
	return func(c echo.Context) error {
		if status == http.StatusNoContent {
			return c.NoContent(status)
		}
		return c.JSONPretty(status, echo.Map{"stored": false}, "  ")
	}
}

func (a *api) linked(c echo.Context, id uint64) article {
	one := a.byID[id]
	if one.Tags == nil {
		one.Tags = []string{}
	}
	one.Self = c.Echo().Reverse("one article", id)
	return one
}

func problem(c echo.Context, status int, format string, args ...any) error {
	return c.JSON(status, echo.Map{"error": fmt.Sprintf(format, args...)})
}

package main

import (
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// article is what is kept and answered: a draft with an id.
type article struct {
	draft
	ID uint64 `json:"id"`
}

type api struct {
	order []uint64 // ids as SEED has them
	byID  map[uint64]article
}

func newAPI(seed []article) *api {
	a := &api{byID: map[uint64]article{}}
	for _, one := range seed {
		a.order = append(a.order, one.ID)
		a.byID[one.ID] = one.tidy()
	}
	return a
}

func (a article) tidy() article {
	a.Tags = append([]string{}, a.Tags...)
	return a
}

func (a *api) index(c echo.Context) error {
	w, err := windowOf(c)
	if err != nil {
		return err
	}
	matching := []article{}
	for _, id := range a.order {
		if one := a.byID[id]; one.has(w.tags) {
			matching = append(matching, one)
		}
	}
	return c.JSON(http.StatusOK, echo.Map{
		"total": len(matching), "page": w.page, "per_page": w.size,
		"items": pageOf(matching, w), "pages": (uint64(len(matching)) + w.size - 1) / w.size,
	})
}

func (a *api) show(c echo.Context, id uint64) error {
	one, ok := a.byID[id]
	if !ok {
		return problem(http.StatusNotFound, "there is no article %d", id)
	}
	tag := tagOf(one)
	c.Response().Header().Set("Etag", tag)
	if unchanged(c.Request().Header.Get("If-None-Match"), tag) {
		c.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.JSON(http.StatusOK, one)
}

func (a *api) newest(c echo.Context) error {
	ids := slices.Sorted(maps.Keys(a.byID))
	if len(ids) == 0 {
		return problem(http.StatusNotFound, "there is no article yet")
	}
	return c.JSON(http.StatusOK, a.byID[ids[len(ids)-1]])
}

func (a *api) create(c echo.Context) error {
	next := uint64(1)
	if len(a.byID) > 0 {
		next += slices.Max(a.order)
	}
	return a.answer(c, http.StatusCreated, next)
}

func (a *api) replace(c echo.Context, id uint64) error {
	if _, ok := a.byID[id]; !ok {
		return problem(http.StatusNotFound, "there is no article %d", id)
	}
	return a.answer(c, http.StatusOK, id)
}

func (a *api) remove(c echo.Context, id uint64) error {
	return c.NoContent(http.StatusNoContent)
}

// answer is what would be stored under the id; nothing is, yet.
func (a *api) answer(c echo.Context, status int, id uint64) error {
	var d draft
	if err := c.Bind(&d); err != nil {
		return err
	}
	if flaws := d.flaws(); len(flaws) > 0 {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, echo.Map{"message": "this is no article", "errors": flaws})
	}
	return c.JSON(status, article{ID: id, draft: d}.tidy())
}

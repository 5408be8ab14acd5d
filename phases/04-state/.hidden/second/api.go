package main

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// withID is a handler that is told the id of the path.
type withID func(c echo.Context, id int) error

func (h withID) serve(c echo.Context) error {
	id, err := echo.PathParam[int](c, "id")
	if err != nil || id <= 0 {
		return echo.NewHTTPError(http.StatusBadRequest, "no such id: "+c.Param("id"))
	}
	return h(c, id)
}

// mount puts the articles below the group.
func mount(g *echo.Group, store Store, limit int64) {
	g.GET("", func(c echo.Context) error {
		all, err := store.List(c.Request().Context())
		if err != nil {
			return err
		}
		return page(c, all)
	})
	g.POST("", func(c echo.Context) error {
		in, err := read(c, limit)
		if err != nil {
			return err
		}
		a, err := store.Create(c.Request().Context(), in)
		return answer(c, http.StatusCreated, a, err)
	})
	g.GET("/latest", func(c echo.Context) error {
		all, err := store.List(c.Request().Context())
		if err == nil && len(all) == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return answer(c, http.StatusOK, all[len(all)-1], nil)
	})
	g.GET("/:id", withID(func(c echo.Context, id int) error {
		a, err := store.Get(c.Request().Context(), id)
		return answer(c, http.StatusOK, a, err)
	}).serve)
	g.PUT("/:id", withID(func(c echo.Context, id int) error {
		wanted, err := expected(c.Request().Header.Values("If-Match"))
		if err != nil {
			return err
		}
		in, err := read(c, limit)
		if err != nil {
			return err
		}
		a, err := store.Replace(c.Request().Context(), id, wanted, in)
		return answer(c, http.StatusOK, a, err)
	}).serve)
	g.DELETE("/:id", withID(func(c echo.Context, id int) error {
		return empty(c, store.Delete(c.Request().Context(), id))
	}).serve)
	g.POST("/:id/views", withID(func(c echo.Context, id int) error {
		return empty(c, store.AddView(c.Request().Context(), id))
	}).serve)
	g.GET("/:id/views", withID(func(c echo.Context, id int) error {
		n, err := store.Views(c.Request().Context(), id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, echo.Map{"id": id, "views": n})
	}).serve)
}

func empty(c echo.Context, err error) error {
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// answer sends an article with its ETag, or 304 to a client that has it.
func answer(c echo.Context, code int, a Article, err error) error {
	if err != nil {
		return err
	}
	tag := strconv.Quote(strconv.Itoa(a.Version))
	c.Response().Header().Set("ETag", tag)
	known := strings.FieldsFunc(c.Request().Header.Get("If-None-Match"), func(r rune) bool { return r == ',' || r == ' ' })
	if c.Request().Method == http.MethodGet && slices.ContainsFunc(known, func(k string) bool { return k == "*" || strings.TrimPrefix(k, "W/") == tag }) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSONPretty(code, a, "  ")
}

var strong = regexp.MustCompile(`^"([1-9][0-9]{0,9})"$`)

// expected is the version that If-Match names. What is no version of ours never
// matches, so it is stale.
func expected(headers []string) (int, error) {
	if len(headers) == 0 || len(headers) == 1 && headers[0] == "*" {
		return anyVersion, nil
	}
	m := strong.FindStringSubmatch(headers[0])
	if m == nil || len(headers) > 1 {
		return 0, ErrStale
	}
	return strconv.Atoi(m[1])
}

package main

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
)

func newServer(s settings) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Binder = strictBinder{} // c.Bind reads nothing but the body
	e.Use(limitBody(s.maxBody))

	value := func(v any) echo.HandlerFunc {
		return func(c echo.Context) error { return c.JSON(http.StatusOK, v) }
	}
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "Hello, Echo!") })
	e.GET("/version", value(echo.Map{"version": "0.3.0", "name": "articles"}))
	e.GET("/healthz", value(echo.Map{"status": "ok"}))
	addSum(e)

	a := newAPI(s.seed)
	v1 := e.Group("/api/v1")
	v1.GET("/articles", a.index)
	v1.POST("/articles", a.create)
	v1.GET("/articles/latest", a.newest)
	v1.GET("/articles/:article", withID(a.show))
	v1.PUT("/articles/:article", withID(a.replace))
	v1.DELETE("/articles/:article", withID(a.remove))
	v1.RouteNotFound("/articles/:article/*", echo.NotFoundHandler)
	return e
}

// withID hands the id of the path to a handler, which is not called for a bad one.
func withID(next func(echo.Context, uint64) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := strconv.ParseUint(c.Param("article"), 10, 63)
		if err != nil || id == 0 {
			return problem(http.StatusBadRequest, "%q is no article id", c.Param("article"))
		}
		return next(c, id)
	}
}

// limitBody lets no handler read more than limit bytes.
func limitBody(limit int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > limit {
				return echo.ErrStatusRequestEntityTooLarge
			}
			r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, limit)
			return next(c)
		}
	}
}

package main

import (
	"net/http"
	"sort"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// endpoint is a line of the routing table.
type endpoint struct {
	method, path, name string
	handler            echo.HandlerFunc
}

func newServer(cfg config) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true

	a := newAPI(cfg.seed)
	var served atomic.Int64

	register(e.Group(""), []endpoint{
		{"GET", "/", "", text("Hello, Echo!")},
		{"GET", "/version", "", value(echo.Map{"version": "0.2.0", "name": "articles"})},
		{"GET", "/healthz", "", value(echo.Map{"status": "ok"})},
		{"GET", "/routes", "", table},
		{"GET", "/teapot", "", func(c echo.Context) error {
			if c.QueryParam("ok") != "no" {
				return c.JSON(http.StatusTeapot, echo.Map{"teapot": true})
			}
			return problem(c, http.StatusBadRequest, "not a teapot kind of client")
		}},
		{"GET", "/slow", "", func(c echo.Context) error {
			time.Sleep(200 * time.Millisecond)
			return c.JSON(http.StatusOK, echo.Map{"served": served.Add(1)})
		}},
	})
	api := e.Group("/api").Group("/v1").Group("/articles")
	register(api, []endpoint{
		{"DELETE", "/:article", "", a.accept(http.StatusNoContent)},
		{"GET", "/:article", "one article", a.show},
		{"PUT", "/:article", "", a.accept(http.StatusOK)},
		{"POST", "", "", a.accept(http.StatusCreated)},
		{"GET", "", "all articles", a.index},
		{"GET", "/latest", "", a.newest},
	})
	api.RouteNotFound("/:article/*", echo.NotFoundHandler)
	if cfg.docs != nil {
		files := http.StripPrefix("/docs", http.FileServerFS(cfg.docs.FS()))
		e.GET("/docs/*", echo.WrapHandler(files))
	}
	return e
}

func register(g *echo.Group, table []endpoint) {
	for _, line := range table {
		route := g.Add(line.method, line.path, line.handler)
		if line.name != "" {
			route.Name = line.name
		}
	}
}

// table answers what the router knows, leaving out what it keeps for itself.
func table(c echo.Context) error {
	type route struct {
		Path   string `json:"path"`
		Method string `json:"method"`
		Name   string `json:"name"`
	}
	routes := make([]route, 0)
	for _, r := range c.Echo().Routes() {
		if r.Method != echo.RouteNotFound {
			routes = append(routes, route{r.Path, r.Method, r.Name})
		}
	}
	sort.Slice(routes, func(i, j int) bool {
		if routes[i].Path == routes[j].Path {
			return routes[i].Method < routes[j].Method
		}
		return routes[i].Path < routes[j].Path
	})
	return c.JSON(http.StatusOK, routes)
}

func text(s string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.String(http.StatusOK, s) }
}

func value(v any) echo.HandlerFunc {
	return func(c echo.Context) error { return c.JSON(http.StatusOK, v) }
}

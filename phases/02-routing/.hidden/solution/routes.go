package main

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// Config is what the app needs to know; main reads it from the environment.
type Config struct {
	Articles []Article // SEED
	DocsDir  string    // DOCS_DIR; without one there is no /docs
}

// NewApp makes the app: one Echo that knows every route.
func NewApp(cfg Config) *echo.Echo {
	e := echo.New()
	e.HideBanner = true

	job := &slowJob{}

	e.GET("/", hello)
	e.GET("/version", getVersion)
	e.GET("/healthz", getHealth)
	e.GET("/teapot", teapot)
	e.GET("/slow", job.run)
	e.GET("/routes", listRoutes)
	if cfg.DocsDir != "" {
		e.GET("/docs/*", serveDocs(cfg.DocsDir))
	}

	articles := &articleHandler{articles: cfg.Articles}
	g := e.Group("/api/v1/articles")
	g.GET("", articles.list)
	g.POST("", articles.create)
	g.GET("/latest", articles.latest)
	g.GET("/:id", articles.get).Name = "article"
	g.PUT("/:id", articles.replace)
	g.DELETE("/:id", articles.remove)

	return e
}

// routeInfo is one entry of GET /routes.
type routeInfo struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

// listRoutes answers every route of the app, sorted by path, then method.
func listRoutes(c echo.Context) error {
	infos := []routeInfo{}
	for _, r := range c.Echo().Routes() {
		infos = append(infos, routeInfo{Method: r.Method, Path: r.Path})
	}
	slices.SortFunc(infos, func(a, b routeInfo) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return c.JSON(http.StatusOK, infos)
}

package main

import "github.com/labstack/echo/v4"

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
	// TODO 2.6: GET /routes lists every route of the app.
	if cfg.DocsDir != "" {
		e.GET("/docs/*", serveDocs(cfg.DocsDir))
	}

	articles := &articleHandler{articles: cfg.Articles}

	// A sketch at the wrong address.
	// TODO 2.1: the list and the article belong below /api/v1. Add two routes with the full path.
	// TODO 2.2: one group for /api/v1/articles, every article route on it, and the sketch gone.
	e.GET("/articles", articles.list)
	e.GET("/articles/:id", articles.get)

	// TODO 2.3: POST on the list; PUT and DELETE on the article.
	// TODO 2.4: GET /api/v1/articles/latest.

	return e
}

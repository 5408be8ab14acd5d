package main

import "github.com/labstack/echo/v4"

// NewApp makes the app: one Echo that knows every route.
func NewApp(cfg Config) *echo.Echo {
	e := echo.New()
	e.HideBanner = true

	e.GET("/", hello)
	e.GET("/version", getVersion)
	e.GET("/healthz", getHealth)
	addSum(e)

	articles := &articleHandler{articles: cfg.Articles, bodyLimit: cfg.BodyLimit}
	g := e.Group("/api/v1/articles")
	g.GET("", articles.list)
	g.POST("", articles.create)
	g.GET("/latest", articles.latest)
	g.GET("/:id", articles.get)
	g.PUT("/:id", articles.replace)
	g.DELETE("/:id", articles.remove)
	g.RouteNotFound("/:id/*", echo.NotFoundHandler) // so that :id ends at a slash

	return e
}

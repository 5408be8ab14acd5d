package main

import (
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// NewApp makes the app: one Echo that knows every route.
func NewApp(cfg Config, db *sqlx.DB) *echo.Echo {
	e := echo.New()
	e.HideBanner = true
	e.HTTPErrorHandler = answerErrors
	e.Use(middleware.Recover())
	e.Use(middleware.BodyLimit("1M"))
	addDebug(e, cfg.Debug)

	h := &handlers{store: &store{db: db}, users: cfg.Users, stopping: cfg.Stopping}
	user := requireUser(cfg.Users)
	g := e.Group("/notes")
	g.POST("", h.create, user)
	g.GET("", h.list, user)
	g.GET("/:id", h.get, user)
	g.PUT("/:id", h.replace, user)
	g.PATCH("/:id", h.patch, user)
	g.DELETE("/:id", h.remove, user)
	g.PUT("/:id/shares/:user", h.share, user)
	g.DELETE("/:id/shares/:user", h.unshare, user)
	g.GET("/:id/revisions", h.revisions, user)
	g.GET("/:id/revisions/:version", h.revision, user)
	g.POST("/:id/revisions/:version/restore", h.restore, user)
	e.GET("/changes", h.changes, user)
	return e
}

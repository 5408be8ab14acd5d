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
	e.Use(middleware.Recover())
	e.Use(middleware.BodyLimit("1M"))
	addDebug(e, cfg.Debug)

	h := &handlers{store: &store{db: db}}
	user := requireUser(cfg.Users) // on routes, since middleware on a group turns 405 into 404
	g := e.Group("/notes")
	g.POST("", h.create, user)
	g.GET("", h.list, user)
	g.GET("/:id", h.get, user)
	g.PUT("/:id", h.replace, user)
	g.DELETE("/:id", h.remove, user)
	// TODO notes.3: two routes below /:id/shares/:user.
	// TODO notes.4: PATCH.
	// TODO notes.6: three routes below /:id/revisions.
	// TODO notes.7: /changes.
	return e
}

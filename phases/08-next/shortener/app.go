package main

import (
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// app is the shortener, without its server.
type app struct {
	cfg Config
	db  *sqlx.DB
}

func newApp(cfg Config, db *sqlx.DB) *app { return &app{cfg: cfg, db: db} }

// routes returns the shortener's answers.
func (a *app) routes() *echo.Echo {
	e := echo.New()
	e.POST("/links", a.create)
	e.GET("/links/:code", a.show)
	e.DELETE("/links/:code", a.remove)
	e.GET("/:code", a.follow)
	return e
}

// create answers POST /links.
// TODO shortener.1: a new link, with a code that nobody can guess.
// TODO shortener.2: only real links, in a strict body.
// TODO shortener.3: own codes, checked, and each given out once.
// TODO shortener.7: a ttl.
func (a *app) create(c echo.Context) error { return echo.ErrNotImplemented }

// follow answers GET /CODE.
// TODO shortener.1: 302 and the address, or 404.
// TODO shortener.7: 410 for a link that has expired.
func (a *app) follow(c echo.Context) error { return echo.ErrNotImplemented }

// show answers GET /links/CODE.
// TODO shortener.3: the fields of POST, or 404.
// TODO shortener.6: with the clicks.
func (a *app) show(c echo.Context) error { return echo.ErrNotImplemented }

// remove answers DELETE /links/CODE.
// TODO shortener.3: 204, or 404.
func (a *app) remove(c echo.Context) error { return echo.ErrNotImplemented }

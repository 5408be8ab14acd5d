package main

import (
	"errors"
	"net/http"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// app is the shortener, without its server.
type app struct {
	cfg    Config
	store  *store
	cache  *cache
	clicks *clicks
}

// newApp begins to count; close ends it.
func newApp(cfg Config, db *sqlx.DB) *app {
	s := &store{db: db}
	return &app{cfg: cfg, store: s, cache: newCache(cfg.CacheSize, s.get), clicks: countClicks(s, cfg.FlushInterval)}
}

// close writes what is only in memory. It is called when no request is under way.
func (a *app) close() error { return a.clicks.close() }

// routes returns the shortener's answers. What its paths begin with is reserved.
func (a *app) routes() *echo.Echo {
	e := echo.New()
	e.POST("/links", a.create)
	e.GET("/links/:code", a.show)
	e.DELETE("/links/:code", a.remove)
	e.GET("/:code", a.follow)
	return e
}

// reserved are codes that would hide a route or be hidden by one, also one that is
// not there today.
var reserved = map[string]bool{"links": true, "debug": true}

// asHTTP makes an answer of what the store says.
func asHTTP(err error) error {
	switch {
	case errors.Is(err, errNotFound):
		return echo.NewHTTPError(http.StatusNotFound, err.Error())
	case errors.Is(err, errTaken):
		return echo.NewHTTPError(http.StatusConflict, err.Error())
	}
	return err
}

package main

import (
	"log/slog"
	"os"

	"github.com/labstack/echo/v4"
)

func newServer(cfg Config) *echo.Echo {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	// Errors end in the innermost layer that has seen the whole request: a middleware.
	e.Use(withID, accessLog(logger), answers(logger), survive)
	if cfg.Rate > 0 {
		e.Use(newLimiter(cfg.Rate, cfg.Burst).limit)
	}
	if cfg.Timeout > 0 {
		e.Use(deadline(cfg.Timeout))
	}

	e.GET("/", func(c echo.Context) error { return c.String(200, "Hello, Echo!") })
	e.GET("/version", func(c echo.Context) error { return c.JSON(200, echo.Map{"name": "articles", "version": "6"}) })
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(200, echo.Map{"status": "ok"}) })
	addFaults(e, cfg)

	a := api{shelf: newShelf(cfg.Seed), maxBody: cfg.MaxBody}
	const prefix = "/api/v1/articles"
	e.GET(prefix, a.list)
	e.GET(prefix+"/latest", a.latest)
	e.GET(prefix+"/:id", a.one)
	e.GET(prefix+"/:id/views", a.views)
	guard := withKey(cfg.Keys)
	e.POST(prefix, a.add, guard)
	e.PUT(prefix+"/:id", a.put, guard)
	e.DELETE(prefix+"/:id", a.drop, guard)
	e.POST(prefix+"/:id/views", a.view, guard)
	return e
}

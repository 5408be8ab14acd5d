package main

import (
	"cmp"
	"log/slog"
	"net/http"
	"os"

	"github.com/labstack/echo/v4"
)

// NewApp makes the app.
func NewApp(cfg Config) *echo.Echo {
	if cfg.Log == nil {
		cfg.Log = os.Stderr
	}
	logger := slog.New(slog.NewJSONHandler(cfg.Log, nil))
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
	e.GET("/readyz", func(c echo.Context) error {
		if cfg.Leaving != nil && cfg.Leaving.Load() {
			return c.String(http.StatusServiceUnavailable, "leaving")
		}
		return c.String(200, "ready")
	})
	addFaults(e, cfg)

	a := api{shelf: newShelf(cfg.Articles), maxBody: cmp.Or(cfg.BodyLimit, 1<<20)}
	const prefix = "/api/v1/articles"
	e.GET(prefix, a.list)
	e.GET(prefix+"/latest", a.latest)
	e.GET(prefix+"/:id", a.one)
	e.GET(prefix+"/:id/views", a.views)
	guard := withKey(cfg.APIKeys)
	e.POST(prefix, a.add, guard)
	e.PUT(prefix+"/:id", a.put, guard)
	e.DELETE(prefix+"/:id", a.drop, guard)
	e.POST(prefix+"/:id/views", a.view, guard)
	return e
}

package main

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// NewApp wires everything together.
func NewApp(cfg Config) (*echo.Echo, error) {
	lib, err := newLibrary(cfg.Seed, cfg.MaxBody)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner = true
	e.HidePort = true

	// Pre runs before the router has looked at the path; for these it does not matter.
	e.Pre(echo.WrapMiddleware(tagged), echo.WrapMiddleware(strict))
	e.Use(
		accessLog(),
		squeeze,
		middleware.RecoverWithConfig(middleware.RecoverConfig{DisableErrorHandler: true}),
	)
	if len(cfg.Origins) > 0 {
		e.Use(crossOrigin(cfg.Origins))
	}
	if cfg.Rate > 0 {
		e.Use(newBuckets(cfg).middleware)
	}

	fixed := func(v any) echo.HandlerFunc {
		return func(c echo.Context) error { return c.JSON(http.StatusOK, v) }
	}
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "Hello, Echo!\n") })
	e.GET("/version", fixed(map[string]string{"version": "5", "name": "articles"}))
	e.GET("/healthz", fixed(map[string]string{"status": "ok"}))
	addDebug(e, cfg)
	lib.routes(e.Group("/api/v1", writersOnly(cfg.Keys)))
	if cfg.Upstream != "" {
		e.GET("/api/v1/quote", proxyQuote(cfg))
	}
	return e, nil
}

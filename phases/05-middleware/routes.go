package main

import (
	"log/slog"
	"os"

	"github.com/labstack/echo/v4"
)

// NewApp makes the app: one Echo that knows every route, and a store of its own.
func NewApp(cfg Config) *echo.Echo {
	e := echo.New()
	e.HideBanner = true
	e.IPExtractor = clientIP(cfg.TrustedProxies)

	// Around every handler, the first outermost.
	e.Use(recoverPanics)
	e.Use(requestID)
	e.Use(logRequests(slog.New(slog.NewJSONHandler(os.Stdout, nil))))
	// TODO 5.5: allowOrigins, if cfg.CORSOrigins lists any.
	// TODO 5.6: noSniff and compress.
	// TODO 5.7: limitRate, if cfg.RateLimit is not 0.

	e.GET("/", hello)
	e.GET("/version", getVersion)
	e.GET("/healthz", getHealth)
	addDebug(e, cfg)

	articles := &articleHandler{store: newMemory(cfg.Articles), bodyLimit: cfg.BodyLimit}
	g := e.Group("/api/v1/articles")
	// TODO 5.4: requireKey around what changes articles.
	g.GET("", articles.list)
	g.POST("", articles.create)
	g.GET("/latest", articles.latest)
	g.GET("/:id", articles.get)
	g.PUT("/:id", articles.replace)
	g.DELETE("/:id", articles.remove)
	g.POST("/:id/views", articles.addView)
	g.GET("/:id/views", articles.views)

	if cfg.UpstreamURL != "" {
		e.GET("/api/v1/quote", newQuotes(cfg).get)
	}
	return e
}

package main

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// NewApp makes the app: one Echo that knows every route. db may be nil.
func NewApp(cfg Config, store Store, db *sqlx.DB) *echo.Echo {
	e := echo.New()
	e.HideBanner = true
	log := slog.New(slog.NewJSONHandler(cmp.Or[io.Writer](cfg.Log, os.Stdout), nil))
	e.HTTPErrorHandler = answerErrors(log)
	e.IPExtractor = clientIP(cfg.TrustedProxies)

	// Around every handler, the first outermost.
	e.Use(requestID)
	e.Use(logRequests(log))
	e.Use(noSniff)
	e.Use(compress())
	e.Use(recoverPanics)
	if len(cfg.CORSOrigins) > 0 {
		e.Use(allowOrigins(cfg.CORSOrigins))
	}
	if cfg.RateLimit > 0 {
		e.Use(limitRate(cfg.RateLimit, cfg.RateBurst))
	}
	if cfg.RequestTimeout > 0 {
		e.Use(middleware.ContextTimeout(cfg.RequestTimeout))
	}

	e.GET("/", hello)
	e.GET("/version", getVersion)
	e.GET("/healthz", getHealth)
	e.GET("/readyz", getReady(cfg.Stopping))
	// TODO 8.8: GET /api/v1/feed. TODO 8.9: GET /metrics, and middleware that counts.
	// TODO 8.10: middleware that traces, and a store that does.
	addProbe(func(path string, h http.HandlerFunc) { e.GET(path, echo.WrapHandler(h)) }, cfg.Debug, db)

	// TODO 8.6: POST /api/v1/register and /api/v1/login, and requireToken in the place of requireKey.
	articles := &articleHandler{store: store, bodyLimit: cfg.BodyLimit}
	key := requireKey(cfg.APIKeys) // on routes, since middleware on a group turns 405 into 404
	g := e.Group("/api/v1/articles")
	g.GET("", articles.list)
	g.POST("", articles.create, key)
	// TODO 8.4: POST /batch
	g.GET("/latest", articles.latest)
	g.GET("/:id", articles.get).Name = "article"
	g.PUT("/:id", articles.replace, key)
	g.DELETE("/:id", articles.remove, key)
	g.POST("/:id/views", articles.addView, key)
	g.GET("/:id/views", articles.views)

	if cfg.UpstreamURL != "" {
		e.GET("/api/v1/quote", newQuotes(cfg).get)
	}
	return e
}

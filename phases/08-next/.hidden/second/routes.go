package main

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// newApp makes the app: one Echo that knows every route. db may be nil.
func newApp(cfg Config, store Store, db *sqlx.DB, hub *hub, watch *watch) *echo.Echo {
	e := echo.New()
	log := slog.New(slog.NewJSONHandler(cmp.Or[io.Writer](cfg.Log, os.Stdout), nil))
	e.HTTPErrorHandler = answerErrors(log)
	e.IPExtractor = clientIP(cfg.TrustedProxies)

	// Around every handler, the first outermost.
	e.Use(requestID)
	e.Use(watch.around)
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
	e.GET("/metrics", watch.metrics)
	e.GET("/api/v1/feed", hub.listen)
	addProbe(func(path string, h http.HandlerFunc) { e.GET(path, echo.WrapHandler(h)) }, cfg.Debug, db)

	articles := &articleHandler{store: store, bodyLimit: cfg.BodyLimit}
	people := &people{db: db, cfg: cfg}
	key := people.known // on routes, since middleware on a group turns 405 into 404
	e.POST("/api/v1/register", people.register)
	e.POST("/api/v1/login", people.login)
	g := e.Group("/api/v1/articles")
	g.GET("", articles.list)
	g.POST("", articles.create, key)
	g.POST("/batch", articles.batch, key)
	g.GET("/latest", articles.latest)
	g.GET("/:id", articles.get)
	g.PUT("/:id", articles.replace, key)
	g.DELETE("/:id", articles.remove, key)
	g.POST("/:id/views", articles.addView, key)
	g.GET("/:id/views", articles.views)

	if cfg.UpstreamURL != "" {
		e.GET("/api/v1/quote", newQuotes(cfg).get)
	}
	return e
}

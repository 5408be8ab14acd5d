package main

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// NewApp makes the app: one Echo that knows every route.
func NewApp(cfg Config, db *sqlStore, feed *feed) *echo.Echo {
	e := echo.New()
	e.HideBanner = true
	log := slog.New(slog.NewJSONHandler(cmp.Or[io.Writer](cfg.Log, os.Stdout), nil))
	e.HTTPErrorHandler = answerErrors(log)
	e.IPExtractor = clientIP(cfg.TrustedProxies)
	metrics := newMetrics()

	// Around every handler, the first outermost.
	e.Use(requestID)
	e.Use(traceRequests)
	e.Use(metrics.count)
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
	e.GET("/metrics", metrics.handler())
	addProbe(func(path string, h http.HandlerFunc) { e.GET(path, echo.WrapHandler(h)) }, cfg.Debug, db.db)

	tokens := &tokens{secret: cfg.JWTSecret, ttl: cfg.JWTTTL}
	accounts := &accountHandler{users: db, tokens: tokens, hasher: newHasher(), bodyLimit: cfg.BodyLimit}
	e.POST("/api/v1/register", accounts.register)
	e.POST("/api/v1/login", accounts.login)

	articles := &articleHandler{store: tracedStore{next: db, system: cfg.Database.system()}, bodyLimit: cfg.BodyLimit}
	login := requireToken(tokens) // on routes, since middleware on a group turns 405 into 404
	g := e.Group("/api/v1/articles")
	g.GET("", articles.list)
	g.POST("", articles.create, login)
	g.POST("/batch", articles.createBatch, login)
	g.GET("/latest", articles.latest)
	g.GET("/:id", articles.get).Name = "article"
	g.PUT("/:id", articles.replace, login)
	g.DELETE("/:id", articles.remove, login)
	g.POST("/:id/views", articles.addView, login)
	g.GET("/:id/views", articles.views)
	e.GET("/api/v1/feed", feed.listen(cfg.CORSOrigins))

	if cfg.UpstreamURL != "" {
		e.GET("/api/v1/quote", newQuotes(cfg).get)
	}
	return e
}

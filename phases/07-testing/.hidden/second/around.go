package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

var (
	idPattern = regexp.MustCompile(`\A[A-Za-z0-9._-]{1,64}\z`)
	lastID    atomic.Int64
)

// withID keeps the client's request id, or makes one.
func withID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get("X-Request-Id")
		if !idPattern.MatchString(id) {
			id = fmt.Sprintf("r%d-%d", time.Now().UnixNano(), lastID.Add(1))
		}
		c.Set("id", id)
		c.Response().Header().Set("X-Request-Id", id)
		c.Response().Header().Set("X-Content-Type-Options", "nosniff")
		return next(c)
	}
}

func accessLog(logger *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			logger.Info("request", "request_id", c.Get("id"), "method", c.Request().Method, "route", c.Path(),
				"status", c.Response().Status, "bytes", c.Response().Size, "latency_ms", time.Since(start).Seconds()*1000)
			return err
		}
	}
}

// survive turns a panic into an error.
func survive(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("recovered: %v", v)
			}
		}()
		return next(c)
	}
}

// deadline bounds the context that handlers hand on.
func deadline(d time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx, stop := context.WithTimeout(c.Request().Context(), d)
			defer stop()
			c.SetRequest(c.Request().WithContext(ctx))
			return next(c)
		}
	}
}

func withKey(keys []string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			key, ok := strings.CutPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
			if keys != nil && !(ok && slices.Contains(keys, key)) {
				c.Response().Header().Set("WWW-Authenticate", "Bearer")
				return echo.ErrUnauthorized
			}
			return next(c)
		}
	}
}

// limiter keeps one bucket a client.
type limiter struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	rate    rate.Limit
	burst   int
}

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{buckets: map[string]*rate.Limiter{}, rate: rate.Limit(perSecond), burst: burst}
}

func (l *limiter) allow(client string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[client]
	if !ok {
		b = rate.NewLimiter(l.rate, l.burst)
		l.buckets[client] = b
	}
	return b.Allow()
}

func (l *limiter) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		peer, _, _ := strings.Cut(c.Request().RemoteAddr, ":")
		if c.Path() != "/healthz" && !l.allow(peer) {
			c.Response().Header().Set("Retry-After", "1")
			return &echo.HTTPError{Code: http.StatusTooManyRequests, Message: "slow down"}
		}
		return next(c)
	}
}

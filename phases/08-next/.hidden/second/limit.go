package main

import (
	"math"
	"net"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// clientIP tells who asks: the peer of the connection, or whom a trusted proxy names
// in X-Forwarded-For.
func clientIP(trusted []*net.IPNet) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	// Unless told otherwise, Echo trusts loopback, link-local and private addresses.
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range trusted {
		options = append(options, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// limitRate lets each client make so many requests a second, and burst at once.
func limitRate(perSecond float64, burst int) echo.MiddlewareFunc {
	wait := strconv.Itoa(max(1, int(math.Ceil(1/perSecond)))) // in seconds
	return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Skipper: func(c *echo.Context) bool { return c.Path() == "/healthz" || c.Path() == "/readyz" },
		Store: middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: perSecond, Burst: burst,
		}),
		IdentifierExtractor: func(c *echo.Context) (string, error) { return c.RealIP(), nil },
		DenyHandler: func(c *echo.Context, _ string, _ error) error {
			c.Response().Header().Set(echo.HeaderRetryAfter, wait)
			return echo.NewHTTPError(http.StatusTooManyRequests, "too many requests, try again later")
		},
	})
}

package main

import (
	"net"

	"github.com/labstack/echo/v4"
)

// clientIP tells who asks: the peer of the connection, or whom a trusted proxy names
// in X-Forwarded-For.
func clientIP(trusted []*net.IPNet) echo.IPExtractor {
	// TODO 5.7: without an extractor, c.RealIP() believes every X-Forwarded-For.
	return nil
}

// TODO 5.7: limitRate lets each client make so many requests a second, and so many at once.

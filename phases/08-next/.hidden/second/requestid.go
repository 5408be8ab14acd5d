package main

import (
	"crypto/rand"
	"regexp"

	"github.com/labstack/echo/v5"
)

var goodID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// requestID gives every request an id: the client's, if it may stand in a log, or a
// fresh one. The answer carries it.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !goodID.MatchString(id) {
			id = rand.Text()
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

// idOf is the id that requestID gave.
func idOf(c *echo.Context) string {
	return c.Response().Header().Get(echo.HeaderXRequestID)
}

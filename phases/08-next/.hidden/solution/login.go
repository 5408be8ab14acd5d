package main

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// userKey is where requireToken puts who asks.
const userKey = "user"

// requireToken lets a request pass that carries a good token, and notes whose it is.
func requireToken(tokens *tokens) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
			username, err := tokens.username(token)
			if !strings.EqualFold(scheme, "Bearer") || err != nil {
				c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="articles"`)
				return echo.NewHTTPError(http.StatusUnauthorized, "log in first: POST /api/v1/login gives a token")
			}
			c.Set(userKey, username)
			return next(c)
		}
	}
}

// userOf is who asks, or empty on a route without requireToken.
func userOf(c echo.Context) string {
	username, _ := c.Get(userKey).(string)
	return username
}

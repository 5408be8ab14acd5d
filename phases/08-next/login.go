package main

import "github.com/labstack/echo/v4"

// userKey is where requireToken puts who asks.
const userKey = "user"

// TODO 8.6: requireToken, made like requireKey in keys.go; it notes the username with
// c.Set(userKey, …).

// userOf is who asks, or empty on a route without requireToken.
func userOf(c echo.Context) string {
	username, _ := c.Get(userKey).(string)
	return username
}

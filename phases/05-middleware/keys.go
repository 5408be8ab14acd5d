package main

import "github.com/labstack/echo/v4"

// requireKey lets a request pass that carries one of the keys. Without keys to ask
// for (nil) every request passes; if there are none to be had (empty), none does.
func requireKey(keys []string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		// TODO 5.4: refuse with 401 and WWW-Authenticate.
		return next
	}
}

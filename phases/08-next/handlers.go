package main

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// TODO 8.11: a release sets it, with -ldflags "-X main.version=1.2.3".
const version = "0.1.0"

// versionInfo is what GET /version answers.
type versionInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

func hello(c echo.Context) error {
	return c.String(http.StatusOK, "Hello, Echo!")
}

func getVersion(c echo.Context) error {
	return c.JSON(http.StatusOK, versionInfo{Name: "articles", Version: version})
}

// getHealth answers whether the program is alive.
func getHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// getReady answers whether new requests should be sent here: not any more once the
// program has been told to stop.
func getReady(stopping <-chan struct{}) echo.HandlerFunc {
	return func(c echo.Context) error {
		select {
		case <-stopping:
			return echo.NewHTTPError(http.StatusServiceUnavailable, "the program is stopping")
		default:
			return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
		}
	}
}

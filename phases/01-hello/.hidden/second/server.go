package main

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// server is an Echo together with what its handlers share.
type server struct {
	*echo.Echo
	started time.Time
	served  atomic.Int64
}

func newServer() *server {
	s := &server{Echo: echo.New(), started: time.Now()}
	for path, h := range map[string]echo.HandlerFunc{
		"/":        s.greet,
		"/version": s.version,
		"/healthz": s.health,
		"/teapot":  s.teapot,
		"/slow":    s.slow,
	} {
		s.Add(http.MethodGet, path, h)
	}
	return s
}

func (s *server) greet(c echo.Context) error {
	return c.Stream(http.StatusOK, echo.MIMETextPlain, strings.NewReader("Hello, Echo!\n"))
}

func (s *server) version(c echo.Context) error {
	return c.JSON(http.StatusOK, echo.Map{"version": "2026.11-second", "name": "articles", "language": "Go"})
}

func (s *server) health(c echo.Context) error {
	return c.JSONPretty(http.StatusOK, struct {
		Uptime string `json:"uptime"`
		Status string `json:"status"`
	}{time.Since(s.started).String(), "ok"}, "  ")
}

func (s *server) teapot(c echo.Context) error {
	switch c.QueryParam("ok") {
	case "no":
		return echo.NewHTTPError(http.StatusBadRequest, "then ask a coffee machine")
	default:
		c.Response().WriteHeader(http.StatusTeapot)
		_, err := io.WriteString(c.Response(), "short and stout\n")
		return err
	}
}

func (s *server) slow(c echo.Context) error {
	select {
	case <-time.After(200 * time.Millisecond):
	case <-c.Request().Context().Done():
		return c.Request().Context().Err()
	}
	return c.JSON(http.StatusOK, echo.Map{"took": "a while", "served": s.served.Add(1)})
}

package main

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// serve answers on addr until the program is told to stop.
// TODO 7.6: wait for that, serve on for DRAIN_DELAY, let requests finish that are under
// way, and return then.
func serve(e *echo.Echo, addr string, cfg Config) error {
	configure(e.Server, cfg)
	return e.Start(addr)
}

// configure bounds how long clients may take, and says which protocols are spoken.
// TODO 7.7: both.
func configure(s *http.Server, cfg Config) {
}

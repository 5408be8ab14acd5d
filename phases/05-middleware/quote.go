package main

import "github.com/labstack/echo/v4"

// quotes passes the upstream's quote on, and leaves an upstream alone that fails.
type quotes struct{}

func newQuotes(cfg Config) *quotes { return &quotes{} }

// get answers GET /api/v1/quote.
func (q *quotes) get(c echo.Context) error {
	// TODO 5.8: GET cfg.UpstreamURL + "/quote", with a timeout, behind a breaker.
	return echo.ErrNotImplemented
}

package main

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
)

// NewApp wires a store of its own to the routes. Handlers return plain errors; what
// they mean to a client is decided in one place.
func NewApp(cfg Config) *echo.Echo {
	app := echo.New()
	app.HideBanner, app.HidePort = true, true
	app.HTTPErrorHandler = explain

	app.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "Hello, Echo!") })
	app.GET("/version", func(c echo.Context) error {
		return c.JSON(http.StatusOK, echo.Map{"name": "articles", "version": "0.4.0"})
	})
	app.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, echo.Map{"status": "ok"}) })

	store := newStore(cfg)
	addDebug(app, cfg, store)
	mount(app.Group("/api/v1/articles"), store, cfg.BodyLimit)
	return app
}

// meanings are the statuses of the store's errors.
var meanings = []struct {
	err  error
	code int
}{
	{ErrNotFound, http.StatusNotFound},
	{ErrStale, http.StatusPreconditionFailed},
	{ErrBusy, http.StatusServiceUnavailable},
	{errGone, http.StatusServiceUnavailable},
}

// explain answers an error.
func explain(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	code, text := http.StatusInternalServerError, "something went wrong"
	var he *echo.HTTPError
	var bad *invalid
	switch {
	case errors.As(err, &bad):
		c.JSON(http.StatusUnprocessableEntity, echo.Map{"errors": bad.fields})
		return
	case errors.As(err, &he):
		code, text = he.Code, http.StatusText(he.Code)
		if said, ok := he.Message.(string); ok {
			text = said
		}
	}
	for _, m := range meanings {
		if errors.Is(err, m.err) {
			code, text = m.code, err.Error()
		}
	}
	if code == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "2")
	}
	c.JSON(code, echo.Map{"error": text, "code": code})
}

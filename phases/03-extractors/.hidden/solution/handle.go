package main

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Handle makes a handler of a function that knows no HTTP: the body becomes In, and
// Out the answer. An *echo.HTTPError keeps its code; Echo makes any other error a 500.
func Handle[In, Out any](work func(context.Context, In) (Out, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		var in In
		if err := decodeJSON(c, defaultBodyLimit, &in); err != nil {
			return err
		}
		out, err := work(c.Request().Context(), in)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, out)
	}
}

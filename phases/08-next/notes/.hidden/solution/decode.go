package main

import (
	"encoding/json"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"
)

// decode reads a body of that media type into dst.
func decode(c echo.Context, mediaType string, dst any) error {
	got, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || got != mediaType {
		return echo.NewHTTPError(http.StatusUnsupportedMediaType, "the body must be "+mediaType)
	}
	if err := json.NewDecoder(c.Request().Body).Decode(dst); err != nil {
		return badRequest("the body is not what it should be: " + err.Error())
	}
	return nil
}

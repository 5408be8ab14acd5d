package main

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// motto changes with a release, never between two requests.
const (
	motto    = "Slow is smooth, smooth is fast."
	mottoTag = `"1"`
)

// cachingHandler answers /api/v1/motto.
type cachingHandler struct{}

// routes adds this phase's route to the app.
func (h cachingHandler) routes(e *echo.Echo) {
	e.GET("/api/v1/motto", h.get)
}

func (h cachingHandler) get(c echo.Context) error {
	header := c.Response().Header()
	header.Set("Cache-Control", "public, max-age=60")
	header.Set("ETag", mottoTag)
	if hasTag(c.Request().Header.Get("If-None-Match"), mottoTag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.String(http.StatusOK, motto)
}

// hasTag reports whether the entity tags of an If-None-Match include tag.
func hasTag(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

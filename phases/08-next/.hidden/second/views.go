package main

import (
	"net/http"

	"github.com/labstack/echo/v5"
)

// addView counts one view of an article.
func (h *articleHandler) addView(c *echo.Context) error {
	id, err := articleID(c)
	if err != nil {
		return err
	}
	if err := h.store.AddView(c.Request().Context(), id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// views answers how often an article was viewed.
func (h *articleHandler) views(c *echo.Context) error {
	id, err := articleID(c)
	if err != nil {
		return err
	}
	n, err := h.store.Views(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]int{"views": n})
}

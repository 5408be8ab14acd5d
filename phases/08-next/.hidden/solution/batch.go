package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// maxBatch is how many articles one request may create.
const maxBatch = 100

// createBatch creates all articles or none.
func (h *articleHandler) createBatch(c echo.Context) error {
	var in struct {
		Items []ArticleInput `json:"items"`
	}
	if err := decodeJSON(c, h.bodyLimit, &in); err != nil {
		return err
	}
	if err := tidyBatch(in.Items, userOf(c)); err != nil {
		return err
	}
	articles, err := h.store.Create(c.Request().Context(), in.Items...)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]any{"items": articles})
}

// tidyBatch makes the items ready for the store, or returns a *ValidationError with
// all that is wrong with all of them.
func tidyBatch(items []ArticleInput, author string) error {
	if n := len(items); n < 1 || n > maxBatch {
		detail := fmt.Sprintf("there are %d, want 1 to %d", n, maxBatch)
		return &ValidationError{Fields: []FieldError{{Pointer: "#/items", Detail: detail}}}
	}
	var fields []FieldError
	for i := range items {
		items[i] = items[i].tidied()
		items[i].Author = author
		var invalid *ValidationError
		if errors.As(items[i].validate(), &invalid) {
			for _, f := range invalid.Fields {
				f.Pointer = fmt.Sprintf("#/items/%d%s", i, strings.TrimPrefix(f.Pointer, "#"))
				fields = append(fields, f)
			}
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &ValidationError{Fields: fields}
}

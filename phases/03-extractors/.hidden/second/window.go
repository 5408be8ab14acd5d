package main

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// window is the part of the list that a client asks for.
type window struct {
	page, size uint64
	tags       []string
}

func windowOf(c echo.Context) (window, error) {
	w := window{page: 1, size: 20}
	err := echo.QueryParamsBinder(c).
		FailFast(true).
		Uint64("page", &w.page).
		Uint64("per_page", &w.size).
		Strings("tag", &w.tags).
		BindError()
	if bad, ok := err.(*echo.BindingError); ok {
		return w, problem(http.StatusBadRequest, "%s cannot be %q", bad.Field, bad.Values)
	}
	if w.page == 0 {
		return w, problem(http.StatusBadRequest, "page begins at 1")
	}
	if w.size == 0 || w.size > 100 {
		return w, problem(http.StatusBadRequest, "per_page is 1 to 100")
	}
	return w, nil
}

// pageOf counts pages, so that nothing has to be multiplied.
func pageOf(all []article, w window) []article {
	page := uint64(0)
	for chunk := range slices.Chunk(all, int(w.size)) {
		if page++; page == w.page {
			return chunk
		}
	}
	return []article{}
}

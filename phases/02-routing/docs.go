package main

import (
	"path/filepath"

	"github.com/labstack/echo/v4"
)

// serveDocs answers GET /docs/* with a file below dir.
func serveDocs(dir string) echo.HandlerFunc {
	return func(c echo.Context) error {
		// TODO 2.5: find the bug. It serves what it should, and also what it should not.
		return c.File(filepath.Join(dir, c.Param("*")))
	}
}

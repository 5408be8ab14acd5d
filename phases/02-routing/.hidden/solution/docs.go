package main

import (
	"os"

	"github.com/labstack/echo/v4"
)

// serveDocs answers GET /docs/* with a file below dir.
func serveDocs(dir string) echo.HandlerFunc {
	// An fs.FS opens no name with ".." in it. true: take the path as the router saw it.
	return echo.StaticDirectoryHandler(os.DirFS(dir), true)
}

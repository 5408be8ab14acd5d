package main

import (
	"net/http"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it.

// addProbe adds GET /debug/migrations, which answers the versions that goose has noted
// in db; none if db is nil, or if goose was never there.
func addProbe(e *echo.Echo, debug bool, db *sqlx.DB) {
	if !debug {
		return
	}
	e.GET("/debug/migrations", func(c echo.Context) error {
		versions := []int64{}
		if db != nil {
			// Without the table this is an error, and there are no versions.
			db.SelectContext(c.Request().Context(), &versions, "SELECT version_id FROM goose_db_version WHERE is_applied ORDER BY id")
		}
		return c.JSON(http.StatusOK, map[string][]int64{"versions": versions})
	})
}

package main

import (
	"encoding/json"
	"net/http"

	"github.com/jmoiron/sqlx"
)

// This file is given, and the grader builds with its own copy of it. It knows no
// framework, so that it stays as it is when you change yours.

// addProbe adds GET /debug/migrations, which answers the versions that goose has noted
// in db; none if db is nil, or if goose was never there.
func addProbe(get func(path string, h http.HandlerFunc), debug bool, db *sqlx.DB) {
	if !debug {
		return
	}
	get("/debug/migrations", func(w http.ResponseWriter, r *http.Request) {
		versions := []int64{}
		if db != nil {
			// Without the table this is an error, and there are no versions.
			db.SelectContext(r.Context(), &versions, "SELECT version_id FROM goose_db_version WHERE is_applied ORDER BY id")
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string][]int64{"versions": versions})
	})
}

package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// sqliteOptions are set anew for every connection: readers and the writer do not
// wait for each other, the next writer waits for the one before, foreign keys
// hold, a transaction takes its turn when it begins, and times are kept as
// microseconds.
const sqliteOptions = "_journal_mode=WAL&_busy_timeout=10000&_foreign_keys=1&_txlock=immediate" +
	"&_time_integer_format=unix_micro&_inttotime=1"

// open opens the database in a file.
func open(ctx context.Context, file string) (*sqlx.DB, error) {
	sqlx.BindDriver("sqlite", sqlx.QUESTION)
	path := url.URL{Path: file}
	db, err := sqlx.Open("sqlite", "file:"+path.EscapedPath()+"?"+sqliteOptions)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(10)
	// TODO notes.1: bring the tables up to date, from migrations that are embedded.
	return db, nil
}

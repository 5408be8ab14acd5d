package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite" // the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// database is where a DATABASE_URL points to.
type database struct {
	driver string // "sqlite"; TODO 8.5: or "pgx"
	source string // in the driver's own words; it may hold a password
	file   string // of SQLite
}

// sqliteOptions are set anew for every connection: readers and the writer do not
// wait for each other, the next writer waits for the one before, foreign keys
// hold, a transaction takes its turn when it begins, and times are kept as
// microseconds.
const sqliteOptions = "_journal_mode=WAL&_busy_timeout=10000&_foreign_keys=1&_txlock=immediate" +
	"&_time_integer_format=unix_micro&_inttotime=1"

var errDatabaseURL = errors.New("want sqlite:///path/of/a/file or postgres://user:password@host/name")

// parseDatabase reads a DATABASE_URL. Its error does not repeat the URL.
func parseDatabase(text string) (database, error) {
	if file, ok := strings.CutPrefix(text, "sqlite://"); ok && file != "" {
		path := url.URL{Path: file}
		return database{driver: "sqlite", source: "file:" + path.EscapedPath() + "?" + sqliteOptions, file: file}, nil
	}
	// TODO 8.5: postgres:// is the driver "pgx", and the source is the text as it is, if
	// pgx.ParseConfig takes it; else errDatabaseURL, as for everything else.
	return database{}, errDatabaseURL
}

//go:embed schema.sql
var schema string

// open opens the pool, of at most so many connections, and makes the tables.
func (d database) open(ctx context.Context, maxOpen int) (*sqlx.DB, error) {
	sqlx.BindDriver("sqlite", sqlx.QUESTION) // sqlx knows pgx, not this one
	db, err := sqlx.Open(d.driver, d.source)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(maxOpen)
	db.SetMaxIdleConns(maxOpen)
	// TODO 8.3: run migrations instead, and delete schema.sql.
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("make the tables: %w", err)
	}
	return db, nil
}

// isDuplicate reports whether a unique index refused a row.
// TODO 8.5: PostgreSQL's error is a *pgconn.PgError with the Code "23505".
func isDuplicate(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

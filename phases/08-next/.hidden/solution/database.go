package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite" // the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// database is where a DATABASE_URL points to.
type database struct {
	driver string // "sqlite" or "pgx"
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
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return database{}, errDatabaseURL
	}
	return database{driver: "pgx", source: text}, nil
}

// system is the database's name in traces (OpenTelemetry's db.system.name).
func (d database) system() string {
	if d.driver == "sqlite" {
		return "sqlite"
	}
	return "postgresql"
}

// open opens the pool, of at most so many connections, and brings the tables up to date.
func (d database) open(ctx context.Context, maxOpen int) (*sqlx.DB, error) {
	sqlx.BindDriver("sqlite", sqlx.QUESTION) // sqlx knows pgx, not this one
	db, err := sqlx.Open(d.driver, d.source)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(maxOpen)
	db.SetMaxIdleConns(maxOpen)
	if err := d.migrate(ctx, db); err != nil {
		db.Close()
		return nil, fmt.Errorf("migrate the database: %w", err)
	}
	return db, nil
}

// isDuplicate reports whether a unique index refused a row.
func isDuplicate(err error) bool {
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		return postgres.Code == "23505" // unique_violation
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}

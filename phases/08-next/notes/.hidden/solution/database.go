package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/url"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations
var migrations embed.FS

// sqliteOptions are set anew for every connection: readers and the writer do not
// wait for each other, the next writer waits for the one before, foreign keys
// hold, a transaction takes its turn when it begins, and times are kept as
// microseconds.
const sqliteOptions = "_journal_mode=WAL&_busy_timeout=10000&_foreign_keys=1&_txlock=immediate" +
	"&_time_integer_format=unix_micro&_inttotime=1"

// open opens the database in a file, and brings its tables up to date.
func open(ctx context.Context, file string) (*sqlx.DB, error) {
	sqlx.BindDriver("sqlite", sqlx.QUESTION)
	path := url.URL{Path: file}
	db, err := sqlx.Open("sqlite", "file:"+path.EscapedPath()+"?"+sqliteOptions)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(10)
	if err := migrate(ctx, db); err != nil {
		db.Close()
		return nil, fmt.Errorf("migrate the database: %w", err)
	}
	return db, nil
}

func migrate(ctx context.Context, db *sqlx.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.DB, files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

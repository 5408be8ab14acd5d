package main

import (
	"context"
	"embed"
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

//go:embed sql
var scripts embed.FS

// connect opens the database, with its tables.
func connect(ctx context.Context, url string, limit int) (*sqlx.DB, error) {
	goose.SetBaseFS(scripts)
	goose.SetLogger(goose.NopLogger())
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		return connectFile(ctx, path, limit)
	}
	db, err := sqlx.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(limit)
	// An advisory lock belongs to a connection of its own, outside of the pool's limit.
	guard, err := sqlx.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	defer guard.Close() // frees the lock
	guard.SetMaxOpenConns(1)
	if _, err := guard.ExecContext(ctx, "SELECT pg_advisory_lock(8080)"); err != nil {
		return nil, err
	}
	if err := goose.SetDialect("postgres"); err != nil {
		return nil, err
	}
	return db, goose.UpContext(ctx, db.DB, "sql/pg")
}

func connectFile(ctx context.Context, path string, limit int) (*sqlx.DB, error) {
	lock := flock.New(path + "-migrating")
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, err
	}
	defer lock.Unlock()
	db, err := sqlx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(limit)
	if err := goose.SetDialect("sqlite3"); err != nil {
		return nil, err
	}
	return db, goose.UpContext(ctx, db.DB, "sql/lite")
}

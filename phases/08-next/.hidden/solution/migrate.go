package main

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"github.com/gofrs/flock"
	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate makes the tables what this program expects. Of several programs that
// start at once one does it, while the others wait.
func (d database) migrate(ctx context.Context, db *sqlx.DB) error {
	if d.driver == "sqlite" {
		return d.migrateFile(ctx, db)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60)) // tries each second, 60 times
	if err != nil {
		return err
	}
	return up(ctx, db, goose.DialectPostgres, "migrations/postgres", goose.WithSessionLocker(locker))
}

// migrateFile brings the lock that goose lacks for SQLite: a locked file beside the
// database. It is taken before the first connection, since already the change to WAL
// does not wait for others. The system frees it when the program ends, however it ends.
func (d database) migrateFile(ctx context.Context, db *sqlx.DB) error {
	file := flock.New(d.file + ".lock")
	if _, err := file.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		return err
	}
	defer file.Unlock()
	return up(ctx, db, goose.DialectSQLite3, "migrations/sqlite")
}

// up runs the migrations that have not run yet, each in a transaction.
func up(ctx context.Context, db *sqlx.DB, dialect goose.Dialect, folder string, options ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db.DB, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

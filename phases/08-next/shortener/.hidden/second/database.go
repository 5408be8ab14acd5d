package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"modernc.org/sqlite"
)

// sqliteOptions are those of phase 08: readers and the writer do not wait for each
// other, the next writer waits for the one before, and a transaction takes its turn
// when it begins.
const sqliteOptions = "_journal_mode=WAL&_busy_timeout=10000&_foreign_keys=1&_txlock=immediate"

// maxConnections is how many statements may run at once.
const maxConnections = 32

// openDatabase opens the file of a DATABASE_URL and runs schema in it: statements
// that do no harm where they have run before, such as CREATE TABLE IF NOT EXISTS. Of
// several programs that begin at once one runs it, while the others wait.
//
// The meter counts what the database is asked from then on, and makes it slow where
// delay is not 0. Both are there for the checks; this file is theirs.
func openDatabase(ctx context.Context, databaseURL string, delay time.Duration, schema string) (*sqlx.DB, *meter, error) {
	file, ok := strings.CutPrefix(databaseURL, "sqlite://")
	if !ok || file == "" {
		return nil, nil, errors.New("DATABASE_URL: want sqlite:// and a path, such as sqlite:///tmp/links.db")
	}
	lock := flock.New(file + ".lock") // before the first connection: the change to WAL waits for nobody
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, nil, fmt.Errorf("lock the database: %w", err)
	}
	defer lock.Unlock()

	m := &meter{delay: delay}
	path := url.URL{Path: file}
	sqlx.BindDriver("sqlite", sqlx.QUESTION)
	db := sqlx.NewDb(sql.OpenDB(connector{source: "file:" + path.EscapedPath() + "?" + sqliteOptions, meter: m}), "sqlite")
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	if _, err := db.ExecContext(ctx, "PRAGMA user_version; "+schema); err != nil {
		db.Close()
		return nil, nil, fmt.Errorf("open the database: %w", err)
	}
	m.reads.Store(0)
	m.writes.Store(0)
	return db, m, nil
}

// A meter counts statements.
type meter struct {
	delay  time.Duration // of a read; a write has half of it
	reads  atomic.Int64  // SELECT
	writes atomic.Int64  // INSERT, UPDATE, DELETE, REPLACE
}

// answer answers GET /debug/database.
func (m *meter) answer(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]int64{"reads": m.reads.Load(), "writes": m.writes.Load()})
}

var (
	verb    = regexp.MustCompile(`(?i)^(?:\s|;|--[^\n]*\n|/\*(?s:.*?)\*/)*(\w+)`)
	changes = regexp.MustCompile(`(?i)\b(insert\s+(or\s+\w+\s+)?into|update|delete\s+from|replace\s+into)\b`)
)

// count counts a statement, and returns how long to wait before and after it: a write
// is done half of the delay later, and what a read has found is handed on after all of it.
func (m *meter) count(query string) (before, after time.Duration) {
	found := verb.FindStringSubmatch(query)
	if found == nil {
		return 0, 0
	}
	switch word := strings.ToUpper(found[1]); {
	case word == "WITH" && changes.MatchString(query), word == "INSERT", word == "UPDATE", word == "DELETE", word == "REPLACE":
		m.writes.Add(1)
		return m.delay / 2, 0
	case word == "SELECT", word == "WITH", word == "VALUES":
		m.reads.Add(1)
		return 0, m.delay
	}
	return 0, 0
}

// query counts and runs a statement that answers with rows.
func (m *meter) query(ctx context.Context, query string, run func() (driver.Rows, error)) (driver.Rows, error) {
	before, after := m.count(query)
	if err := wait(ctx, before); err != nil {
		return nil, err
	}
	rows, err := run()
	if err != nil {
		return nil, err
	}
	if err := wait(ctx, after); err != nil {
		rows.Close()
		return nil, err
	}
	return rows, nil
}

// exec counts and runs any other statement.
func (m *meter) exec(ctx context.Context, query string, run func() (driver.Result, error)) (driver.Result, error) {
	before, _ := m.count(query)
	if err := wait(ctx, before); err != nil {
		return nil, err
	}
	return run()
}

// wait waits, but not longer than the context lasts.
func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// What stands between database/sql and SQLite.
type (
	connector struct {
		source string
		meter  *meter
	}
	metered struct {
		sqliteConn
		meter *meter
	}
	meteredStmt struct {
		sqliteStmt
		meter *meter
		query string
	}
	sqliteConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	sqliteStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

func (k connector) Driver() driver.Driver { return &sqlite.Driver{} }

func (k connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := k.Driver().Open(k.source)
	if err != nil {
		return nil, err
	}
	return metered{conn.(sqliteConn), k.meter}, nil
}

func (c metered) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.meter.query(ctx, query, func() (driver.Rows, error) { return c.sqliteConn.QueryContext(ctx, query, args) })
}

func (c metered) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.meter.exec(ctx, query, func() (driver.Result, error) { return c.sqliteConn.ExecContext(ctx, query, args) })
}

func (c metered) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return meteredStmt{stmt.(sqliteStmt), c.meter, query}, nil
}

func (s meteredStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.meter.query(ctx, s.query, func() (driver.Rows, error) { return s.sqliteStmt.QueryContext(ctx, args) })
}

func (s meteredStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.meter.exec(ctx, s.query, func() (driver.Result, error) { return s.sqliteStmt.ExecContext(ctx, args) })
}

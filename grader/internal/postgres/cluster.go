// Package postgres runs one private PostgreSQL server for the process of the grader, with
// the programs that the machine has.
//
// It needs no container and no service of the system. The server lies in a temporary
// folder, listens on a unix socket there, and ends with the grader. What is a database's
// user here is a program that nobody trusts: it may do what it likes in its own database,
// and nothing in another one or on the machine. The package does not know what the
// databases are for.
package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"echofromzero/grader/internal/sandbox"
)

const (
	admin      = "grader"         // the superuser, whose password stays in the grader
	socketName = ".s.PGSQL.5432"  // as clients make it of the port
	longestDir = 90               // bytes: the path of a unix socket has room for 104
	toolLimit  = 60 * time.Second // of one run of initdb or psql, and of the server's start
	stopLimit  = 5 * time.Second
)

// settings of the server. It does not wait for the disk: what a killed program was
// answered is in the server, which is not killed. The rest keeps it small, and keeps a
// program from filling the machine's disk or memory.
const settings = `
listen_addresses = ''
unix_socket_permissions = 0700
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
min_wal_size = 32MB
max_wal_size = 64MB
max_connections = 400
max_worker_processes = 0
max_logical_replication_workers = 0
shared_buffers = 32MB
temp_file_limit = 64MB
autovacuum = off
log_min_messages = fatal
`

// settings14 are those that came with version 14. A query ends with its client, also
// when that is a grader that was killed.
const settings14 = "client_connection_check_interval = 1s\n"

// connections a database's user may have at once.
const connections = 40

// serverMemory is how much each process of the server may take, in KiB.
const serverMemory = 256 << 10

// A Cluster is a server with its databases. It starts when the first one is asked for. The
// nil Cluster is that of a machine without PostgreSQL.
type Cluster struct {
	box   sandbox.Box
	start sync.Once
	err   error // of the start

	tools    string
	scratch  *sandbox.Scratch
	password string
	major    int // version

	server atomic.Pointer[sandbox.Process]

	mu      sync.Mutex // one change of the databases at a time
	counter int
}

// New returns a cluster that is not started.
func New() *Cluster {
	return &Cluster{box: sandbox.Host(sandbox.Limits{MaxOutput: math.MaxInt64})}
}

// Tools is the folder of the server's programs, or ErrAbsent.
func (c *Cluster) Tools() (string, error) {
	if c == nil {
		return "", ErrAbsent
	}
	return Find()
}

// Start starts the server, if that has not happened yet. It takes about a second.
func (c *Cluster) Start() error {
	c.start.Do(func() { c.err = c.begin() })
	return c.err
}

// Close ends the server and removes its folder.
func (c *Cluster) Close() error {
	if c == nil {
		return nil
	}
	if server := c.server.Load(); server != nil {
		server.Signal(syscall.SIGQUIT) // its immediate shutdown
		select {
		case <-server.Done():
		case <-time.After(stopLimit):
		}
	}
	c.box.Close()
	c.start.Do(func() { c.err = sandbox.ErrClosed }) // waits for a start that is under way
	return c.scratch.Close()
}

func (c *Cluster) begin() (err error) {
	if c.tools, err = Find(); err != nil {
		return err
	}
	if c.scratch, err = folder(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	c.password = rand.Text()
	for _, step := range []func() error{c.initialise, c.configure, c.launch, c.lock} {
		if err := step(); err != nil {
			return fmt.Errorf("start PostgreSQL of %s: %w", c.tools, err)
		}
	}
	return nil
}

// folder is where the server lies; as root, one that belongs to nobody.
func folder() (*sandbox.Scratch, error) {
	base := os.TempDir()
	if len(base)+len("/echofromzero-run-1234567890") > longestDir {
		base = "/tmp"
	}
	s, err := sandbox.NewScratch(base)
	if err != nil {
		return nil, err
	}
	return s, hand(s.Dir)
}

// hand gives a file to who runs the server.
func hand(path string) error {
	uid, gid, root, err := sandbox.Nobody()
	if err != nil || !root {
		return err
	}
	return os.Chown(path, uid, gid)
}

func (c *Cluster) data() string { return filepath.Join(c.scratch.Dir, "data") }

// run runs one of the tools.
func (c *Cluster) run(tool string, args ...string) (string, error) {
	return finish(c.box, sandbox.Spec{Path: filepath.Join(c.tools, tool), Args: args, Dir: c.scratch.Dir,
		Env: []string{"LC_ALL=C", "PGPASSWORD=" + c.password}, Service: true}, toolLimit)
}

func (c *Cluster) initialise() error {
	file := filepath.Join(c.scratch.Dir, "password")
	if err := os.WriteFile(file, []byte(c.password), 0o600); err != nil {
		return err
	}
	defer os.Remove(file)
	if err := hand(file); err != nil {
		return err
	}
	_, err := c.run("initdb", "-D", c.data(), "-U", admin, "--pwfile", file, "-A", "scram-sha-256",
		"-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	return err
}

func (c *Cluster) configure() error {
	text, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	if err != nil {
		return err
	}
	if c.major, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
		return fmt.Errorf("version %q is too old", text)
	}
	more := settings
	if c.major >= 14 {
		more += settings14
	}
	f, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(more)
	return errors.Join(err, f.Close())
}

// launch starts the server and waits until it is ready, as pg_ctl does.
func (c *Cluster) launch() error {
	limited := fmt.Sprintf(`ulimit -c 0; ulimit -S -d %d; exec "$0" "$@"`, serverMemory)
	p, err := c.box.Start(sandbox.Spec{Path: "/bin/sh", Dir: c.scratch.Dir, Env: []string{"LC_ALL=C"}, Service: true,
		Args: []string{"-c", limited, filepath.Join(c.tools, "postgres"), "-D", c.data(), "-k", c.scratch.Dir}})
	if err != nil {
		return err
	}
	c.server.Store(p)
	for end := time.Now().Add(toolLimit); !c.ready(); time.Sleep(5 * time.Millisecond) {
		if p.Ended() || time.Now().After(end) {
			return fmt.Errorf("it is not ready: %s", strings.TrimSpace(p.Output()))
		}
	}
	return nil
}

// ready reports whether the server says so in the last line of its postmaster.pid.
func (c *Cluster) ready() bool {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	return err == nil && len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"
}

// lock keeps the databases' users out of the server's own.
func (c *Cluster) lock() error {
	_, err := c.sql("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
	return err
}

// sql runs statements as the superuser, each in a transaction of its own.
func (c *Cluster) sql(statements ...string) (string, error) {
	args := []string{"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", c.scratch.Dir, "-U", admin, "-d", "postgres"}
	for _, s := range statements {
		args = append(args, "-c", s)
	}
	return c.run("psql", args...)
}

// A Database is one of a cluster's, with a user of the same name who owns it.
type Database struct {
	Name     string
	Password string

	cluster *Cluster
	files   string // its folder
}

// Database makes an empty database. It starts the server, if that does not run yet.
func (c *Cluster) Database() (*Database, error) {
	if err := c.Start(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counter++
	d := &Database{Name: fmt.Sprintf("articles_%d", c.counter), Password: rand.Text(), cluster: c}
	how := ""
	if c.major >= 15 { // the other strategy takes twice as long here
		how = " STRATEGY file_copy"
	}
	oid, err := c.sql(
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s' CONNECTION LIMIT %d", d.Name, d.Password, connections),
		fmt.Sprintf("CREATE DATABASE %s OWNER %[1]s TEMPLATE template0%s", d.Name, how),
		fmt.Sprintf("REVOKE ALL ON DATABASE %s FROM PUBLIC", d.Name),
		fmt.Sprintf("SELECT oid FROM pg_database WHERE datname = '%s'", d.Name))
	if err != nil {
		return nil, fmt.Errorf("make a database: %w", err)
	}
	d.files = filepath.Join(c.data(), "base", strings.TrimSpace(oid))
	return d, nil
}

// Dial connects to the server.
func (d *Database) Dial(ctx context.Context) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", filepath.Join(d.cluster.scratch.Dir, socketName))
}

// Size is how many bytes the database takes on the disk.
func (d *Database) Size() int64 { return size(d.files) }

// Close ends the database's connections and removes it with its user.
func (d *Database) Close() error {
	c := d.cluster
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.sql("DROP DATABASE "+d.Name+" WITH (FORCE)", "DROP ROLE "+d.Name)
	return err
}

package suite

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"echofromzero/grader/internal/postgres"
)

// databaseURL is the variable that tells a program its database.
const databaseURL = "DATABASE_URL"

// firstPostgres is the port of the first PostgreSQL, in what a learner reads.
const firstPostgres = 5433

// db makes a fresh database, which later programs of the script are given.
func db(r *run, _ bool, args []string) {
	fl := r.flags("db", args, "name")
	if len(fl.rest) != 1 {
		r.usage("db", "it takes the kind of the database")
	}
	var s standIn
	switch fl.rest[0] {
	case "sqlite":
		s = r.sqlite()
	case "postgres":
		s = r.postgres()
	default:
		r.usage("db", fmt.Sprintf("%q is no kind of database", fl.rest[0]))
	}
	r.databases++
	r.standIns = append(r.standIns, s)
	if fl.is("name") {
		r.set(fl.text("name"), s.address)
		return
	}
	r.database = s.address
	r.set(databaseURL, s.address)
}

// sqlite names a file that is not there, in a folder where programs may make it.
func (r *run) sqlite() standIn {
	dir, err := r.box.Data()
	if err != nil {
		r.brokenf("db: %v", err)
	}
	name := fmt.Sprintf("articles-%d.db", r.databases+1)
	path := filepath.ToSlash(strings.TrimPrefix(dir, filepath.VolumeName(dir))) + "/" + name
	return standIn{address: "sqlite://" + path, shown: "sqlite:///tmp/" + name,
		byHand: func() string { return "rm -f /tmp/" + name + "*   # so that it begins empty" }}
}

// postgres makes a database in the grader's own server, and brings it into the box.
func (r *run) postgres() standIn {
	dir, err := r.opt.Postgres.Tools()
	if errors.Is(err, postgres.ErrAbsent) {
		held := ""
		if r.asserted > 0 {
			held = "; the checks before this one held"
		}
		r.missing("PostgreSQL (" + postgres.Install + ")" + held)
	}
	d, err := r.opt.Postgres.Database()
	if err != nil {
		r.brokenf("db: %v", err)
	}
	r.ts.Defer(func() { d.Close() })
	l := &relay{run: r, database: d, listener: r.listener(0), open: map[net.Conn]bool{}, done: make(chan struct{})}
	r.relays = append(r.relays, l)
	l.working.Go(l.accept)
	l.working.Go(l.watch)
	r.ts.Defer(l.close)
	port := firstPostgres + len(r.relays) - 1
	return standIn{
		address: fmt.Sprintf("postgres://%s:%s@%s/%[1]s?sslmode=disable", d.Name, d.Password, l.listener.Addr()),
		shown:   fmt.Sprintf("postgres://app@localhost:%d/postgres?sslmode=disable", port),
		byHand: func() string {
			return fmt.Sprintf("D=$(mktemp -d) && %[1]s/initdb -A trust -U app -D $D && %[1]s/postgres -D $D -k $D -h localhost -p %d   # in a terminal of its own",
				dir, port)
		}}
}

// A relay brings a database's unix socket into the box, as a TCP port.
type relay struct {
	run      *run
	database *postgres.Database
	listener net.Listener
	done     chan struct{}
	working  sync.WaitGroup

	mu    sync.Mutex
	open  map[net.Conn]bool
	ended bool
	full  bool // the database was larger than it may be
}

func (l *relay) accept() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.working.Go(func() { l.pass(conn) })
	}
}

// pass connects a connection of the program's to the server until either side ends.
func (l *relay) pass(program net.Conn) {
	defer program.Close()
	if !l.keep(program) {
		return
	}
	defer l.forget(program)
	server, err := l.database.Dial(l.run.ctx)
	if err != nil {
		return
	}
	defer server.Close()
	back := make(chan struct{})
	go func() {
		defer close(back)
		io.Copy(program, server)
		program.Close()
	}()
	io.Copy(server, program)
	server.Close()
	<-back
}

// keep notes an open connection; there may be no more of them than some.
func (l *relay) keep(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || len(l.open) == maxRelayed {
		return false
	}
	l.open[conn] = true
	return true
}

func (l *relay) forget(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, conn)
}

// watch ends the relay when its database has grown too large, or the script's time is up.
func (l *relay) watch() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-l.run.ctx.Done():
			l.end(false)
			return
		case <-tick.C:
		}
		if l.database.Size() > maxDatabase {
			l.end(true)
			return
		}
	}
}

// end closes every connection; full says why.
func (l *relay) end(full bool) {
	l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended, l.full = true, l.full || full
	for conn := range l.open {
		conn.Close()
	}
}

func (l *relay) overfull() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.full
}

func (l *relay) close() {
	close(l.done)
	l.end(false)
	l.working.Wait()
}

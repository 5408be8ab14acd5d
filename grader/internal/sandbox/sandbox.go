// Package sandbox starts one untrusted process under limits and says how it ended.
//
// A Box is where the processes of one suite run: they share its ports and its
// files, and none of them outlives it. The package knows nothing of checks, HTTP
// or verdicts, and no text that a process prints is ever read as a result.
//
// There are two levels. "namespaces" (Linux) gives a box its own users, processes,
// mounts, network and IPC: what runs there sees a few files, read-only, and nothing
// else of the machine. "none" separates nothing: a process group (a job object on
// Windows), deadlines and output caps. Another level, such as Landlock, would be
// another implementation of Box and a line in Probe.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

// Levels of isolation.
const (
	LevelNamespaces = "namespaces" // own namespaces, a system call filter, limits
	LevelNone       = "none"       // the process runs as the user who called the grader
)

// Limits of a box. All have a default; a zero field takes it.
type Limits struct {
	KeepOutput int64         // bytes of output kept, split between the first and the last
	MaxOutput  int64         // bytes of output after which the process is killed
	Drain      time.Duration // how long to wait for output of a process that has ended
	Memory     int64         // bytes that the processes of a box use together; on Linux only
	Processes  int           // at once in a box; on Linux only
	Tasks      uint64        // threads of a box, beside two for each core; in a box of level "namespaces" only, as are the next three
	CPU        time.Duration // of one process, in whole seconds
	FileSize   uint64        // bytes of one file
	Disk       int64         // bytes of all files
}

// DefaultLimits is the one table of limits.
var DefaultLimits = Limits{
	KeepOutput: 1 << 20,
	MaxOutput:  8 << 20,
	Drain:      500 * time.Millisecond,
	Memory:     256 << 20,
	Processes:  8,
	Tasks:      64,
	CPU:        30 * time.Second,
	FileSize:   32 << 20,
	Disk:       64 << 20,
}

func (l Limits) withDefaults() Limits {
	return Limits{
		KeepOutput: orDefault(l.KeepOutput, DefaultLimits.KeepOutput),
		MaxOutput:  orDefault(l.MaxOutput, DefaultLimits.MaxOutput),
		Drain:      orDefault(l.Drain, DefaultLimits.Drain),
		Memory:     orDefault(l.Memory, DefaultLimits.Memory),
		Processes:  orDefault(l.Processes, DefaultLimits.Processes),
		Tasks:      orDefault(l.Tasks, DefaultLimits.Tasks),
		CPU:        orDefault(l.CPU, DefaultLimits.CPU),
		FileSize:   orDefault(l.FileSize, DefaultLimits.FileSize),
		Disk:       orDefault(l.Disk, DefaultLimits.Disk),
	}
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// A Box holds the processes of one suite. Its methods may be called from
// several goroutines.
type Box interface {
	// Level names what separates the box from the machine.
	Level() string
	// Port returns a TCP port that was free inside the box a moment ago.
	Port() (int, error)
	// Listen takes a port inside the box until the box is closed.
	Listen() (port int, err error)
	// Listener listens inside the box, on the port, or on any that is free if it is 0.
	// It is closed with the box.
	Listener(port int) (net.Listener, error)
	// Dial connects to a port inside the box.
	Dial(ctx context.Context, port int) (net.Conn, error)
	// Data is a folder that all processes of the box may write in, at the path by which
	// they know it. It is there until the box is closed.
	Data() (string, error)
	// Kept is what the box's programs have written into the file of that name in Data, or
	// the first limit bytes of it. The error is of fs.ErrNotExist if there is none, and
	// no other file than a regular one is read.
	Kept(name string, limit int64) ([]byte, error)
	// Start starts a process in the box.
	Start(Spec) (*Process, error)
	// Close kills every process of the box and frees its ports.
	Close() error
}

// A Spec says what to start.
type Spec struct {
	Path string   // the program
	Args []string // without the program's name
	Dir  string   // working directory; "" is a fresh one
	Env  []string // KEY=VALUE, the whole environment beyond PATH and the like
	// Files are put into a fresh working directory first, by slash-separated path. The
	// process may change them.
	Files map[string][]byte
	Tee   io.Writer // gets what the process prints as it comes; may be nil

	// Service is for a server of the machine that the grader brings along, at level "none":
	// started by root it runs as nobody, and where there are namespaces all that it starts
	// ends with it.
	Service bool
}

// ErrClosed is returned by the methods of a closed box.
var ErrClosed = errors.New("the box is closed")

// errIrregular is returned for a folder, a link, a pipe.
var errIrregular = errors.New("it is no regular file")

// readRegular reads the first bytes of a file, if it is a regular one, and closes it.
func readRegular(f *os.File, limit int64) ([]byte, error) {
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	return io.ReadAll(io.LimitReader(f, limit))
}

// Options of a box.
type Options struct {
	Limits  Limits
	Level   string   // "" is the best level there is
	Scratch string   // existing folder for what the processes write, if the level has no place of its own
	Visible []string // absolute paths of the programs and fixtures, which are seen at their own place, read-only

	// Self is the path of a program that has to find itself: /proc/self/exe of a box, which
	// has no other /proc, names it. "" for none; a program of Race is found there too.
	Self string
	// Race is the path of a program with the race detector, which is visible too; "" for
	// none. It takes four times the memory, C's libraries, and what the detector reads in
	// /proc/self, which a box has only for it: the program's name and its options.
	Race        string
	RaceOptions string // what GORACE says
}

// Open makes a box.
func Open(o Options) (Box, error) {
	o.Limits = o.Limits.withDefaults()
	if o.Level == "" {
		o.Level = Probe().Level
	}
	switch o.Level {
	case LevelNamespaces:
		return openNamespaces(o)
	case LevelNone:
		return openLocal(o), nil
	}
	return nil, fmt.Errorf("there is no isolation level %q", o.Level)
}

// An Isolation is what this machine can do.
type Isolation struct {
	Level string // the best level there is
	Why   string // why it is not a better one; "" if it is the best of all
	Raise string // what would raise it, a sentence; ""
}

// Probe finds the best level, once, by really starting a program in a box of it.
var Probe = sync.OnceValue(func() Isolation {
	err := probeNamespaces()
	if err == nil {
		return Isolation{Level: LevelNamespaces}
	}
	return Isolation{Level: LevelNone, Why: err.Error(), Raise: raiseNamespaces()}
})

// Host makes a box that never isolates, and that limits memory only if l does: for tools
// that the grader trusts, such as `go`, whose processes must still end with it.
func Host(l Limits) Box {
	if l.Memory > 0 {
		l.Processes = orDefault(l.Processes, math.MaxInt)
		return openLocal(Options{Limits: l.withDefaults(), Scratch: os.TempDir()})
	}
	return &local{limits: l.withDefaults(), scratch: os.TempDir()}
}

// baseEnv is what every process gets: enough to run, nothing of the user's.
func baseEnv(dir string) []string {
	env := []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=/usr/bin:/bin", "GOTRACEBACK=single"}
	// Windows programs do not start without these.
	for _, key := range []string{"SystemRoot", "SystemDrive"} {
		if v := os.Getenv(key); v != "" {
			env = append(env, key+"="+v, "TEMP="+dir, "TMP="+dir, "USERPROFILE="+dir)
		}
	}
	return env
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

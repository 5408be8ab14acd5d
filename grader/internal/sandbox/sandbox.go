// Package sandbox starts one untrusted process under limits and says how it ended.
//
// A Box is where the processes of one suite run: they share its ports and its
// files, and none of them outlives it. The package knows nothing of checks, HTTP
// or verdicts, and no text that a process prints is ever read as a result.
//
// There is one level so far, "none": a process group (a job object on Windows),
// deadlines and output caps, and no isolation. Stronger levels implement Box.
package sandbox

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"time"
)

// LevelNone is the level of a box that separates nothing: the process runs as
// the user who called the grader.
const LevelNone = "none"

// Limits of a box. All have a default; a zero field takes it.
type Limits struct {
	KeepOutput int64         // bytes of output kept, split between the first and the last
	MaxOutput  int64         // bytes of output after which the process is killed
	Drain      time.Duration // how long to wait for output of a process that has ended
}

// DefaultLimits is the one table of limits.
var DefaultLimits = Limits{
	KeepOutput: 1 << 20,
	MaxOutput:  64 << 20,
	Drain:      500 * time.Millisecond,
}

func (l Limits) withDefaults() Limits {
	if l.KeepOutput == 0 {
		l.KeepOutput = DefaultLimits.KeepOutput
	}
	if l.MaxOutput == 0 {
		l.MaxOutput = DefaultLimits.MaxOutput
	}
	if l.Drain == 0 {
		l.Drain = DefaultLimits.Drain
	}
	return l
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
	// Start starts a process in the box.
	Start(Spec) (*Process, error)
	// Close kills every process of the box and frees its ports.
	Close() error
}

// A Spec says what to start.
type Spec struct {
	Path string    // the program
	Args []string  // without the program's name
	Dir  string    // working directory
	Env  []string  // KEY=VALUE, the whole environment beyond PATH and the like
	Tee  io.Writer // gets what the process prints as it comes; may be nil
}

// ErrClosed is returned by the methods of a closed box.
var ErrClosed = errors.New("the box is closed")

// Open makes a box of the best level there is.
func Open(l Limits) (Box, error) {
	return Host(l), nil
}

// Host makes a box that never isolates: for tools that the grader trusts, such
// as `go`, whose processes must still end with it.
func Host(l Limits) Box { return &local{limits: l.withDefaults()} }

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

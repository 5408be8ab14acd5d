package suite

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// Ensure that a program gets the environment that the manual says, and nothing else.
func TestEnvironment(t *testing.T) {
	t.Setenv("SECRET_OF_THE_USER", "x")
	passes(t, "odd", "# it is told\nserve -env MODE=environment -env HOST=localhost -env EMPTY= -env A=b=c\nGET /\n"+
		`body '(?i)^HOST=localhost$'
body '^EMPTY=$'
body '^A=b=c$'
body '^PORT=[0-9]+$'
body '^(HOME|USERPROFILE)=.*(cwd-|/work/)'
! body SECRET
`)
}

// Ensure that a second start is a fresh process on another port, that names are
// apart, and that a raw connection goes to the program that runs.
func TestServeAgain(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# a second start is a fresh process
serve
POST /seat
status 201
POST /seat
status 409
serve
POST /seat
status 201

# programs with names run side by side
serve -name a
POST /seat -name a
status 201
POST /seat
status 409
quit -name a
exits -name a
POST /seat
status 409

# a raw connection ends with its program
tcp send 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
tcp recv Hello
serve
tcp send 'GET /old HTTP/1.1\r\nHost: x\r\n\r\n'
tcp recv '^HTTP/1.1 301'
serve -name a
tcp send 'GET /seat HTTP/1.1\r\nHost: x\r\n\r\n' -name a
tcp recv '^HTTP/1.1 201'
`)
}

// Ensure that a program which listens elsewhere is told where.
func TestListensElsewhere(t *testing.T) {
	needLinux(t)
	t.Parallel()
	began := time.Now()
	f := fails(t, "odd", "# it listens where PORT says\nserve -env MODE=elsewhere\nGET /\nstatus 200\n")
	if !regexp.MustCompile(`^it listens on port [1-9][0-9]+ instead$`).MatchString(f.Got) {
		t.Errorf("Got is %q", f.Got)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// Ensure that a program which should exit and does not is waited for, and no longer.
func TestDoesNotExit(t *testing.T) {
	t.Parallel()
	f := fails(t, "odd", "# it refuses to start\nserve -no-wait -env MODE=never\nexits 1 -within 300ms\n")
	sameString(t, "Want", f.Want, "the program exits with status 1 within 300ms")
	sameString(t, "Got", f.Got, "it was still running")
	sameString(t, "Request", f.Request, "")
}

// Ensure that a program which serves where it should exit is told at once.
func TestRunsInsteadOfExit(t *testing.T) {
	needLinux(t)
	t.Parallel()
	began := time.Now()
	f := fails(t, "example", "# it refuses to start\nserve -no-wait\nexits 1 -within 20s\n")
	hasText(t, "Got", f.Got, "it was running, and listened on port ")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// Ensure that a port which somebody took between the choice and the program's bind
// costs another start, and is not held against the program.
func TestStolenPort(t *testing.T) {
	needLinux(t)
	t.Parallel()
	for _, answers := range []bool{true, false} {
		t.Run(fmt.Sprint("thief answers: ", answers), func(t *testing.T) {
			t.Parallel()
			thief, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer thief.Close()
			if answers {
				go steal(thief)
			}
			calls := 0
			out := tryIn(t, "example", "# it answers\nserve\nGET /\nstatus 200\nbody -is Hello\n", func(b sandbox.Box) sandbox.Box {
				return fakeBox{b, func() (int, error) {
					if calls++; calls == 1 {
						return thief.Addr().(*net.TCPAddr).Port, nil
					}
					return b.Port()
				}}
			})
			if !out.Passed() || calls != 2 {
				t.Errorf("%d ports were asked for: %s", calls, outcomeText(out))
			}
		})
	}
}

func steal(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			conn.Read(make([]byte, 1))
			conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthief"))
		}()
	}
}

// Ensure that a taken port and a bad one end the program as the checks ask.
func TestBadPort(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# a word is refused
serve -no-wait -env PORT=$RANDOM_WORD
exits 1
output -stderr $RANDOM_WORD
! output -stdout .

# a taken port is refused
listen TAKEN
serve -no-wait -env PORT=$TAKEN
exits 1
output -stderr ${TAKEN@R}
`)
}

// Ensure that output is kept up to its cap, the first part and the last, and that
// a program which prints without end is stopped.
func TestOutputCaps(t *testing.T) {
	t.Parallel()
	limits := func(o *Options) { o.Limits = sandbox.Limits{KeepOutput: 4 << 10, MaxOutput: 1 << 20} }
	f := fails(t, "odd", "# it is quiet\nserve -env MODE=print\noutput '^listening$'\nGET / -within 4s\nstatus 200\n", limits)
	sameString(t, "Got", f.Got, "the program was stopped: it printed without end instead of answering")
	out := try(t, "odd", "# it is quiet\nserve -env MODE=flood\nGET /\nstatus 200\n", limits)
	if out.Failure == nil || !out.AtLimit {
		t.Errorf("is not at a limit: %s", outcomeText(out))
	}
	if len(f.Output) > 8<<10 || !strings.Contains(f.Output, "flood") {
		t.Errorf("Output has %d bytes", len(f.Output))
	}
	passes(t, "odd", "# the beginning is kept\nserve -no-wait -env MODE=flood\noutput '^flood'\nquit -within 5s\noutput 'bytes left out'\n", limits)
}

// Ensure that a connection which ends because too much comes over it is not taken
// for closed, and that what came is kept.
func TestRawSocket(t *testing.T) {
	t.Parallel()
	f := fails(t, "odd", "# it closes\nserve -env 'MODE=endless body'\ntcp send 'GET / HTTP/1.1\\r\\n\\r\\n'\ntcp closed -within 20s\n")
	sameString(t, "Got", f.Got, "it is still open")
	passes(t, "odd", `# what came stays
serve -env MODE=two
tcp send 'GET / HTTP/1.1\x0d\x0a\r\n'
tcp closed
tcp recv '(?s)^HTTP/1.1 200 .*second$'

# after a close the next send opens another one
tcp send 'GET / HTTP/1.1\r\n\r\n'
tcp recv second
`)
}

// Ensure that the end of a script ends its programs, also with children of theirs
// and with ears closed.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	own := func(o *Options) { o.Program = ownCopy(t, "odd") }
	for _, mode := range []string{"child", "deaf", "ok"} {
		var path string
		passes(t, "odd", "# it listens\nserve -env MODE="+mode+"\noutput listening\n", own, func(o *Options) { path = o.Program })
		sameString(t, "what still runs in mode "+mode, running(path), "")
	}
}

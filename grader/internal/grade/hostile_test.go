package grade_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// TestHostile ensures that a program which ends, hides or never stops is a fail
// that says what it did, soon, and never anything else.
func TestHostile(t *testing.T) {
	t.Parallel()
	const soon = "# it answers\nserve -within 2s\nGET /ok -within 2s\nstatus 200\n"
	for name, c := range map[string]struct {
		files  catalog.Files
		got    string // of the failure, a regular expression
		output string // likewise
	}{
		"ExitInInit": {program(`package main

import (
	"fmt"
	"os"
)

func init() {
	fmt.Println("--- PASS: all")
	os.Exit(0)
}

func main() {}
`), `^it exited with status 0 before it listened$`, `^--- PASS: all$`},
		"EndOfMain": {program("package main\n\nfunc main() {}\n"), `^it exited with status 0 before it listened$`, `^$`},
		"PanicAtStart": {program("package main\n\nfunc main() { panic(\"out of luck\") }\n"),
			`^it exited with status 2 before it listened$`, `panic: out of luck\n\ngoroutine 1 \[running\]:\nmain\.main\(`},
		"NeverListens": {program("package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Hour) }\n"),
			`^nothing accepted a connection there within 2s$`, `^$`},
		"OtherPort": {program(`package main

import (
	"fmt"
	"net"
	"net/http"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("here:", l.Addr().(*net.TCPAddr).Port)
	http.Serve(l, nil)
}
`), otherPort(), `^here: [0-9]+$`},
		"PrintsWithoutEnd": {program(`package main

import (
	"os"
	"strings"
)

func main() {
	for line := []byte(strings.Repeat("all green ", 1000) + "\n"); ; {
		os.Stdout.Write(line)
	}
}
`), `^it was stopped: it printed without end before it listened$`, `all green`},
		"ListensAndEnds": {program(`package main

import (
	"net"
	"os"
)

func main() {
	l, _ := net.Listen("tcp", os.Getenv("HOST")+":"+os.Getenv("PORT"))
	l.Accept()
	l.Accept()
}
`), ended(0), `^$`},
		"NeverAnswers": {answering(`	select {}`), `^no complete answer within 2s$`, `^it begins$`},
		"HalfAnswer": {answering(`	w.Header().Set("Content-Length", "10")
	w.Write([]byte("half"))
	w.(http.Flusher).Flush()
	select {}`), `^no complete answer within 2s$`, ``},
		"AnswersWithoutEnd": {answering(`	for chunk := make([]byte, 32<<10); ; {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}`), `^the body goes on after 1 MiB$`, ``},
		"HeaderWithoutEnd": {answering(`	conn, _, _ := w.(http.Hijacker).Hijack()
	conn.Write([]byte("HTTP/1.1 200 OK\r\n"))
	for {
		if _, err := conn.Write([]byte("X-Status: 200\r\n")); err != nil {
			return
		}
	}`), `^the response has more than 64 KiB of header$`, ``},
		"Hangs up": {answering(`	panic(http.ErrAbortHandler)`), `^the connection was closed before the answer was complete$`, ``},
		"EmptyAnswer": {answering(`	conn, _, _ := w.(http.Hijacker).Hijack()
	conn.Close()`), `^the connection was closed before the answer was complete$`, ``},
		"NoHTTP": {answering(`	conn, _, _ := w.(http.Hijacker).Hijack()
	conn.Write([]byte("200 OK, all green\r\n\r\n"))
	conn.Close()`), `malformed HTTP`, ``},
		"ExitInHandler": {func() catalog.Files {
			f := answering(`	end()`)
			f["end.go"] = []byte("package main\n\nimport \"os\"\n\nfunc end() { os.Exit(0) }\n")
			return f
		}(), ended(0), ``},
		"CrashInHandler": {answering(`	go func() { panic("in the back") }()
	select {}`), ended(2), `panic: in the back`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := t.TempDir()
			v := newLabIn(t, cache).grade(t, grade.Request{Phase: phase(exercise(t, "1.1", soon)), Files: c.files, NoRetry: true})
			require.True(t, v.Build.OK, "%v", v.Build.Errors)
			require.Equal(t, []string{"1.1 fail"}, statuses(v))
			f := v.Exercises[0].Failure
			require.True(t, f.Crash)
			require.Equal(t, "it answers", f.Check)
			require.Regexp(t, c.got, f.Got)
			require.Regexp(t, c.output, f.Output)
			require.NotEmpty(t, f.Want)
			require.Zero(t, v.Score)
			require.Zero(t, v.Exercises[0].Checks)
			require.Less(t, v.Exercises[0].Took, 15*time.Second)
			requireGone(t, cache)
		})
	}
}

// ended is what is said of a program that ends instead of answering: how, unless the
// machine is so busy that its end is known only later.
func ended(code int) string {
	return fmt.Sprintf(`^the program exited with status %d instead of answering$|^the connection was (closed|reset) before`, code)
}

// otherPort is what is said of a program that listens elsewhere: where, on systems
// that tell it.
func otherPort() string {
	if runtime.GOOS == "linux" {
		return `^it listens on port [0-9]+ instead$`
	}
	return `^nothing accepted a connection there within 2s$`
}

// TestOtherPortNamed ensures that the port in the message is the program's own.
func TestOtherPortNamed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells where a program listens")
	}
	v := newLab(t).grade(t, grade.Request{Phase: phase(exercise(t, "1.1", passes)), NoRetry: true, Files: program(`package main

import (
	"fmt"
	"net"
	"net/http"
)

func main() {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	fmt.Print("it listens on port ", l.Addr().(*net.TCPAddr).Port, " instead")
	http.Serve(l, nil)
}
`)})
	require.Equal(t, []string{"1.1 fail"}, statuses(v))
	f := v.Exercises[0].Failure
	require.Equal(t, f.Output, f.Got)
	require.Regexp(t, `^the program listens on 127\.0\.0\.1:[0-9]+, as HOST and PORT say$`, f.Want)
}

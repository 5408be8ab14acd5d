package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// This file is given, and the grader builds with its own copy of it.

// startTime is how long the program may take to begin, or to end when it should.
const startTime = 5 * time.Second

// TestMain runs the tests, or the program: a script starts the test binary again under
// the name articles.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"articles": main})
}

// TestScript runs each script in testdata/script, with a free port in $PORT and two
// commands of its own:
//
//	serve [NAME=VALUE]…    starts the program with this environment, until the script ends;
//	                       what it prints goes to the file log
//	! serve [NAME=VALUE]…  starts it, and asserts that it ends by itself, not with status 0
//	http METHOD PATH [-H 'NAME: VALUE'] [JSON]    makes one request; stdout is its answer
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:      "testdata/script",
		Deadline: time.Now().Add(time.Minute),
		Setup: func(env *testscript.Env) error {
			// Held until the program starts, so that no other script gets the port.
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { l.Close() })
			env.Values[scriptPort{}] = &scriptPort{held: l}
			_, port, err := net.SplitHostPort(l.Addr().String())
			env.Setenv("PORT", port)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"serve": scriptServe, "http": scriptHTTP},
	})
}

// scriptPort is what happens on a script's $PORT.
type scriptPort struct {
	held   net.Listener // until the first serve
	served bool         // by the program
}

func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	port := ts.Value(scriptPort{}).(*scriptPort)
	port.held.Close()
	busy := port.served
	if busy && !neg {
		ts.Fatalf("the program runs already: a script serves once")
	}
	for !busy && scriptListens(ts) { // a program that is just being started keeps it for a moment
		time.Sleep(time.Millisecond)
	}
	port.served = port.served || !neg
	cmd := exec.Command("articles")
	cmd.Env = append([]string{"PORT=" + ts.Getenv("PORT"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}, args...)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	if !neg { // what it prints while the script goes on
		log, err := os.Create(ts.MkAbs("log"))
		ts.Check(err)
		defer log.Close() // the program has the file open, too
		cmd.Stdout, cmd.Stderr = log, log
	}
	ts.Check(cmd.Start())
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	ts.Defer(func() { cmd.Process.Kill(); <-ended })
	for deadline := time.After(startTime); ; {
		select {
		case <-ended:
			if !neg || cmd.ProcessState.Success() {
				ts.Fatalf("the program ended: %v", cmd.ProcessState)
			}
			return
		case <-deadline:
			ts.Fatalf("after %v the program has not ended and does not listen on port %s", startTime, ts.Getenv("PORT"))
		case <-time.After(10 * time.Millisecond):
		}
		if !busy && scriptListens(ts) {
			if neg {
				ts.Fatalf("the program listens on port %s", ts.Getenv("PORT"))
			}
			return
		}
	}
}

// scriptListens reports whether something accepts connections on $PORT.
func scriptListens(ts *testscript.TestScript) bool {
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", ts.Getenv("PORT")))
	if err == nil {
		conn.Close()
	}
	return err == nil
}

func scriptHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: http METHOD PATH [-H 'NAME: VALUE'] [JSON]")
	}
	req, err := http.NewRequest(args[0], "http://127.0.0.1:"+ts.Getenv("PORT")+args[1], nil)
	ts.Check(err)
	rest := args[2:]
	for len(rest) > 1 && rest[0] == "-H" {
		name, value, _ := strings.Cut(rest[1], ":")
		req.Header.Set(name, strings.TrimSpace(value))
		rest = rest[2:]
	}
	if len(rest) > 0 {
		req.Header.Set("Content-Type", "application/json")
		req.Body = io.NopCloser(strings.NewReader(rest[0]))
		req.ContentLength = int64(len(rest[0]))
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: startTime}
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	fmt.Fprintf(ts.Stdout(), "%s %s\n", res.Proto, res.Status)
	ts.Check(res.Header.Write(ts.Stdout()))
	fmt.Fprintln(ts.Stdout())
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
}

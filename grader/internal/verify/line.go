package verify

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"echofromzero/grader/internal/sandbox"
)

const shell = "/bin/sh"

// tools that a machine may lack. Without them a command is not run.
var tools = []string{"curl", "docker", "grpcurl", "hey", "jq", "nc", "ncat", "openssl", "psql", "python3", "sqlite3", "telnet", "websocat", "wrk"}

// missing is a tool that a command needs and the box does not have, or "".
func missing(text string) string {
	for _, word := range strings.Fields(text) {
		if slices.Contains(tools, word) && !there("/usr/bin/"+word) && !there("/bin/"+word) {
			return word
		}
	}
	return ""
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// The state of the shell, its variables and its folder, lasts from command to command.
const (
	shellBegins = "exec 2>&1\nif [ -f \"$SHOWN_STATE\" ]; then . \"$SHOWN_STATE\"; cd \"$PWD\"; fi\n"
	shellEnds   = "set -a\ntrap 'shown_status=$?; export PWD; export -p >\"$SHOWN_STATE\"; exit $shown_status' EXIT\n"
)

// line runs a command of the shell.
func (s *stage) line(ctx context.Context, c command) error {
	if tool := missing(c.text); tool != "" {
		s.proof.NotRun = append(s.proof.NotRun, fmt.Sprintf("README.md:%d: there is no %s on this machine: %s", c.line, tool, brief(c.text)))
		return nil
	}
	for _, port := range named(c.text) {
		if ok, err := s.ensure(ctx, c, port); err != nil || !ok {
			return err
		}
	}
	text, err := s.ports.into(c.text)
	if err != nil {
		return err
	}
	script := shellBegins + shellEnds + fmt.Sprintf("(exit %d)\n", s.status) + text
	proc, err := s.box.Start(sandbox.Spec{Path: shell, Args: []string{"-c", script}, Dir: s.dir, Env: s.env()})
	if err != nil {
		return err
	}
	ended, err := s.wait(ctx, proc, nil)
	if err != nil {
		return err
	}
	if !ended {
		proc.Kill()
		<-proc.Done()
		s.proof.bad("README.md:%d: `%s` does not end within %v", c.line, brief(c.text), s.limit)
		return nil
	}
	s.status = proc.Exit().Code
	s.compare(c, c.shown, s.lines(proc), false)
	return nil
}

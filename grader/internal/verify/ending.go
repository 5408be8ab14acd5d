package verify

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// wait waits until a process ends or listens on one of the ports, but not for longer
// than the limit: then it has not ended.
func (s *stage) wait(ctx context.Context, proc *sandbox.Process, real []string) (ended bool, err error) {
	limit := time.NewTimer(s.limit)
	defer limit.Stop()
	poll := time.NewTicker(3 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-proc.Done():
			return true, nil
		case <-ctx.Done():
			return false, ctx.Err()
		case <-limit.C:
			return false, nil
		case <-poll.C:
			if listening(proc, s.box, real) {
				return false, nil
			}
		}
	}
}

// listening reports whether a process listens on one of the ports. A connection is
// made only where the system does not tell: the program might log it.
func listening(proc *sandbox.Process, box sandbox.Box, real []string) bool {
	if len(real) == 0 {
		return false
	}
	own := proc.Ports()
	return slices.ContainsFunc(real, func(port string) bool {
		n, _ := strconv.Atoi(port)
		if runtime.GOOS == "linux" {
			return slices.Contains(own, n)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		conn, err := box.Dial(ctx, n)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// ended compares what a program printed that ended by itself, with what the command
// adds to it that started it.
func (s *stage) ended(r *role, run *running) {
	r.running = nil
	if !run.said {
		s.proof.bad("README.md:%d: `%s`: nothing listens there, the program ends: %s", run.c.line, brief(run.c.text), strings.Join(s.lines(run.proc), " / "))
		return
	}
	lines, note := s.lines(run.proc), ""
	exit := run.proc.Exit()
	if s.status = exit.Code; exit.Code != 0 {
		s.status = 1
		if note = "grader: your program " + exit.String(); r == &s.worked {
			note = fmt.Sprintf("exit status %d", exit.Code)
			if exit.Signal != "" {
				note = "signal: " + exit.Signal
			}
		}
		if !strings.Contains(r.rest, "2>") {
			lines = append(lines, note)
		}
	}
	s.compare(run.c, run.c.shown, lines, false)
}

var ctrlC = regexp.MustCompile(`^\^C`)

// interrupts reports whether a shown line is where Ctrl-C was pressed.
func interrupts(line string) bool { return ctrlC.MatchString(line) }

// interrupt presses Ctrl-C, where the lesson shows ^C, and compares all that is printed.
func (s *stage) interrupt(ctx context.Context, r *role) error {
	run := r.running
	var before, shown []string
	for _, line := range run.c.shown {
		rest := ctrlC.ReplaceAllString(line, "")
		if rest != line && before == nil {
			before = slices.Clone(shown)
			if rest == "" {
				continue
			}
		}
		shown = append(shown, rest)
	}
	if err := s.await(ctx, run, before, true); err != nil {
		return err
	}
	if err := run.proc.Signal(os.Interrupt); err != nil && !run.proc.Ended() {
		s.proof.NotRun = append(s.proof.NotRun, fmt.Sprintf("README.md:%d: Ctrl-C cannot be pressed on this machine", run.c.line))
		return nil
	}
	ended, err := s.wait(ctx, run.proc, nil)
	if err != nil {
		return err
	}
	if !ended {
		s.proof.bad("README.md:%d: `%s`: the program does not end within %v of Ctrl-C", run.c.line, brief(run.c.text), s.limit)
		run.said = false
		return s.stop(ctx, r)
	}
	run.c.shown = shown
	if r == &s.phase {
		r.running, s.status = nil, 130
		s.compare(run.c, shown, append(s.lines(run.proc), "grader: interrupted"), false)
		return nil
	}
	s.ended(r, run)
	return nil
}

// await waits a moment until a program has printed what is shown.
func (s *stage) await(ctx context.Context, run *running, shown []string, prefix bool) error {
	end := time.NewTimer(settle)
	defer end.Stop()
	poll := time.NewTicker(3 * time.Millisecond)
	defer poll.Stop()
	for compare(shown, s.lines(run.proc), prefix) != "" {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return nil
		case <-poll.C:
		}
	}
	return nil
}

// stop ends a program that runs, and compares what it has printed with what is shown
// below the command that started it.
func (s *stage) stop(ctx context.Context, r *role) error {
	run := r.running
	if run == nil {
		return nil
	}
	r.running = nil
	if run.said {
		if err := s.await(ctx, run, run.c.shown, true); err != nil {
			return err
		}
	}
	run.proc.Kill()
	<-run.proc.Done()
	if run.said {
		s.compare(run.c, run.c.shown, s.lines(run.proc), true)
	}
	return nil
}

// finish stops what runs at the end of the lesson.
func (s *stage) finish(ctx context.Context) error {
	err := s.stop(ctx, &s.worked)
	if err == nil {
		err = s.stop(ctx, &s.phase)
	}
	return err
}

package cli

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/sandbox"
)

// stopTime is how long a program may take to end after Ctrl-C.
const stopTime = 5 * time.Second

type runOptions struct {
	g     *global
	phase string
	race  bool
}

func newRunCmd(g *global) *cobra.Command {
	o := runOptions{g: g}
	cmd := &cobra.Command{
		Use:   "run [PHASE]",
		Short: "Build and start your program",
		Long: `Run builds your program and starts it with your environment, on PORT or else 8080.
If 8080 is taken it picks another port and says so. Ctrl-C ends the program.`,
		Args:              argCount(1),
		ValidArgsFunction: first(g.completePhases),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.phase = args[0]
			}
			return runRun(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.race, "race", false, "with the race detector, which needs a C compiler")
	return cmd
}

func runRun(ctx context.Context, o runOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil {
		return err
	}
	p := s.current()
	if o.phase != "" {
		if p, err = onePhase(s.course, o.phase); err != nil {
			return err
		}
	}
	if p == nil {
		return usagef("name the phase to run, such as `%s run %s`", s.command(), s.course.Phases[0].Number)
	}
	src, err := s.ws.ReadPhase(p)
	if err != nil {
		return err
	}
	prog, err := buildFor(ctx, o.g, s.course, build.Source{Phase: p.Name, Files: src.Files, Race: o.race})
	if err != nil {
		return err
	}
	if prog.Path == "" {
		if err := report.BuildErrors(w, style, grade.Build{Errors: prog.Errors, More: prog.More}); err != nil {
			return err
		}
		return &exitError{code: exitFail}
	}
	port, note := o.port()
	if note != "" {
		fmt.Fprintln(o.g.Stderr, note)
	}
	return start(ctx, o.g, prog.Path, port, func() {
		fmt.Fprintf(o.g.Stderr, "\nPhase %s is on http://localhost:%s. Ctrl-C ends it.\nTry in another terminal:\n", p.Number, port)
		for _, line := range samples(p, port) {
			fmt.Fprintln(o.g.Stderr, "  "+line)
		}
		fmt.Fprintln(o.g.Stderr)
	})
}

// samples are the phase's calls, at the port that is used.
func samples(p *catalog.Phase, port string) []string {
	var list []string
	for _, line := range p.Try {
		list = append(list, strings.ReplaceAll(line, "localhost:8080", "localhost:"+port))
	}
	return list
}

func buildFor(ctx context.Context, g *global, c *catalog.Course, src build.Source) (*build.Program, error) {
	wait := g.newWaiter("building")
	defer wait.close()
	e, _, err := g.engine(ctx, c, wait.set)
	if err != nil {
		return nil, err
	}
	if why := e.builder.NoRace(); src.Race && why != "" {
		return nil, usagef("--race: there is no race detector: %s", why)
	}
	return e.builder.Build(ctx, src)
}

// port is what PORT says, or 8080, or a free one.
func (o runOptions) port() (port, note string) {
	if v := o.g.Env("PORT"); v != "" {
		return v, ""
	}
	host := o.g.Env("HOST")
	if host == "" {
		host = "127.0.0.1"
	}
	if l, err := net.Listen("tcp", net.JoinHostPort(host, "8080")); err == nil {
		l.Close()
		return "8080", ""
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "8080", ""
	}
	defer l.Close()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port, "Port 8080 is taken, so another one is used."
}

// start runs the program until it ends or ctx does, and says when it listens.
func start(ctx context.Context, g *global, program, port string, listens func()) error {
	box := sandbox.Host(sandbox.Limits{MaxOutput: math.MaxInt64})
	defer box.Close()
	p, err := box.Start(sandbox.Spec{Path: program, Dir: g.Dir, Env: append(os.Environ(), "PORT="+port), Tee: g.Stdout})
	if err != nil {
		return err
	}
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-poll.C:
			if conn, err := net.Dial("tcp", net.JoinHostPort(dialable(g.Env("HOST")), port)); err == nil {
				conn.Close()
				poll.Stop()
				listens()
			}
		case <-p.Done():
			if e := p.Exit(); e.Code != 0 {
				return &exitError{exitFail, fmt.Errorf("your program %s", e)}
			}
			return nil
		case <-ctx.Done():
			return stop(ctx, g, p)
		}
	}
}

// dialable is where a program is reached that listens on host.
func dialable(host string) string {
	if host == "" || host == "0.0.0.0" || host == "::" {
		return "127.0.0.1"
	}
	return host
}

// stop asks the program to end, and ends it if it does not.
func stop(ctx context.Context, g *global, p *sandbox.Process) error {
	p.Signal(os.Interrupt)
	select {
	case <-p.Done():
	case <-time.After(stopTime):
		fmt.Fprintf(g.Stderr, "grader: your program was still running %v after Ctrl-C and was killed\n", stopTime)
	}
	return ctx.Err()
}

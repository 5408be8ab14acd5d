// Package cli is the grader's command line: one file a verb, each with an options
// struct, a function that parses and a function that does the work.
//
// It is the only reader of arguments, environment and terminal, and the only
// place that knows exit codes. It decides nothing about verdicts and formats none:
// see packages grade and report.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/workspace"
)

// Exit codes of the grader.
const (
	exitOK          = 0
	exitFail        = 1 // something asked for did not pass
	exitUsage       = 2 // the command line is wrong
	exitBroken      = 3 // the grader, the course or the machine is at fault
	exitInterrupted = 130
)

// IO is the world as a verb sees it.
type IO struct {
	Course fs.FS // the course embedded in the grader
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Dir    string // working directory
	Env    func(string) string
	Now    func() time.Time
}

// System is the IO of the real process.
func System(course fs.FS) IO {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return IO{Course: course, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Dir: dir, Env: os.Getenv, Now: time.Now}
}

// An exitError ends the grader with a code, after an optional message.
type exitError struct {
	code int
	err  error // nil: everything was said already
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// softMemory is how much memory the grader takes, in bytes, before it collects garbage
// more often. What is in use is a fifth of it, whatever the size of a class.
const softMemory = 100 << 20

// Run does what args say and returns the exit code.
func Run(ctx context.Context, std IO, args []string) (code int) {
	if std.Env("GOGC") == "" {
		// Most verbs end before there is garbage worth collecting: a collection while
		// the course is read takes a fifth of their time.
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(softMemory) // as long as it is little
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	g := &global{IO: std}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(std.Stderr, "grader: a defect of the grader: %v\nYour files are as they were. Please report it, with the command you typed.\n", p)
			code = exitBroken
		}
	}()
	root := newRootCmd(g)
	root.SetArgs(args)
	root.SetIn(std.Stdin)
	root.SetOut(std.Stdout)
	root.SetErr(std.Stderr)
	err := root.ExecuteContext(ctx)
	g.close()
	return g.exitCode(ctx, err)
}

// exitCode says what went wrong, if it was not said already.
func (g *global) exitCode(ctx context.Context, err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		fmt.Fprintln(g.Stderr, "grader: interrupted")
		return exitInterrupted
	case errors.As(err, &exit):
		if exit.err != nil {
			g.complain(exit.err)
		}
		return exit.code
	}
	g.complain(err)
	switch {
	case errors.Is(err, workspace.ErrNone), errors.Is(err, workspace.ErrNoFile):
		return exitUsage
	case errors.Is(err, workspace.ErrSource):
		return exitFail
	case errors.Is(err, build.ErrNoGo):
		return exitBroken
	}
	return exitBroken
}

// complain says what went wrong: in a terminal in lines that fit, elsewhere as it is.
func (g *global) complain(err error) {
	text := fmt.Sprintf("grader: %v", err)
	if isTerminal(g.Stderr) {
		text = report.Wrap(text, g.widthOf(g.Stderr))
	}
	fmt.Fprintln(g.Stderr, text)
}

// global is what every verb shares: the world, the flags of the root, and what
// is opened on demand.
type global struct {
	IO
	courseDir string
	color     string
	closers   []func() error
}

func (g *global) onClose(f func() error) { g.closers = append(g.closers, f) }

func (g *global) close() {
	for i := len(g.closers) - 1; i >= 0; i-- {
		g.closers[i]()
	}
	g.closers = nil
}

func newRootCmd(g *global) *cobra.Command {
	root := &cobra.Command{
		Use:   "grader",
		Short: "Score the exercises of Echo From Zero",
		Long: `Grader scores the exercises of Echo From Zero, a hands-on course on Echo v4.

Without a verb it says where you are and what to do next.`,
		Args:              noVerb,
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		RunE:              func(cmd *cobra.Command, _ []string) error { return runStatus(cmd.Context(), statusOptions{g: g}) },
	}
	root.PersistentFlags().StringVar(&g.courseDir, "course", "", "take the course from `DIR` instead of the one in the grader (for authors)")
	root.PersistentFlags().StringVar(&g.color, "color", "auto", "colour: `auto`, always or never")
	completeWords(root, "color", "auto", "always", "never")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w. See `%s --help`", err, cmd.CommandPath())
	})
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(
		newInitCmd(g), newListCmd(g), newCheckCmd(g), newHintCmd(g), newReadCmd(g), newQuizCmd(g), newResetCmd(g), newRunCmd(g), newBenchCmd(g),
		newWatchCmd(g), newSolutionCmd(g), newReportCmd(g),
		newDoctorCmd(g), newClassCmd(g), newExportCmd(g), newVerifyCmd(g), newPackCmd(g), newNewCmd(g),
	)
	root.InitDefaultCompletionCmd()
	needShell(root)
	return root
}

// needShell has cobra's completion refuse what names no shell, as other verbs do.
func needShell(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args = cobra.ArbitraryArgs
			cmd.RunE = func(*cobra.Command, []string) error {
				return usagef("completion takes a shell: bash, fish, powershell or zsh. See `grader completion --help`")
			}
		}
	}
}

// noVerb rejects what is no verb, and names the nearest ones.
func noVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	near := cmd.SuggestionsFor(args[0])
	if len(near) == 0 {
		return usagef("%q is no verb. See `grader --help`", args[0])
	}
	return usagef("%q is no verb. Did you mean %s?", args[0], strings.Join(near, ", "))
}

// oneOf checks the value of a flag that takes one of a few words.
func oneOf(flag, value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	last := len(words) - 1
	return usagef("--%s takes %s or %s, not %q", flag, strings.Join(words[:last], ", "), words[last], value)
}

// argCount is cobra's check of the number of arguments, as a usage error.
func argCount(most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > most {
			return usagef("%q is one argument too many. See `%s --help`", args[most], cmd.CommandPath())
		}
		return nil
	}
}

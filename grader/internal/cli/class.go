package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/class"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/sandbox"
)

type classOptions struct {
	g      *global
	dir    string
	out    string
	phases []string
	jobs   int
	seed   uint64
	fresh  bool
	resume bool
	accept string
}

func newClassCmd(g *global) *cobra.Command {
	o := classOptions{g: g}
	cmd := &cobra.Command{
		Use:   "class DIR",
		Short: "Grade a folder of submissions (for instructors)",
		Long: `Class grades every submission in DIR into a gradebook: a submission is a folder or
an archive (.zip, .tar.gz, .tgz) that holds phases/NN-name/, at its top or one folder
deep, or, with one --phase, just the files of that phase.

It can be stopped, or killed, at any moment: the same command goes on where it was.

Exit code: 0 all were graded, whatever their points, 2 the command is wrong, 3 something
could not be graded, through no fault of the submission.`,
		Example: "  grader class handed-in --phase 05 --out results\n  grader class handed-in --out results --jobs 8",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("class takes one folder of submissions, such as `grader class handed-in --out results`")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.dir = args[0]
			return runClass(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.out, "out", "", "folder of the results (required)")
	cmd.Flags().StringSliceVar(&o.phases, "phase", nil, "a phase to grade, several with commas; without it every phase that a submission has")
	cmd.Flags().IntVar(&o.jobs, "jobs", runtime.NumCPU(), "cores to keep busy")
	cmd.Flags().Uint64Var(&o.seed, "seed", 0, "random values of all submissions; without it those of the run before, or fresh ones")
	cmd.Flags().BoolVar(&o.fresh, "fresh", false, "forget what was graded before")
	cmd.Flags().BoolVar(&o.resume, "resume", false, "go on where a run was stopped, which is what happens without --fresh")
	cmd.Flags().StringVar(&o.accept, "accept-isolation", "namespaces", "the weakest isolation that is good enough: none, landlock or `namespaces`")
	return cmd
}

func runClass(ctx context.Context, o classOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	if o.jobs < 1 {
		return usagef("--jobs takes 1 or more")
	}
	if o.fresh && o.resume {
		return usagef("--fresh and --resume exclude each other")
	}
	if o.out == "" {
		return usagef("class needs a folder for its results: --out DIR")
	}
	if o.g.abs(o.out) == o.g.abs(o.dir) {
		return usagef("--out must be another folder than the submissions'")
	}
	if err := o.g.source(); err != nil {
		return err
	}
	c, err := o.g.loadCourse()
	if err != nil {
		return err
	}
	phases, err := asked(c, o.phases)
	if err != nil {
		return err
	}
	level, err := isolation(o.accept)
	if err != nil {
		return err
	}
	res, err := o.grade(ctx, c, phases, level)
	if err != nil {
		return classError(err)
	}
	err = report.Class(w, style, report.ClassScreen{Book: res.Book, Out: o.out, Files: res.Files, Ignored: res.Ignored, Resumed: res.Resumed})
	if err == nil && len(res.Book.Broken()) > 0 {
		err = &exitError{code: exitBroken}
	}
	return err
}

// classError: which folder it is to be is the caller's to say.
func classError(err error) error {
	if errors.Is(err, class.ErrNone) || errors.Is(err, class.ErrBusy) {
		return &exitError{exitUsage, err}
	}
	return err
}

// asked are the phases of --phase; nil without it.
func asked(c *catalog.Course, names []string) ([]*catalog.Phase, error) {
	list, err := targets(c, names)
	if err != nil {
		return nil, err
	}
	var phases []*catalog.Phase
	for _, t := range list {
		if len(t.only) > 0 {
			return nil, usagef("--phase takes phases, and %s is an exercise", t.only[0])
		}
		phases = append(phases, t.phase)
	}
	return phases, nil
}

// levels of isolation, from weak to strong.
var levels = []string{sandbox.LevelNone, "landlock", sandbox.LevelNamespaces}

// isolation is the level of the boxes here, if it is at least what is accepted.
func isolation(accept string) (string, error) {
	least := slices.Index(levels, accept)
	if least < 0 {
		return "", usagef("--accept-isolation takes none, landlock or namespaces, not %q", accept)
	}
	best := sandbox.Probe()
	if slices.Index(levels, best.Level) < least {
		return "", usagef("the isolation level here is %q, and other people's programs should run at %q: %s. %s\n"+
			"On a machine that may be thrown away you can add --accept-isolation %[1]s", best.Level, accept, best.Why, best.Raise)
	}
	return best.Level, nil
}

func (o classOptions) grade(ctx context.Context, c *catalog.Course, phases []*catalog.Phase, level string) (*class.Result, error) {
	wait := o.g.newWaiter("reading the submissions")
	defer wait.close()
	e, notices, err := o.g.engine(ctx, c, wait.set)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		fmt.Fprintln(o.g.Stderr, n)
	}
	version, err := selfHash()
	if err != nil {
		return nil, err
	}
	pace := newPace(o.g.Now)
	var last class.Progress
	builds, suites := make(chan struct{}, o.jobs), make(chan struct{}, suitesPerJob*o.jobs)
	res, err := class.Run(ctx, class.Options{Course: c, Phases: phases, Dir: o.g.abs(o.dir), Out: o.g.abs(o.out), Jobs: submissionsPerJob * o.jobs,
		Seed: o.seed, Fresh: o.fresh, Version: version + " " + e.tool.Version, Level: level,
		Worker: func(job int) (class.Worker, error) { return e.worker(c, job, builds, suites, wait.set) },
		Progress: func(p class.Progress) {
			last = p
			if wait.tty {
				wait.set("grading", pace.bar(p))
			} else {
				wait.set(fmt.Sprintf("%d of %d", p.Done, p.All), fmt.Sprintf("%s: %d of %d points%s", p.Name, p.Score, p.Max, pace.left(p)))
			}
		}})
	if err != nil && last.Done > 0 {
		wait.say(fmt.Sprintf("%d of %d submissions are graded; the same command goes on from there.", last.Done, last.All))
	}
	return res, err
}

// A job keeps one core busy. Most of grading is waiting, for programs that wait
// themselves: so a job has several submissions under way, of which it builds one.
const (
	submissionsPerJob = 5
	suitesPerJob      = 12
)

// worker is what one submission after the other is graded with: binaries of its own,
// that do not outlive their submission or fill the cache.
func (e *engine) worker(c *catalog.Course, job int, builds, suites chan struct{}, tell build.Progress) (class.Worker, error) {
	b, err := build.New(build.Options{Course: c, Toolchain: e.tool, Cache: e.cache, Scratch: e.scratch.Dir,
		Bin: filepath.Join(e.scratch.Dir, "bin-"+strconv.Itoa(job)), Slots: builds, Progress: tell})
	if err != nil {
		return class.Worker{}, err
	}
	return class.Worker{Grader: grade.New(grade.Options{Builder: b, Scratch: e.scratch.Dir, Slots: suites, Postgres: e.postgres}), Clean: func() { b.Clear() }}, nil
}

// abs is a path as the caller means it.
func (g *global) abs(dir string) string {
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	return filepath.Join(g.Dir, dir)
}

// selfHash is the hash of the grader's own program: the same for copies of it.
func selfHash() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the grader's own program: %w", err)
	}
	f, err := os.Open(exe)
	if err != nil {
		return "", fmt.Errorf("read the grader's own program: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read the grader's own program: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// pace estimates how long the rest of a class takes, by what was graded in this run.
type pace struct {
	now   func() time.Time
	began time.Time
}

func newPace(now func() time.Time) *pace { return &pace{now, now()} }

// left says how long the rest takes, once that can be said.
func (t *pace) left(p class.Progress) string {
	graded, rest := p.Done-p.Resumed, p.All-p.Done
	if graded < 2 || rest == 0 {
		return ""
	}
	d := t.now().Sub(t.began) / time.Duration(graded) * time.Duration(rest)
	if d < time.Minute {
		return fmt.Sprintf(", about %d s left", int(d.Seconds())+1)
	}
	return fmt.Sprintf(", about %d min left", int(d.Minutes())+1)
}

// bar is the progress as one line.
func (t *pace) bar(p class.Progress) string {
	const width = 20
	full := width * p.Done / max(1, p.All)
	s := fmt.Sprintf("[%s%s] %d of %d%s", strings.Repeat("#", full), strings.Repeat("-", width-full), p.Done, p.All, t.left(p))
	if p.Broken > 0 {
		s += fmt.Sprintf(", %d broken", p.Broken)
	}
	return s
}

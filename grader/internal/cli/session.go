package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/postgres"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/sandbox"
	"echofromzero/grader/internal/workspace"
)

// session is the course and the learner's place in it.
type session struct {
	g       *global
	course  *catalog.Course
	ws      *workspace.Workspace
	store   *progress.Store
	state   progress.State
	notices []string // for the end of the screen
}

// loadCourse reads the embedded course, or the one of --course.
func (g *global) loadCourse() (*catalog.Course, error) {
	c, err := catalog.Load(g.Course)
	if err != nil {
		return nil, fmt.Errorf("the course has defects:\n%w", err)
	}
	return c, nil
}

// source switches to the course of --course, if it is given.
func (g *global) source() error {
	if g.courseDir == "" {
		return nil
	}
	dir := g.courseDir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(g.Dir, dir)
	}
	if info, err := os.Stat(filepath.Join(dir, "phases")); err != nil || !info.IsDir() {
		return usagef("--course %s: no course there, it has no folder phases/", g.courseDir)
	}
	g.Course = os.DirFS(dir)
	return nil
}

// open loads the course, finds the workspace and reads the progress.
func (g *global) open() (*session, error) {
	s := &session{g: g}
	if err := g.source(); err != nil {
		return nil, err
	}
	var err error
	if s.course, err = g.loadCourse(); err != nil {
		return nil, err
	}
	if s.ws, err = workspace.Find(g.Dir); err != nil {
		return s, err
	}
	s.ws.Course = s.course
	if s.store, err = progress.Open(s.ws.Root, g.Now); err != nil {
		return s, err
	}
	if s.state, err = s.store.Read(); err != nil {
		return s, err
	}
	s.takeNotices()
	return s, nil
}

func (s *session) takeNotices() { s.notices = append(s.notices, s.store.Notices()...) }

// command is how the learner calls the grader from the workspace's root.
func (s *session) command() string {
	if _, err := exec.LookPath("grader"); err == nil {
		return "grader"
	}
	if s.ws != nil && s.ws.Clone {
		return "go run ./grader"
	}
	exe, err := os.Executable()
	if err != nil || strings.Contains(exe, "go-build") {
		return "grader"
	}
	return exe
}

// engine is what grading needs.
type engine struct {
	scratch *sandbox.Scratch
	cache   string
	tool    *build.Toolchain
	builder *build.Builder
	grader  *grade.Grader

	postgres *postgres.Cluster
}

// engine opens what grading needs; the notices say what could not be had.
func (g *global) engine(ctx context.Context, c *catalog.Course, tell build.Progress) (*engine, []string, error) {
	var notices []string
	e := &engine{}
	var err error
	if e.scratch, err = sandbox.NewScratch(""); err != nil {
		return nil, nil, err
	}
	g.onClose(e.scratch.Close)
	if e.cache, err = g.cacheDir(); err != nil {
		notices = append(notices, fmt.Sprintf("The build cache cannot be used, so every check builds from the start: %v.", err))
		e.cache = e.scratch.Dir
	}
	if e.tool, err = build.Find(ctx, e.cache, c.GoMod); err != nil {
		return nil, nil, err
	}
	if e.builder, err = build.New(build.Options{Course: c, Toolchain: e.tool, Cache: e.cache, Scratch: e.scratch.Dir, Progress: tell}); err != nil {
		return nil, nil, err
	}
	e.postgres = postgres.New()
	g.onClose(e.postgres.Close)
	e.grader = grade.New(grade.Options{Builder: e.builder, Cache: e.cache, Scratch: e.scratch.Dir, Version: selfVersion(), Postgres: e.postgres})
	return e, notices, nil
}

// cacheDir is the folder for what can be made again, below the user's cache.
func (g *global) cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "echofromzero")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	probe, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return "", err
	}
	probe.Close()
	return dir, os.Remove(probe.Name())
}

// selfVersion changes whenever the grader is built anew, so that a pass which an
// older grader gave is not believed.
func selfVersion() string {
	exe, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	info, err := os.Stat(exe)
	if err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%d-%d", info.Size(), info.ModTime().UnixNano())
}

// passed reports whether the exercise's last state is a pass.
func (s *session) passed(e *catalog.Exercise) bool {
	return s.state.Exercises[e.ID].Status == string(grade.Pass)
}

// owed are the core exercises of a phase that do not pass, but for those that cannot
// run here.
func (s *session) owed(p *catalog.Phase) []*catalog.Exercise {
	var list []*catalog.Exercise
	for _, e := range p.Exercises {
		if e.Level == catalog.Core && !s.passed(e) && s.state.Exercises[e.ID].Status != string(grade.NotRun) {
			list = append(list, e)
		}
	}
	return list
}

// current is the phase the learner works on: the one of the last check while
// something is owed there, else the next one where something is; nil when the
// course is done. A capstone is none but while it was checked last.
func (s *session) current() *catalog.Phase {
	from := max(0, slices.IndexFunc(s.course.Phases, func(p *catalog.Phase) bool { return p.Number == s.state.Current }))
	order := slices.Concat(s.course.Phases[from:], s.course.Phases[:from])
	for _, p := range order {
		if (!p.Capstone() || p.Number == s.state.Current) && len(s.owed(p)) > 0 {
			return p
		}
	}
	return nil
}

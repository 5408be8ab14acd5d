package cli

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/workspace"
)

type checkOptions struct {
	g       *global
	args    []string
	format  string
	seed    uint64
	fresh   bool
	verbose bool
	url     string
}

// checkFormats are what --format takes.
var checkFormats = []string{"text", "json", "junit", "github"}

func newCheckCmd(g *global) *cobra.Command {
	o := checkOptions{g: g}
	cmd := &cobra.Command{
		Use:   "check [PHASE|EXERCISE|all]…",
		Short: "Score a phase, an exercise or all",
		Long: `Check builds your program, runs the checks of its exercises and keeps the score.
Without an argument it scores the phase you are in.

Exit code: 0 all core exercises asked for pass, 1 something does not, 2 the command
is wrong, 3 the grader or the machine is at fault.`,
		Example:           "  grader check\n  grader check 03\n  grader check 3.2\n  grader check all --format json",
		ValidArgsFunction: g.completeCheck,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.args = args
			if cmd.Flags().Changed("url") {
				return runSmoke(cmd.Context(), o)
			}
			return runCheck(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "`text`, json, junit, or github for the log of a GitHub Actions job")
	completeWords(cmd, "format", checkFormats...)
	cmd.Flags().Uint64Var(&o.seed, "seed", 0, "replay the random values of an earlier check")
	cmd.Flags().BoolVar(&o.fresh, "fresh", false, "run every check again, also of unchanged files that passed")
	cmd.Flags().StringVar(&o.url, "url", "", "ask the deployed program at this `address` instead, without points; for exercises that say so")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "every failure in full, times and the seed")
	return cmd
}

// completeCheck completes phases, exercises and all.
func (g *global) completeCheck(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	list, directive := g.completeNames(cmd, args, prefix)
	if len(args) == 0 {
		list = append(list, "all\tthe whole course")
	}
	return list, directive
}

func runCheck(ctx context.Context, o checkOptions) error {
	if err := oneOf("format", o.format, checkFormats...); err != nil {
		return err
	}
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil {
		return err
	}
	list, err := o.targets(s)
	if err != nil {
		return err
	}
	c := &checking{session: s, o: o}
	if err := c.grade(ctx, list); err != nil {
		return err
	}
	o.g.close() // whoever reads the screen may close it early, and so end us
	c.save(ctx)
	switch o.format {
	case "json":
		err = c.json(w, len(list) > 1 || asksAll(o.args))
	case "junit":
		c.tellNotices()
		err = report.JUnit(w, c.verdicts)
	case "github":
		err = c.github(w, style, list)
	default:
		err = c.text(w, style, list)
	}
	if err != nil {
		return err
	}
	if code := codeOf(c.verdicts); code != exitOK {
		return &exitError{code: code}
	}
	return nil
}

func asksAll(args []string) bool {
	for _, a := range args {
		if a == "all" {
			return true
		}
	}
	return false
}

// targets are what the arguments name, or else the current phase.
func (o checkOptions) targets(s *session) ([]target, error) {
	if len(o.args) > 0 {
		return targets(s.course, o.args)
	}
	p := s.current()
	if p == nil {
		for _, last := range s.course.Phases {
			if !last.Capstone() {
				p = last
			}
		}
	}
	return []target{{phase: p}}, nil
}

// checking is one check under way.
type checking struct {
	*session
	o         checkOptions
	verdicts  []grade.Verdict
	sources   []workspace.Source
	regressed []report.Regression
	first     []report.Passed
}

func (c *checking) grade(ctx context.Context, list []target) error {
	wait := c.g.newWaiter("checking")
	defer wait.close()
	e, notices, err := c.g.engine(ctx, c.course, wait.set)
	if err != nil {
		return err
	}
	c.notices = append(c.notices, notices...)
	for _, t := range list {
		q := grade.Request{Phase: t.phase, Only: t.only}
		wait.expect(q.Count())
	}
	return c.gradeAll(ctx, list, func(t target, q grade.Request) (grade.Verdict, error) {
		if len(list) > 1 {
			wait.set("checking "+t.phase.Name, "")
		}
		q.OnResult = func(grade.Result) { wait.step() }
		return e.grader.Grade(ctx, q)
	})
}

// gradeAll grades the phases, as many at once as there are cores: much of a check is
// waiting for the program. The verdicts are in the order of list.
func (c *checking) gradeAll(ctx context.Context, list []target, gradeOne func(target, grade.Request) (grade.Verdict, error)) error {
	c.verdicts = make([]grade.Verdict, len(list))
	c.sources = make([]workspace.Source, len(list))
	errs := make([]error, len(list))
	slots := make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
	var wg sync.WaitGroup
	for i, t := range list {
		src, refused, err := c.read(t.phase)
		if err != nil {
			errs[i] = err
			break
		}
		c.sources[i] = src
		q := c.request(t, src, refused)
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			c.verdicts[i], errs[i] = gradeOne(t, q)
			c.verdicts[i].Notes = append(src.Notes, c.verdicts[i].Notes...)
		})
	}
	wg.Wait()
	return cmp.Or(errs...)
}

// read reads a phase's files. What only the learner can mend is no error: it is why
// nothing can be graded.
func (s *session) read(p *catalog.Phase) (src workspace.Source, refused string, err error) {
	src, err = s.ws.ReadPhase(p)
	if errors.Is(err, workspace.ErrSource) {
		return src, err.Error(), nil
	}
	return src, "", err
}

func (c *checking) request(t target, src workspace.Source, refused string) grade.Request {
	return grade.Request{Phase: t.phase, Files: src.Files, Refused: refused, Only: t.only,
		Seed: c.o.seed, NoCache: c.o.fresh, QuizPassed: c.quizPassed(t.phase)}
}

// quizPassed: an exercise of kind "quiz" counts once every question was right.
func (c *checking) quizPassed(p *catalog.Phase) bool {
	best, ok := c.state.Quizzes[p.Number].Best()
	return ok && best.Of > 0 && best.Score == best.Of
}

// save records the verdicts. What cannot be saved is said and changes no verdict.
func (c *checking) save(ctx context.Context) {
	now := c.g.Now()
	greens := map[string]string{} // phase name -> snapshot
	for i, v := range c.verdicts {
		p := c.course.Phase(v.Phase)
		if !v.Has(grade.Pass) {
			continue
		}
		hash, err := c.store.SaveGreen(p.Number, c.sources[i].Files)
		if err != nil {
			c.unsaved(err)
			return
		}
		greens[v.Phase] = hash
	}
	err := c.store.Update(ctx, func(st *progress.State) error {
		c.first, c.regressed = nil, nil
		for i, v := range c.verdicts {
			p := c.course.Phase(v.Phase)
			st.Current = p.Number
			for _, r := range v.Exercises {
				c.compare(p, st.Exercises[r.ID], r, c.sources[i])
				a := progress.Attempt{Status: string(r.Status), Points: r.Points, Cached: r.Cached}
				if r.Status == grade.Pass {
					a.Green = greens[v.Phase]
				}
				st.Record(r.ID, a, now)
			}
		}
		c.state = *st
		return nil
	})
	if err != nil {
		c.unsaved(err)
	}
	c.takeNotices()
}

func (c *checking) unsaved(err error) {
	c.notices = append(c.notices, fmt.Sprintf("Your progress was not saved: %v", err))
	for i, v := range c.verdicts {
		p := c.course.Phase(v.Phase)
		for _, r := range v.Exercises {
			c.compare(p, c.state.Exercises[r.ID], r, c.sources[i])
		}
	}
}

// compare notes what is new: a first pass, or a pass that is no more.
func (c *checking) compare(p *catalog.Phase, was progress.Exercise, r grade.Result, src workspace.Source) {
	switch r.Status {
	case grade.Pass:
		if !was.Passed() {
			c.first = append(c.first, report.Passed{ID: r.ID, After: p.Exercise(r.ID).After})
		}
	case grade.Fail, grade.Unstable, grade.Waiting:
		if !was.Passed() {
			return
		}
		reg := report.Regression{ID: r.ID, LastPass: was.LastPass}
		if files, err := c.store.Green(p.Number, was.Green); err == nil {
			reg.Diff = progress.Diff(files, src.Files, p.Dir())
		}
		c.regressed = append(c.regressed, reg)
	}
}

// tellNotices tells beside a format for programs what a screen would say.
func (c *checking) tellNotices() {
	for _, n := range c.notices {
		fmt.Fprintln(c.g.Stderr, report.Sanitize(n))
	}
}

// github writes to the job's log, and to its summary page if there is one.
func (c *checking) github(w io.Writer, style report.Style, list []target) error {
	var screen bytes.Buffer
	if err := c.text(&screen, style, list); err != nil {
		return err
	}
	if err := report.GitHub(w, c.verdicts, screen.Bytes(), rand.Text()); err != nil {
		return err
	}
	file := c.g.Env("GITHUB_STEP_SUMMARY")
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = errors.Join(report.GitHubSummary(f, c.verdicts), f.Close())
	}
	if err != nil {
		return fmt.Errorf("write the job's summary: %w", err)
	}
	return nil
}

func (c *checking) json(w io.Writer, several bool) error {
	c.tellNotices()
	if several {
		return report.JSONAll(w, c.verdicts)
	}
	return report.JSON(w, c.verdicts[0])
}

func (c *checking) text(w io.Writer, style report.Style, list []target) error {
	next, title := c.next()
	if len(list) > 1 {
		return report.CheckAll(w, style, report.CheckAllScreen{Verdicts: c.verdicts, Regressed: c.regressed, FirstPass: c.first,
			Notices: c.notices, NextCommand: next, NextTitle: title, GraderCmd: c.command(), Verbose: c.o.verbose, Now: c.g.Now()})
	}
	screen := c.screen()
	screen.Partial, screen.NextCommand, screen.NextTitle = len(list[0].only) > 0, next, title
	return report.Check(w, style, screen)
}

// screen is what there is to show of one phase.
func (c *checking) screen() report.CheckScreen {
	return report.CheckScreen{Verdict: c.verdicts[0], Regressed: c.regressed, FirstPass: c.first, Notices: c.notices,
		GraderCmd: c.command(), Verbose: c.o.verbose, Now: c.g.Now()}
}

// next is what to do after everything asked for passed: the rest of the phase,
// else the phase that follows. Otherwise the report knows best.
func (c *checking) next() (command, title string) {
	if codeOf(c.verdicts) != exitOK {
		return "", ""
	}
	p := c.current()
	if p == nil {
		return "", ""
	}
	owed := c.owed(p)[0]
	if p.Number == c.course.Phase(c.verdicts[len(c.verdicts)-1].Phase).Number {
		return c.command() + " check " + owed.ID, owed.ID + " " + owed.Title
	}
	return c.command() + " read " + p.Number, p.Number + " " + p.Title
}

// codeOf is the exit code of verdicts: broken wins, then any core exercise that
// does not pass. Where only stretch exercises were asked for, those count.
func codeOf(verdicts []grade.Verdict) int {
	core, stretch := tally{}, tally{}
	for _, v := range verdicts {
		for _, r := range v.Exercises {
			if r.Level == catalog.Stretch {
				stretch.add(r.Status)
			} else {
				core.add(r.Status)
			}
		}
	}
	if core.broken+stretch.broken > 0 {
		return exitBroken
	}
	if core.all == 0 {
		core = stretch
	}
	switch {
	case core.bad > 0:
		return exitFail
	case core.passed == 0: // nothing ran: that is no pass
		return exitBroken
	}
	return exitOK
}

type tally struct{ all, passed, bad, broken int }

func (t *tally) add(s grade.Status) {
	t.all++
	switch s {
	case grade.Pass:
		t.passed++
	case grade.Broken:
		t.broken++
	case grade.NotRun:
	default:
		t.bad++
	}
}

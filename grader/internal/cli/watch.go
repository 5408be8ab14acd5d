package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/watch"
	"echofromzero/grader/internal/workspace"
)

type watchOptions struct {
	g      *global
	phase  string
	format string
}

func newWatchCmd(g *global) *cobra.Command {
	o := watchOptions{g: g}
	cmd := &cobra.Command{
		Use:   "watch [PHASE]",
		Short: "Score a phase again at each save",
		Long: `Watch scores a phase, and again each time you save one of its files: what this save
fixed or broke, and the first failure in full. A save during a run begins a new one.
Without an argument it takes the phase you are in; once all core exercises of a phase
pass, it goes on with the next. Your progress is kept as check keeps it.

Keys: h one more hint, n the next exercise or phase, r run again, z the quiz, q quit.
Without a terminal each event is a line, with --format json a line of JSON.`,
		Example:           "  grader watch\n  grader watch 03\n  grader watch 03 --format json",
		Args:              argCount(1),
		ValidArgsFunction: first(g.completePhases),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.phase = args[0]
			}
			return runWatch(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "`text` or json")
	completeWords(cmd, "format", "text", "json")
	return cmd
}

// watching is a watch under way. What is said of it goes through tell.
type watching struct {
	*session
	grader *grade.Grader
	tell   func(report.WatchEvent)
	stages chan string // what takes long in a run

	phase *catalog.Phase
	owes  bool // the phase was not done when its watch began
	runs  int
	files catalog.Files // of the last run
	last  grade.Verdict
	again chan struct{}
	skip  chan struct{}      // goes on with the next phase
	leave context.CancelFunc // ends the watch of this phase
}

func runWatch(ctx context.Context, o watchOptions) error {
	if err := oneOf("format", o.format, "text", "json"); err != nil {
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
	p, err := o.start(s)
	if err != nil {
		return err
	}
	wt := &watching{session: s, again: make(chan struct{}), skip: make(chan struct{}), stages: make(chan string, 1)}
	stage := func(stage, detail string) {
		select {
		case wt.stages <- stage + " " + detail:
		default: // only the newest matters, and it comes again
		}
	}
	e, notices, err := o.g.engine(ctx, s.course, stage)
	if err != nil {
		return err
	}
	s.notices = append(s.notices, notices...)
	wt.grader = e.grader
	if terminal, ok := o.g.interactive(style); ok && o.format == "text" {
		return wt.interactive(ctx, terminal, style, p)
	}
	show := func(ev report.WatchEvent) error { return report.WatchLine(w, style, ev) }
	if o.format == "json" {
		show = func(ev report.WatchEvent) error { return report.WatchJSON(w, ev) }
	}
	return wt.lines(ctx, p, show)
}

// lines tells each event in a line, until ctx ends or nobody reads any more.
func (w *watching) lines(ctx context.Context, p *catalog.Phase, show func(report.WatchEvent) error) error {
	// So that a reader who leaves is an error of the write, not the end of the process.
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, syscall.SIGPIPE)
	defer signal.Stop(gone)
	inner, stop := context.WithCancel(ctx)
	defer stop()
	var unread error
	w.tell = func(ev report.WatchEvent) {
		if err := show(ev); err != nil && unread == nil {
			unread = err
			stop()
		}
	}
	err := w.watch(inner, p)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(unread, syscall.EPIPE):
		return nil
	}
	return cmp.Or(unread, err)
}

// start is the phase to begin with.
func (o watchOptions) start(s *session) (*catalog.Phase, error) {
	if o.phase != "" {
		return onePhase(s.course, o.phase)
	}
	if p := s.current(); p != nil {
		return p, nil
	}
	return nil, usagef("all of the course passes. Name the phase to watch, such as `%s watch %s`", s.command(), s.course.Phases[0].Number)
}

// watch watches a phase, and those after it, until ctx ends.
func (w *watching) watch(ctx context.Context, p *catalog.Phase) error {
	for {
		err := w.one(ctx, p)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, context.Canceled) {
			return err
		}
		if next := w.current(); next != nil {
			p = next
		}
	}
}

// handed is what a run is given.
type handed struct {
	src     workspace.Source
	refused string
}

// one watches one phase. The error is context.Canceled once it is time to go on.
func (w *watching) one(ctx context.Context, p *catalog.Phase) error {
	ctx, w.leave = context.WithCancel(ctx)
	defer w.leave()
	go func() {
		select {
		case <-w.skip:
			w.leave()
		case <-ctx.Done():
		}
	}()
	w.phase, w.owes, w.runs, w.files, w.last = p, len(w.owed(p)) > 0, 0, nil, grade.Verdict{}
	w.say(report.WatchEvent{Kind: report.WatchPhase, Check: w.known(p)})
	return watch.Loop[handed, grade.Verdict]{
		Folder: filepath.Join(w.ws.Root, filepath.FromSlash(p.Dir())),
		Again:  w.again, Read: w.look, Start: w.start, Run: w.run, Done: w.done,
		Outdated: func() {
			if ctx.Err() == nil {
				w.say(report.WatchEvent{Kind: report.WatchOutdated})
			}
		},
	}.Watch(ctx)
}

func (w *watching) say(ev report.WatchEvent) {
	ev.Time, ev.Phase, ev.Run = w.g.Now(), w.phase.Name, w.runs
	w.tell(ev)
}

// known is the screen of a phase that was not graded yet.
func (w *watching) known(p *catalog.Phase) report.CheckScreen {
	v := grade.Verdict{Phase: p.Name, Title: p.Title, Build: grade.Build{OK: true}}
	for _, e := range p.Exercises {
		r := grade.Result{ID: e.ID, Title: e.Title, Level: e.Level, Max: catalog.Points, Status: grade.Status(w.state.Exercises[e.ID].Status)}
		if r.Status == grade.Pass {
			r.Points = r.Max
		}
		v.Add(r)
	}
	return report.CheckScreen{Verdict: v, GraderCmd: w.command(), Now: w.g.Now()}
}

// look reads the phase. Two looks are the same if all that a verdict depends on is.
func (w *watching) look() (handed, string, error) {
	src, refused, err := w.read(w.phase)
	if errors.Is(err, fs.ErrNotExist) { // a folder that went while it was read
		refused, err = err.Error(), nil
	}
	if err != nil {
		return handed{}, "", err
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(src.Files)) {
		fmt.Fprintf(h, "%q %d\n%s", name, len(src.Files[name]), src.Files[name])
	}
	fmt.Fprintf(h, "%q %q", src.Notes, refused)
	return handed{src, refused}, string(h.Sum(nil)), nil
}

func (w *watching) start(in handed) {
	w.runs++
	ev := report.WatchEvent{Kind: report.WatchRun}
	if w.runs > 1 {
		ev.Changed = changedFiles(w.files, in.src.Files)
	}
	w.files = in.src.Files
	w.say(ev)
}

// changedFiles are the names of what is new, gone or different.
func changedFiles(was, is catalog.Files) []string {
	all := map[string]bool{}
	for name := range was {
		all[name] = true
	}
	for name := range is {
		all[name] = true
	}
	maps.DeleteFunc(all, func(name string, _ bool) bool {
		a, before := was[name]
		b, now := is[name]
		return before == now && string(a) == string(b)
	})
	return slices.Sorted(maps.Keys(all))
}

// run grades, and tells each exercise that ends. Nothing is told once it is called off.
func (w *watching) run(ctx context.Context, in handed) (grade.Verdict, error) {
	results := make(chan grade.Result)
	var v grade.Verdict
	var err error
	c := w.checking()
	q := c.request(target{phase: w.phase}, in.src, in.refused)
	q.OnResult = func(r grade.Result) {
		select {
		case results <- r:
		case <-ctx.Done():
		}
	}
	go func() {
		defer close(results)
		v, err = w.grader.Grade(ctx, q)
	}()
	for {
		select {
		case stage := <-w.stages:
			w.say(report.WatchEvent{Kind: report.WatchStage, Stage: stage})
		case r, ok := <-results:
			if !ok {
				v.Notes = append(in.src.Notes, v.Notes...)
				return v, err
			}
			w.say(report.WatchEvent{Kind: report.WatchResult, Result: r})
		}
	}
}

func (w *watching) checking() *checking {
	return &checking{session: w.session, o: checkOptions{g: w.g}}
}

// done keeps a verdict and tells it, and goes on once the phase is done.
func (w *watching) done(in handed, v grade.Verdict) {
	c := w.checking()
	c.verdicts, c.sources = []grade.Verdict{v}, []workspace.Source{in.src}
	// A verdict that is there is kept, whatever ends the watch.
	c.save(context.Background())
	ev := report.WatchEvent{Kind: report.WatchVerdict, Check: c.screen()}
	ev.Fixed, ev.Broke = report.WatchChanges(w.last, v)
	w.last, w.notices = v, nil
	w.say(ev)
	if w.owes && v.Done() {
		w.owes = false
		w.goOn(&report.WatchDone{Phase: v.Phase, FirstPass: c.first, Open: report.OpenStretch(v)})
	}
}

// goOn leaves for the phase that is owed next, if there is one.
func (w *watching) goOn(done *report.WatchDone) {
	ev := report.WatchEvent{Kind: report.WatchPhaseDone, Done: done}
	if next := w.current(); next != nil {
		ev.Next = next.Name
		defer w.leave()
	}
	w.say(ev)
}

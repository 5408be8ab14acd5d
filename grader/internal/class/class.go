// Package class grades a folder of submissions into a gradebook.
//
// Each submission, a folder or an archive, is read into memory under limits, graded
// on its own, and kept as one file before it counts, so that a run that is killed at
// any moment goes on where it was. What one submission does costs its own points only.
//
// The package decides no verdict (package grade) and formats none (package report).
package class

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
)

// Options of a run.
type Options struct {
	Course  *catalog.Course
	Phases  []*catalog.Phase // what to grade; nil: every phase that a submission has
	Dir     string           // of the submissions
	Out     string           // of the results; made when missing
	Jobs    int              // submissions at once; at least 1
	Seed    uint64           // of the random values; 0 for the one of before, or a fresh one
	Fresh   bool             // forget what was graded before
	Version string           // changes when the grader or Go does
	Level   string           // of isolation, that the workers have

	// Worker opens what one job grades with.
	Worker func(job int) (Worker, error)
	// Progress is called after each submission, never twice at once; may be nil.
	Progress func(Progress)
}

// A Worker grades submissions one after the other.
type Worker struct {
	Grader *grade.Grader
	Clean  func() // removes what was built for a submission
}

// Progress is how far a run has come.
type Progress struct {
	Done, All  int
	Resumed    int    // of Done, those that had been graded before
	Name       string // of the submission that was graded last
	Score, Max int    // its points
	Broken     int    // submissions of which something could not be graded
}

// A Result is what came of a run.
type Result struct {
	Book    *report.Gradebook
	Files   []string // written in Out
	Ignored []string // entries of Dir that are no submissions
	Resumed int      // submissions that had been graded before
}

// ErrNone means that the class's folder holds no submission.
var ErrNone = errors.New("no submission there")

// run is a run under way.
type run struct {
	Options
	store *store
	in    *reader

	mu       sync.Mutex
	progress Progress
}

// Run grades every submission of a class and writes the gradebook. The error is ctx's,
// ErrNone, ErrBusy, or says what could not be read or written; what was graded until
// then is kept.
func Run(ctx context.Context, o Options) (*Result, error) {
	list, ignored, err := submissions(o.Dir, o.Out)
	if err != nil {
		return nil, fmt.Errorf("read the submissions: %w", err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: %s holds no folder and no archive", ErrNone, o.Dir)
	}
	s, err := openStore(o.Out, o.Seed, o.Fresh)
	if err != nil {
		return nil, err
	}
	defer s.close()
	r := &run{Options: o, store: s, progress: Progress{All: len(list)}}
	r.in = &reader{course: o.Course, dir: o.Dir, phases: o.Phases, named: len(o.Phases) > 0}
	if !r.in.named {
		r.in.phases = o.Course.Phases
	}
	if err := r.gradeAll(ctx, list); err != nil {
		return nil, err
	}
	book, err := r.gradebook(list)
	if err != nil {
		return nil, err
	}
	files, err := r.write(book, list)
	return &Result{Book: book, Files: files, Ignored: ignored, Resumed: r.progress.Resumed}, err
}

// gradeAll grades the submissions that are not graded yet, Jobs at once.
func (r *run) gradeAll(ctx context.Context, list []submission) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan submission)
	errs := make([]error, max(1, min(r.Jobs, len(list))))
	var wg sync.WaitGroup
	for job := range errs {
		wg.Go(func() {
			if errs[job] = r.work(ctx, job, next); errs[job] != nil {
				cancel()
			}
		})
	}
	for _, s := range list {
		select {
		case next <- s:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wg.Wait()
	for _, err := range errs { // not those that follow from another one
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return cmp.Or(cmp.Or(errs...), ctx.Err())
}

// work is one job: it grades what next gives.
func (r *run) work(ctx context.Context, job int, next <-chan submission) error {
	w, err := r.Worker(job)
	if err != nil {
		return err
	}
	for s := range next {
		if err := r.submission(ctx, w, s); err != nil {
			return err
		}
	}
	return nil
}

// submission grades one submission, unless it was graded before, and keeps the results.
func (r *run) submission(ctx context.Context, w Worker, s submission) error {
	parts, err := r.in.read(s)
	if err != nil {
		return r.done(report.NewRecord(s.name, "", r.unread(err)))
	}
	key := keyOf(r.Version, r.store.seed, r.Level, r.Course, parts)
	if record, ok := r.store.find(s.name, key); ok {
		r.told(record, true)
		return nil
	}
	defer w.Clean()
	var verdicts []grade.Verdict
	for _, p := range parts {
		v, err := w.Grader.Grade(ctx, grade.Request{Phase: p.phase, Files: p.source.Files, Refused: p.refused,
			Seed: r.store.seed, NoCache: true})
		if err != nil {
			return err
		}
		v.Notes = slices.Concat(p.source.Notes, v.Notes)
		verdicts = append(verdicts, v)
	}
	return r.done(report.NewRecord(s.name, key, verdicts))
}

// unread are the verdicts of a submission that this machine could not read.
func (r *run) unread(err error) []grade.Verdict {
	var list []grade.Verdict
	for _, p := range r.in.phases {
		v := grade.Verdict{Phase: p.Name, Title: p.Title, Seed: r.store.seed, Isolation: r.Level}
		for _, e := range p.Exercises {
			v.Exercises = append(v.Exercises, grade.Result{ID: e.ID, Title: e.Title, Level: e.Level, Max: catalog.Points,
				Status: grade.Broken, Reason: "the submission could not be read: " + err.Error()})
			if e.Level == catalog.Core {
				v.Max += catalog.Points
			}
		}
		list = append(list, v)
	}
	return list
}

// done keeps a submission's results.
func (r *run) done(record report.Record) error {
	if err := r.store.keep(record); err != nil {
		return err
	}
	r.told(record, false)
	return nil
}

// told counts a submission and tells of it.
func (r *run) told(record report.Record, resumed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done++
	if resumed {
		r.progress.Resumed++
	}
	if record.Broken() {
		r.progress.Broken++
	}
	r.progress.Name, r.progress.Score, r.progress.Max = record.Name, record.Score, record.Max
	if r.Progress != nil {
		r.Progress(r.progress)
	}
}

// gradebook reads the kept records, one at a time, and keeps their rows.
func (r *run) gradebook(list []submission) (*report.Gradebook, error) {
	book := report.NewGradebook(r.in.phases, r.store.seed)
	next := r.records(list)
	for {
		record, err := next()
		if err != nil || record == nil {
			return book, err
		}
		book.Add(*record)
	}
}

// records returns what gives the kept records one by one, and nil after the last.
func (r *run) records(list []submission) func() (*report.Record, error) {
	return func() (*report.Record, error) {
		if len(list) == 0 {
			return nil, nil
		}
		record, err := r.store.read(list[0].name)
		if err != nil {
			return nil, fmt.Errorf("read the results of %s: %w", list[0].name, err)
		}
		list = list[1:]
		return &record, nil
	}
}

// write writes the files over all submissions.
func (r *run) write(book *report.Gradebook, list []submission) ([]string, error) {
	files := []struct {
		name string
		fn   func(io.Writer) error
	}{
		{"gradebook.csv", book.CSV},
		{"junit.xml", func(w io.Writer) error { return report.ClassJUnit(w, r.records(list)) }},
		{"index.html", book.HTML},
		{"times.csv", func(w io.Writer) error { return report.ClassTimes(w, r.records(list)) }},
	}
	var names []string
	for _, f := range files {
		if err := r.store.fill(f.name, f.fn); err != nil {
			return nil, err
		}
		names = append(names, f.name)
	}
	return append(names, resultsDir+"/", gradescope+"/"), nil
}

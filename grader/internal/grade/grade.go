// Package grade turns a learner's files into a Verdict: it builds them, runs the
// suites of the exercises asked for at once, and decides.
//
// It prints nothing and keeps no progress. The only thing it remembers is a cache
// of passes, keyed by everything that a pass depends on.
package grade

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	mrand "math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/postgres"
	"echofromzero/grader/internal/sandbox"
	"echofromzero/grader/internal/suite"
)

// A Grader grades phases of one course.
type Grader struct {
	builder *build.Builder
	cache   string
	scratch string
	version string
	limits  sandbox.Limits
	level   string
	timeout time.Duration
	slots   chan struct{}

	postgres *postgres.Cluster
}

// Options of a Grader.
type Options struct {
	Builder *build.Builder
	Cache   string         // folder for the cache of passes; "" for none
	Scratch string         // existing folder for temporary files
	Version string         // changes when the grader does: part of a pass's key
	Slots   chan struct{}  // how many suites run at once, and who shares that bound; nil for twice the cores, at least 4
	Timeout time.Duration  // wall clock of one suite; 0 for the suite's default
	Limits  sandbox.Limits // of a box
	Level   string         // isolation of the boxes; "" is the best that the machine has

	Postgres *postgres.Cluster // for suites that want a database there; nil if the machine has none
}

// New returns a Grader.
func New(o Options) *Grader {
	if o.Slots == nil {
		o.Slots = make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0)))
	}
	return &Grader{builder: o.Builder, cache: o.Cache, scratch: o.Scratch, version: o.Version,
		limits: o.Limits, level: o.Level, timeout: o.Timeout, slots: o.Slots, postgres: o.Postgres}
}

// Level is the isolation level of the boxes.
func (g *Grader) Level() string {
	if g.level == "" {
		return sandbox.Probe().Level
	}
	return g.level
}

// A Request says what to grade.
type Request struct {
	Phase       *catalog.Phase
	Files       catalog.Files // what the learner wrote; pinned files are replaced
	Refused     string        // why there is nothing to build, in the learner's hands; "" if there is
	Only        []string      // exercise ids; empty for all
	Seed        uint64        // of the random values; 0 for a fresh one
	Passes      string        // folder for passes in place of the grader's cache, also to keep them with NoCache
	NoCache     bool          // run everything, and keep no pass but in Passes
	NoRetry     bool          // a failure is not tried a second time
	IgnoreNeeds bool          // a failure is a failure, whatever else fails
	Shuffle     bool          // start the suites in an order that the seed fixes
	QuizPassed  bool          // for exercises of kind "quiz"
	OnResult    func(Result)  // called once for each exercise as it ends; may be nil
}

// ErrNothing is returned when a request names no exercise of the phase.
var ErrNothing = errors.New("no exercise was run")

// Grade grades one phase. The error is ctx's or ErrNothing: everything else is in
// the Verdict.
func (g *Grader) Grade(ctx context.Context, q Request) (Verdict, error) {
	began := time.Now()
	seed := seedOr(q.Seed)
	v := Verdict{Phase: q.Phase.Name, Title: q.Phase.Title, Seed: seed, Isolation: g.Level()}
	asked := q.asked()
	if len(asked) == 0 {
		return v, ErrNothing
	}
	files := withoutTests(q.Files) // empty when Refused
	for _, name := range q.Phase.Pinned {
		files[name] = q.Phase.Solution[name]
	}
	src := build.Source{Phase: q.Phase.Name, Files: files}
	j := &job{g: g, q: q, seed: seed, src: src, key: g.builder.Key(src)}
	if q.Phase.Race() {
		j.noRace = g.builder.NoRace()
	}
	results, err := j.run(ctx, &v, q.withNeeds(asked))
	if err != nil {
		return v, err
	}
	if !q.IgnoreNeeds {
		wait(asked, results)
	}
	for _, e := range asked {
		r := *results[e.ID]
		v.Add(r)
		if r.Note != "" && !slices.Contains(v.Notes, r.Note) {
			v.Notes = append(v.Notes, r.Note)
		}
	}
	v.Elapsed = time.Since(began)
	return v, nil
}

// seedOr is the seed, or a fresh one for 0.
func seedOr(seed uint64) uint64 {
	if seed == 0 {
		var b [8]byte
		rand.Read(b[:])
		seed = binary.LittleEndian.Uint64(b[:])
	}
	return seed
}

// Count is how many exercises a request will try, those that others need included:
// OnResult is called as often.
func (q *Request) Count() int { return len(q.withNeeds(q.asked())) }

// asked are the exercises that the request is about, in the phase's order.
func (q *Request) asked() []*catalog.Exercise {
	if len(q.Only) == 0 {
		return q.Phase.Exercises
	}
	var list []*catalog.Exercise
	for _, e := range q.Phase.Exercises {
		if slices.Contains(q.Only, e.ID) {
			list = append(list, e)
		}
	}
	return list
}

// withNeeds adds what the exercises need, and what that needs.
func (q *Request) withNeeds(asked []*catalog.Exercise) []*catalog.Exercise {
	list := slices.Clone(asked)
	if q.IgnoreNeeds {
		return list
	}
	for i := 0; i < len(list); i++ {
		for _, id := range list[i].Needs {
			if e := q.Phase.Exercise(id); e != nil && !slices.Contains(list, e) {
				list = append(list, e)
			}
		}
	}
	return list
}

// wait turns the failures whose needs do not pass into waiting ones.
func wait(asked []*catalog.Exercise, results map[string]*Result) {
	waiting := map[string][]string{}
	for _, e := range asked {
		r := results[e.ID]
		if r.Status != Fail && r.Status != Unstable {
			continue
		}
		for _, id := range e.Needs {
			if n := results[id]; n != nil && n.Status != Pass && n.Status != NotRun {
				waiting[e.ID] = append(waiting[e.ID], id)
			}
		}
	}
	for id, needs := range waiting {
		r := results[id]
		if r.Failure == nil { // the program does not build: that is said once, for all
			continue
		}
		r.Status, r.Needs, r.Failure = Waiting, needs, nil
		r.Reason = "waits for " + strings.Join(needs, ", ")
	}
}

// Add adds a result, and counts its points.
func (v *Verdict) Add(r Result) {
	v.Exercises = append(v.Exercises, r)
	most := r.Max
	if r.Status == NotRun {
		most = 0
	}
	if r.Level == catalog.Stretch {
		v.Stretch += r.Points
		v.StretchOf += most
		return
	}
	v.Score += r.Points
	v.Max += most
}

// job is one request under way.
type job struct {
	g    *Grader
	q    Request
	seed uint64
	src  build.Source
	key  string // of the source

	noRace string // why there is no race detector, or ""
	race   struct {
		once sync.Once
		path string
		err  error
	}
	release struct {
		once          sync.Once
		path, version string
		err           error
	}
}

func (j *job) run(ctx context.Context, v *Verdict, list []*catalog.Exercise) (map[string]*Result, error) {
	results := map[string]*Result{}
	var open []*catalog.Exercise
	for _, e := range list {
		r := &Result{ID: e.ID, Title: e.Title, Level: e.Level, Max: catalog.Points}
		results[e.ID] = r
		switch {
		case e.Kind == catalog.KindQuiz:
			j.quiz(r)
		case j.cached(e, r):
			r.Note = j.note(e)
			r.Status, r.Points, r.Cached = Pass, r.Max, true
		default:
			open = append(open, e)
			continue
		}
		j.report(r)
	}
	v.Build = Build{OK: true, Cached: true}
	if len(open) == 0 {
		return results, nil
	}
	if j.q.Refused != "" {
		j.unbuilt(v, &build.Program{Errors: []build.Error{{Msg: j.q.Refused}}}, nil, open, results)
		return results, nil
	}
	program := ""
	if slices.ContainsFunc(open, func(e *catalog.Exercise) bool { return e.Suite.Serves || len(e.Suite.Tests) == 0 }) {
		p, err := j.g.builder.Build(ctx, j.src)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil || p.Path == "" {
			j.unbuilt(v, p, err, open, results)
			return results, nil
		}
		program, v.Build = p.Path, Build{OK: true, Cached: p.Cached, Took: p.Took}
	}
	if j.q.Shuffle {
		order := mrand.New(mrand.NewPCG(j.seed, 0))
		order.Shuffle(len(open), func(a, b int) { open[a], open[b] = open[b], open[a] })
	}
	var wg sync.WaitGroup
	for _, e := range open {
		wg.Go(func() { j.exercise(ctx, e, program, results[e.ID]) })
	}
	wg.Wait()
	return results, ctx.Err()
}

// unbuilt gives every exercise the one reason why there is no program.
func (j *job) unbuilt(v *Verdict, p *build.Program, err error, open []*catalog.Exercise, results map[string]*Result) {
	v.Build = Build{}
	status, reason := Fail, "the program does not build"
	switch {
	case errors.Is(err, build.ErrTimeout), errors.Is(err, build.ErrMemory):
		v.Build.Errors = []BuildError{{Msg: err.Error()}}
	case err != nil:
		status, reason = Broken, err.Error()
	default:
		v.Build.Errors, v.Build.More, v.Build.Took = p.Errors, p.More, p.Took
	}
	for _, e := range open {
		r := results[e.ID]
		r.Status, r.Reason = status, reason
		j.report(r)
	}
}

func (j *job) report(r *Result) {
	if j.q.OnResult != nil {
		j.q.OnResult(*r)
	}
}

func (j *job) quiz(r *Result) {
	if j.q.QuizPassed {
		r.Status, r.Points = Pass, r.Max
		return
	}
	r.Status, r.Reason = Waiting, "answer the quiz: grader quiz "+j.q.Phase.Number
}

// exercise runs one suite, and a failing one once more in a fresh box.
func (j *job) exercise(ctx context.Context, e *catalog.Exercise, program string, r *Result) {
	o := suite.Options{Program: program, Number: j.q.Phase.Number, Dir: j.q.Phase.Dir(), Files: j.q.Files, Seed: j.seed, Scratch: j.g.scratch, Timeout: j.g.timeout, Limits: j.g.limits, Level: j.g.level,
		Postgres: j.g.postgres}
	r.Note = j.note(e)
	if e.Suite.TestRace() && j.noRace != "" {
		r.Status, r.Reason = NotRun, "no race detector: "+j.noRace
		j.report(r)
		return
	}
	var err error
	if e.Suite.Race && j.noRace == "" {
		o.Race, err = j.raced(ctx)
	}
	if err == nil && e.Suite.Release {
		o.Release, o.Version, err = j.released(ctx)
	}
	if err == nil {
		o.Tests, err = j.prepare(ctx, e)
	}
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		r.Status, r.Reason = Broken, err.Error()
		j.report(r)
		return
	}
	select {
	case j.g.slots <- struct{}{}:
		defer func() { <-j.g.slots }()
	case <-ctx.Done():
		return
	}
	for _, path := range []string{o.Program, o.Race, o.Release} { // it may have waited long
		if path != "" {
			j.g.builder.Use(path)
		}
	}
	first, err := try(ctx, e, o)
	if err != nil {
		return
	}
	last := first
	if first.Failure != nil && !first.AtLimit && !j.q.NoRetry {
		if last, err = try(ctx, e, o); err != nil {
			return
		}
	}
	decide(r, first, last)
	r.Took = first.Took
	if r.Status == Pass {
		r.Points = r.Max
		j.keep(e, r.Checks)
	}
	j.report(r)
}

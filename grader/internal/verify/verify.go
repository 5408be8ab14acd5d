// Package verify proves a phase: that its starter is unsolved, that two right
// programs pass, that every mistake its mutants hold is caught by exactly the
// exercises they name, and that its texts say what its code does.
//
// It finds defects of the course, never of a learner, and mends nothing.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// A Proof is one of the eight things shown of a phase.
type Proof struct {
	Phase    string
	Number   int // 1 to 8
	Name     string
	Problems []string // why it does not hold; empty if it does
	Warnings []string // what an author should look at; they fail nothing
	NotRun   []string // what could not be shown on this machine
	Took     time.Duration
}

// OK reports whether the proof holds.
func (p Proof) OK() bool { return len(p.Problems) == 0 }

// An Explanation says how a mutant was caught, as a learner would see it.
type Explanation struct {
	Phase, Mutant, Title       string
	Exercise, Check, Got, Hint string
}

// Options of a Verifier.
type Options struct {
	Course  *catalog.Course
	FS      fs.FS // the course's files, for what the catalog does not load
	Grader  *grade.Grader
	Builder *build.Builder
	Scratch string // existing folder for temporary files

	Repeat  int      // how often the right programs must pass; at least 1
	Load    bool     // keep every core busy meanwhile
	Only    []int    // numbers of the proofs that Phase shows; none for all
	LeftOut []string // folders of phases that Course lacks because they have defects
	// PerExercise is how many mutants of each exercise are tried, chosen by chance; 0 for
	// all. It is for gates that have no time for more.
	PerExercise int
	Explain     func(Explanation) // called for each mutant and exercise it fails; may be nil
	Done        func(Proof)       // called as each proof ends; may be nil
}

// A Verifier proves phases of one course.
type Verifier struct {
	Options
	limit  time.Duration // of one command that a lesson shows
	passes string        // folder with what the right programs passed
}

// New returns a Verifier.
func New(o Options) *Verifier {
	o.Repeat = max(1, o.Repeat)
	if o.Done == nil {
		o.Done = func(Proof) {}
	}
	return &Verifier{o, shownLimit, filepath.Join(o.Scratch, "passes")}
}

// proofs in their order: each adds to the Proof it is given. An error is ctx's
// or the machine's.
var proofs = []struct {
	name string
	show func(*Verifier, context.Context, *catalog.Phase, *Proof) error
}{
	{"the starter builds, runs and fails every exercise", (*Verifier).starter},
	{"the reference and the second solution pass", (*Verifier).solutions},
	{"every mutant fails exactly the exercises it names", (*Verifier).mutants},
	{"manifest, suites, TODO comments and lesson agree", (*Verifier).agreement},
	{"untouched files equal the previous reference", (*Verifier).continuity},
	{"the quiz is sound and its outputs are real", (*Verifier).quiz},
	{"every Go block of the lesson builds or is the phase's, and every shown output is real", (*Verifier).lesson},
	{"hidden programs vet and import nothing of ours", (*Verifier).hidden},
}

// Proofs is how many proofs a phase has.
func Proofs() int { return len(proofs) }

// Numbers are the proofs that Phase shows, in their order.
func (o Options) Numbers() []int {
	var list []int
	for n := 1; n <= len(proofs); n++ {
		if len(o.Only) == 0 || slices.Contains(o.Only, n) {
			list = append(list, n)
		}
	}
	return list
}

// Phase shows the proofs of p, all that were asked for also when one does not hold.
func (v *Verifier) Phase(ctx context.Context, p *catalog.Phase) ([]Proof, error) {
	var list []Proof
	for _, number := range v.Numbers() {
		proof, err := v.Prove(ctx, p, number)
		if err != nil {
			return list, err
		}
		list = append(list, proof)
		v.Done(proof)
	}
	return list, nil
}

// Prove shows one proof of p, by its number from 1.
func (v *Verifier) Prove(ctx context.Context, p *catalog.Phase, number int) (Proof, error) {
	proof := Proof{Phase: p.Name, Number: number, Name: proofs[number-1].name}
	began := time.Now()
	if err := proofs[number-1].show(v, ctx, p, &proof); err != nil {
		return proof, fmt.Errorf("%s: proof %d: %w", p.Name, number, err)
	}
	proof.Took = time.Since(began)
	return proof, nil
}

func (p *Proof) bad(format string, args ...any) {
	p.Problems = append(p.Problems, fmt.Sprintf(format, args...))
}

func (p *Proof) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}

// load keeps every core busy until the returned function is called.
func load() (stop func()) {
	var done atomic.Bool
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for x := 1.0; !done.Load(); {
				for range 100_000 {
					x = x*1.0000001 + 1
				}
				runtime.Gosched()
			}
		}()
	}
	return func() { done.Store(true) }
}

// grade grades without the cache and without regard to needs; all exercises, or only
// those that are named.
func (v *Verifier) grade(ctx context.Context, p *catalog.Phase, files catalog.Files, retry, shuffle bool, only ...string) (grade.Verdict, error) {
	return v.request(ctx, grade.Request{Phase: p, Files: files, Only: only, NoCache: true, Passes: v.passes, NoRetry: !retry, Shuffle: shuffle})
}

// request grades. That there is no program through no fault of the program's is an error:
// it shows nothing.
func (v *Verifier) request(ctx context.Context, q grade.Request) (grade.Verdict, error) {
	q.IgnoreNeeds, q.QuizPassed = true, true
	verdict, err := v.Grader.Grade(ctx, q)
	if err == nil && !verdict.Build.OK && len(verdict.Build.Errors) == 0 {
		for _, r := range verdict.Exercises {
			if r.Status == grade.Broken {
				err = errors.New(r.Reason)
			}
		}
	}
	return verdict, err
}

// describe is a result in one line.
func describe(r grade.Result) string {
	s := fmt.Sprintf("%s is %s", r.ID, r.Status)
	if r.Reason != "" {
		s += ": " + r.Reason
	}
	if f := r.Failure; f != nil {
		s += fmt.Sprintf(" at %q: want %s, got %s", f.Check, f.Want, f.Got)
		if f.Output != "" {
			s += "; it printed " + f.Output
		}
	}
	return s
}

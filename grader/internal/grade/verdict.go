package grade

import (
	"slices"
	"time"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/suite"
)

// A Status is the outcome of one exercise. The six are never merged.
type Status string

const (
	Pass     Status = "pass"     // every check holds
	Fail     Status = "fail"     // the learner's program is wrong
	Unstable Status = "unstable" // two tries in fresh boxes disagree; scored 0
	Waiting  Status = "waiting"  // an exercise that this one needs does not pass
	NotRun   Status = "not_run"  // a part is missing on this machine; leaves the maximum
	Broken   Status = "broken"   // the grader, the course or the machine is at fault
)

// A Verdict is the outcome of grading one phase (or some exercises of it).
type Verdict struct {
	Phase     string // "03-extractors"
	Title     string
	Score     int // points of core exercises that passed
	Max       int // points the core exercises that could run are worth
	Stretch   int // points of stretch exercises that passed
	StretchOf int
	Isolation string // level of the boxes: "none", …
	Seed      uint64 // replays the random values with --seed
	Exercises []Result
	Build     Build
	Notes     []string // things to tell the learner: an edited pinned file, a stray go.mod, …
	Elapsed   time.Duration
	URL       string // of the deployed program that was asked; "" for one of the learner's files
}

// Build says how the learner's program was built.
type Build struct {
	OK     bool
	Cached bool
	Took   time.Duration
	Errors []BuildError // first errors, in the compiler's order
	More   int          // how many further errors there were
}

// A BuildError is one compile error with the line it points at.
type BuildError = build.Error

// A Result is the outcome of one exercise.
type Result struct {
	ID, Title, Level string
	Status           Status
	Points, Max      int
	Failure          *Failure // set for fail, unstable and broken
	Note             string   // what else to tell: "The race detector was not used: …"
	Reason           string   // why waiting, not run or broken, in a sentence
	Needs            []string // for waiting: the exercises it waits for
	Checks           int      // assertions that were made
	Cached           bool     // answered from the cache of passes
	Took             time.Duration
}

// A Failure is what a learner is shown of the first check that did not hold.
type Failure = suite.Failure

// Done reports whether every core exercise that was asked for passed, and one was.
func (v Verdict) Done() bool {
	asked := 0
	for _, r := range v.Exercises {
		if r.Level == catalog.Stretch {
			continue
		}
		asked++
		if r.Status != Pass && r.Status != NotRun {
			return false
		}
	}
	return asked > 0 && v.Score > 0
}

// Has reports whether an exercise ended with the status.
func (v Verdict) Has(s Status) bool {
	return slices.ContainsFunc(v.Exercises, func(r Result) bool { return r.Status == s })
}

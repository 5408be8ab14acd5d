package grade

import (
	"context"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/suite"
)

// A failure during which the machine stood still for longer than this does not
// count, up to maxVoid times in a row: the tries are made again.
const (
	stalled = 150 * time.Millisecond
	maxVoid = 3
)

// try runs one suite in a fresh box.
func try(ctx context.Context, e *catalog.Exercise, o suite.Options) (suite.Outcome, error) {
	for void := 0; ; void++ {
		out, err := suite.Run(ctx, e.ID, e.Suite, o)
		if err != nil || out.Failure == nil || out.AtLimit || out.Stall < stalled || void == maxVoid {
			return out, err
		}
	}
}

// decide makes a result of two tries, which are the same one if there was just one.
func decide(r *Result, first, last suite.Outcome) {
	r.Checks = first.Checks
	switch {
	case first.Broken != "" || last.Broken != "":
		r.Status, r.Reason = Broken, first.Broken+last.Broken
		if first.Broken != "" {
			r.Reason = first.Broken
		}
	case first.NotRun != "":
		r.Status, r.Reason = NotRun, "this machine lacks: "+first.NotRun
	case first.Passed():
		r.Status = Pass
	case first.Failure == nil:
		r.Status, r.Reason = Broken, "the suite made no assertion"
	case last.Passed():
		r.Status, r.Failure = Unstable, first.Failure
	default:
		r.Status, r.Failure = Fail, last.Failure
		if last.Failure == nil { // the second try could not be made
			r.Failure = first.Failure
		}
	}
}

package grade

import (
	"context"
	"errors"
	"net/url"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/suite"
)

// ErrNoSmoke is returned for an exercise that asks nothing of a deployed program.
var ErrNoSmoke = errors.New("the exercise asks nothing of a program that is deployed")

// Smoke asks the program that is deployed at u what the exercise asks of such a one. It
// gives no points: whose program it is cannot be known. Scratch is an existing folder, and
// a seed of 0 is a fresh one. The error is ctx's or ErrNoSmoke.
func Smoke(ctx context.Context, p *catalog.Phase, e *catalog.Exercise, u *url.URL, scratch string, seed uint64) (Verdict, error) {
	if e.Smoke == nil {
		return Verdict{}, ErrNoSmoke
	}
	began := time.Now()
	seed = seedOr(seed)
	v := Verdict{Phase: p.Name, Title: p.Title, Seed: seed, URL: u.String(), Build: Build{OK: true}}
	out, err := suite.Run(ctx, e.ID, e.Smoke, suite.Options{Number: p.Number, Dir: p.Dir(), Seed: seed, Scratch: scratch, URL: u, Level: "none"})
	if err != nil {
		return v, err
	}
	r := Result{ID: e.ID, Title: e.Title, Level: e.Level, Took: out.Took}
	decide(&r, out, out)
	v.Isolation = out.Level
	v.Add(r)
	v.Elapsed = time.Since(began)
	return v, nil
}

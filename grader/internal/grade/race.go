package grade

import (
	"context"
	"errors"
	"fmt"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
)

// raced builds the program with the race detector, once a job and beside the suites
// that do not need it. That it does not build is no fault of the learner's: without
// the detector it did.
func (j *job) raced(ctx context.Context) (path string, err error) {
	j.race.once.Do(func() { j.race.path, j.race.err = j.buildRace(ctx) })
	return j.race.path, j.race.err
}

func (j *job) buildRace(ctx context.Context) (string, error) {
	src := j.src
	src.Race = true
	return j.built(ctx, src, "build with the race detector")
}

// built builds the learner's files in another way, once they did build as usual: that
// they do not now is no verdict on them.
func (j *job) built(ctx context.Context, src build.Source, what string) (string, error) {
	p, err := j.g.builder.Build(ctx, src)
	if err == nil && p.Path == "" {
		err = errors.New("the program does not build")
		if len(p.Errors) > 0 {
			err = errors.New(p.Errors[0].String())
		}
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	return p.Path, nil
}

// note says what an exercise's result does not show by itself.
func (j *job) note(e *catalog.Exercise) string {
	if !e.Suite.Race || j.noRace == "" {
		return ""
	}
	return "The race detector was not used: " + j.noRace + "."
}

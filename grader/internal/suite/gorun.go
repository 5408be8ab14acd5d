package suite

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// ending is how a test binary ended.
type ending struct {
	passed  bool
	how     string // if not
	atLimit bool   // of the box
	output  string
	took    time.Duration
}

// late is how long a test binary has beyond the limit that it knows itself, which makes
// it tell where it hangs.
const late = 3 * time.Second

// once runs the tests of a binary.
func (t *testRuns) once(ctx context.Context, path string) (ending, error) {
	return t.start(ctx, path, t.Within+late, nil, "-test.timeout="+t.Within.String())
}

// start runs a test binary, which must exit with status 0 within the limit; or, if
// atLimit is given, that is what the end of its time means. Every binary is a copy under
// a name of its own, and all of them start alike.
func (t *testRuns) start(ctx context.Context, path string, limit time.Duration, atLimit *ending, args ...string) (ending, error) {
	select {
	case t.budget <- struct{}{}:
		defer func() { <-t.budget }()
	case <-ctx.Done():
		return ending{}, ctx.Err()
	}
	dir, err := os.MkdirTemp(t.root, "test-")
	if err != nil {
		return ending{}, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, filepath.Base(t.Dir)+".test")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if err := copyProgram(path, program); err != nil {
		return ending{}, err
	}
	box, err := sandbox.Open(t.boxOf(program))
	if err != nil {
		return ending{}, fmt.Errorf("open a box: %w", err)
	}
	defer box.Close()
	spec := sandbox.Spec{Path: program, Args: append([]string{"-test.paniconexit0"}, args...), Files: t.data()}
	if t.Test.Race {
		spec.Env = append(spec.Env, "GORACE="+goRace)
	}
	began := time.Now()
	p, err := box.Start(spec)
	if err != nil {
		return ending{}, err
	}
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	select {
	case <-p.Done():
	case <-ctx.Done():
		return ending{}, ctx.Err()
	case <-timeout.C:
		if atLimit != nil {
			return *atLimit, nil
		}
		return ending{how: fmt.Sprintf("the test run has not ended after %v", t.Within), output: p.Output(), took: limit}, nil
	}
	e := p.Exit()
	end := ending{passed: e == sandbox.Exit{}, atLimit: e.AtLimit(), output: p.Output(), took: time.Since(began)}
	if !end.passed {
		end.how = "the test run " + e.String()
	}
	return end, nil
}

// boxOf is the box of one run.
func (t *testRuns) boxOf(program string) sandbox.Options {
	o := sandbox.Options{Limits: t.opt.Limits, Level: t.opt.Level, Scratch: t.root, Self: program}
	if t.Test.Race {
		o.Race, o.RaceOptions = program, goRace
	} else {
		o.Visible = []string{program}
	}
	if t.Fuzz != "" {
		o.Limits.FileSize = max(o.Limits.FileSize, fuzzFile)
		o.Limits.Memory = max(o.Limits.Memory, fuzzMemory)
	}
	return o
}

// data are the learner's files that the tests find in their folder.
func (t *testRuns) data() map[string][]byte {
	data := t.Files.Clone()
	delete(data, t.File)
	return data
}

// copyProgram copies a program, so that its times and its number say nothing of when it
// was built.
func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

package grade

import (
	"bytes"
	"context"
	"errors"
	"hash/fnv"
	mrand "math/rand/v2"
	"slices"
	"strings"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/suite"
)

// tests are what the exercise's `gotest` lines run: the learner's test file with the
// reference, and with its variants in an order that the seed fixes.
func (j *job) tests(e *catalog.Exercise) []suite.Tests {
	var list []suite.Tests
	for _, t := range e.Suite.Tests {
		own := t.Reads(j.q.Files)
		tests := suite.Tests{Test: t, Dir: j.q.Phase.Dir(), Files: own}
		add := func(program catalog.Files, v *catalog.Variant) {
			p := suite.TestProgram{}
			if v != nil {
				p.Title, p.Wrong = v.Title, slices.Contains(v.Wrong, e.ID)
			}
			src := j.testSource(t, own, program)
			p.Build = func(ctx context.Context) (string, []string, error) { return j.buildTest(ctx, src, t, v == nil) }
			tests.Programs = append(tests.Programs, p)
		}
		add(j.q.Phase.Solution, nil)
		for _, v := range j.variants(e) {
			add(v.Files, v)
		}
		others := tests.Programs[1:]
		h := fnv.New64a()
		h.Write([]byte(e.ID))
		mrand.New(mrand.NewPCG(j.seed, h.Sum64())).Shuffle(len(others), func(a, b int) { others[a], others[b] = others[b], others[a] })
		list = append(list, tests)
	}
	return list
}

// prepare builds the first test binary of each test file, so that what it takes to fetch
// and to compile once does not count against the suite's time.
func (j *job) prepare(ctx context.Context, e *catalog.Exercise) ([]suite.Tests, error) {
	list := j.tests(e)
	for _, t := range list {
		if t.Files[t.File] == nil {
			continue
		}
		if _, _, err := t.Programs[0].Build(ctx); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// variants are the programs beside the reference that the exercise's tests are run with.
func (j *job) variants(e *catalog.Exercise) []*catalog.Variant {
	var list []*catalog.Variant
	for _, v := range j.q.Phase.Variants {
		if slices.Contains(v.Wrong, e.ID) || slices.Contains(v.Right, e.ID) {
			list = append(list, v)
		}
	}
	return list
}

// testSource is what one test binary is made of: a program of the course's, and of the
// learner's the test file alone, with its data if it embeds some.
func (j *job) testSource(t catalog.Test, own, program catalog.Files) build.Source {
	files := withoutTests(program)
	for name := range files {
		if strings.HasPrefix(name, "testdata/") {
			delete(files, name)
		}
	}
	for _, name := range t.With {
		files[name] = program[name]
	}
	embeds := bytes.Contains(own[t.File], []byte("//go:embed"))
	for name, data := range own {
		if name == t.File || embeds {
			files[name] = data
		}
	}
	return build.Source{Phase: j.q.Phase.Name, Files: files, Race: t.Race, Test: true, Fuzz: t.Fuzz != ""}
}

// withoutTests is a copy of the files without the test files.
func withoutTests(files catalog.Files) catalog.Files {
	out := files.Clone()
	for name := range out {
		if strings.HasSuffix(name, "_test.go") {
			delete(out, name)
		}
	}
	return out
}

// buildTest builds one test binary. Of a program that the learner does not see, no line
// is shown.
func (j *job) buildTest(ctx context.Context, src build.Source, t catalog.Test, seen bool) (string, []string, error) {
	p, err := j.g.builder.Build(ctx, src)
	if errors.Is(err, build.ErrTimeout) || errors.Is(err, build.ErrMemory) {
		return "", []string{err.Error()}, nil
	}
	if err != nil {
		return "", nil, err
	}
	var problems []string
	for _, e := range p.Errors {
		text := e.String()
		if seen || strings.HasSuffix(e.File, "/"+t.File) {
			if source := strings.TrimSpace(e.Source); source != "" {
				text += "\n    " + source
			}
		} else if e.File != "" {
			text = "a name that such a program has of its own: " + e.Msg
		}
		problems = append(problems, text)
	}
	return p.Path, problems, nil
}

// testKey is the hash of all that the tests of an exercise are made of.
func (j *job) testKey(e *catalog.Exercise) string {
	var keys []string
	for _, t := range e.Suite.Tests {
		own := t.Reads(j.q.Files)
		keys = append(keys, j.g.builder.Key(build.Source{Phase: j.q.Phase.Name, Files: own}))
		keys = append(keys, j.g.builder.Key(j.testSource(t, own, j.q.Phase.Solution)))
		for _, v := range j.variants(e) {
			keys = append(keys, v.Name, j.g.builder.Key(j.testSource(t, own, v.Files)))
		}
	}
	return strings.Join(keys, "\n")
}

package suite

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"echofromzero/grader/internal/catalog"
)

// Tests are one test file of the learner's, and the programs that it is run with.
type Tests struct {
	catalog.Test
	Dir      string        // of the phase: "phases/07-testing"
	Files    catalog.Files // the learner's: the test file, unless there is none, and its data
	Programs []TestProgram // the reference first, the others in an order that tells nothing
}

// A TestProgram is a program that a test file is compiled into.
type TestProgram struct {
	Title string // of a variant; "" for the reference
	Wrong bool   // a test must fail
	// Build returns the path of the test binary, or why it does not compile. The error is
	// the context's or the machine's.
	Build func(context.Context) (path string, problems []string, err error)
}

// given is what a learner reads of the reference.
const given = "the program as it is given"

// gotest asserts that a test file of the learner's passes with every right program, or
// fails with every wrong one. How a test binary ends decides, and nothing that it prints.
func gotest(r *run, _ bool, args []string) {
	test, right, err := catalog.ParseTest(args)
	if err != nil {
		r.brokenf("%v", err)
	}
	t := r.tested[test.Key()]
	if t == nil {
		t = r.test(test)
		r.tested[test.Key()] = t
	}
	switch {
	case t.err != nil:
		r.brokenf("gotest: %v", t.err)
	case t.failure != nil:
		r.fail(*t.failure)
	case !right && len(t.missed) > 0:
		r.fail(Failure{
			Want:  fmt.Sprintf("a test fails with each of the %s", counted(t.wrong, "wrong program")),
			Got:   t.survivors(),
			Tests: true, Request: t.byHand,
		})
	}
}

// tested is what the runs of one test file showed.
type tested struct {
	failure *Failure // no right program passes, or there is nothing to run
	wrong   int      // programs that it must fail with
	missed  []string // the titles of those that pass
	untried int      // of the others, since fuzzing one that is missed for its whole time caught nothing
	byHand  string
	err     error
}

// survivors says which wrong programs were not caught.
func (t *tested) survivors() string {
	text := fmt.Sprintf("caught %d of %d", t.wrong-len(t.missed)-t.untried, t.wrong)
	if t.untried > 0 {
		text += fmt.Sprintf(", %d not tried any more", t.untried)
	}
	return text + "; every test passes though:\n- " + strings.Join(t.missed, "\n- ")
}

// test runs one test file with all of its programs.
func (r *run) test(test catalog.Test) *tested {
	for _, t := range r.opt.Tests {
		if t.Key() == test.Key() {
			runs := &testRuns{run: r, Tests: t, budget: make(chan struct{}, parallelTests(t))}
			return runs.all()
		}
	}
	return &tested{err: fmt.Errorf("no program was built for %s", test.File)}
}

// parallelTests is how many test binaries run at once; one that fuzzes keeps several cores busy.
func parallelTests(t Tests) int {
	cores := runtime.GOMAXPROCS(0)
	if t.Fuzz != "" {
		cores /= fuzzWorkers
	}
	return max(1, cores)
}

// testRuns are the runs of one test file.
type testRuns struct {
	*run
	Tests
	budget chan struct{}
	byHand string
}

func (t *testRuns) all() *tested {
	out := &tested{}
	if out.failure = t.unfit(); out.failure != nil {
		return out
	}
	out.byHand = t.byHand
	if out.failure, out.err = t.right(t.ctx, t.Programs[0], t.once); out.failure != nil || out.err != nil {
		return out
	}
	var open []TestProgram
	open, out.failure, out.err = t.each(t.Programs[1:], t.once)
	if t.Fuzz != "" && out.failure == nil && out.err == nil {
		open = t.fuzzAll(out, open)
	}
	for _, p := range t.Programs {
		if p.Wrong {
			out.wrong++
		}
	}
	for _, p := range open {
		out.missed = append(out.missed, p.Title)
	}
	slices.Sort(out.missed) // the order of the runs is nobody's business
	return out
}

// unfit says why there is nothing to run, and finds out how to run it by hand.
func (t *testRuns) unfit() *Failure {
	file := t.Dir + "/" + t.File
	text, ok := t.Files[t.File]
	if !ok {
		return &Failure{Want: file + " holds your tests", Got: fmt.Sprintf("there is no such file: `grader reset %s %s` brings it back", t.opt.Number, t.File)}
	}
	names := testNames(text)
	t.byHand = "go test ./" + t.Dir
	if t.Race {
		t.byHand = "go test -race ./" + t.Dir
	}
	switch {
	case names == nil: // the compiler says why
	case t.Fuzz != "" && !names[t.Fuzz]:
		return &Failure{Want: fmt.Sprintf("%s has a func %s(f *testing.F)", file, t.Fuzz), Got: "there is no such function"}
	case len(names) == 0:
		return &Failure{Want: file + " has a test: func TestName(t *testing.T)", Got: "it has none, so nothing would be tested"}
	}
	if t.Fuzz != "" {
		t.byHand += fmt.Sprintf(" -run '^$' -fuzz '^%s$' -fuzztime %v", t.Fuzz, t.For)
		return nil
	}
	t.byHand += fmt.Sprintf(" -run '^(%s)$'", strings.Join(slices.Sorted(maps.Keys(names)), "|"))
	return nil
}

// testNames are the tests and fuzz targets of a file; nil if it cannot be read.
func testNames(text []byte) map[string]bool {
	f, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	names := map[string]bool{}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			continue
		}
		for _, kind := range []string{"Test", "Fuzz"} {
			rest, ok := strings.CutPrefix(fn.Name.Name, kind)
			if ok && fn.Name.Name != "TestMain" && (rest == "" || rest[0] < 'a' || rest[0] > 'z') {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}

// A trial runs the test binary of a program once.
type trial func(ctx context.Context, path string) (ending, error)

// each tries programs at once and returns the wrong ones that pass. The first right one
// that does not pass ends all.
func (t *testRuns) each(programs []TestProgram, try trial) (passing []TestProgram, failure *Failure, err error) {
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	passes := make([]bool, len(programs))
	for i, p := range programs {
		wg.Go(func() {
			var f *Failure
			var e error
			if p.Wrong {
				passes[i], f, e = t.wrongPasses(ctx, p, try)
			} else {
				f, e = t.right(ctx, p, try)
			}
			if f == nil && e == nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if failure == nil && err == nil { // what comes later was cancelled
				failure, err = f, e
			}
			cancel()
		})
	}
	wg.Wait()
	for i, p := range programs {
		if passes[i] {
			passing = append(passing, p)
		}
	}
	return passing, failure, err
}

// right tries a right program, and says why it does not pass.
func (t *testRuns) right(ctx context.Context, p TestProgram, try trial) (*Failure, error) {
	path, failure, err := t.built(ctx, p)
	if failure != nil || err != nil {
		return failure, err
	}
	end, err := try(ctx, path)
	if err != nil || end.passed {
		return nil, err
	}
	if end.atLimit {
		t.testAtLimit.Store(true)
	}
	f := &Failure{Tests: true, Request: t.byHand, Output: narrow(telling(end.output, tailLines)), Got: end.how}
	if t.Test.Race && strings.Contains(end.output, raceMark) {
		f.Got, f.Output = explainRace(end.output), narrow(raceReport(end.output))
	}
	f.Want = fmt.Sprintf("every test of %s passes with %s", t.File, given)
	if p.Title != "" {
		f.Want = fmt.Sprintf("every test of %s passes with each right program", t.File)
		f.Got = fmt.Sprintf("not with this one: %s\n%s", p.Title, f.Got)
	}
	return f, nil
}

// wrongPasses tries a wrong program.
func (t *testRuns) wrongPasses(ctx context.Context, p TestProgram, try trial) (bool, *Failure, error) {
	path, failure, err := t.built(ctx, p)
	if failure != nil || err != nil {
		return false, failure, err
	}
	end, err := try(ctx, path)
	return end.passed, nil, err
}

func (t *testRuns) built(ctx context.Context, p TestProgram) (string, *Failure, error) {
	path, problems, err := p.Build(ctx)
	if err != nil || path != "" {
		return path, nil, err
	}
	with := given
	if p.Title != "" {
		with = "other programs too, so it uses nothing but what the lesson lists"
	}
	return "", &Failure{Tests: true, Request: t.byHand, Want: fmt.Sprintf("%s/%s compiles with %s", t.Dir, t.File, with),
		Got: strings.Join(problems, "\n")}, nil
}

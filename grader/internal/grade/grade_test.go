package grade_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/sandbox"
)

// TestPassAndFail ensures that a verdict holds what a learner is shown and what
// each exercise is worth.
func TestPassAndFail(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	var mu sync.Mutex
	told := map[string]grade.Status{}
	v := l.grade(t, grade.Request{Phase: phase(exercise(t, "1.1", passes), exercise(t, "1.2", passes+fails)), Files: server(),
		OnResult: func(r grade.Result) {
			mu.Lock()
			defer mu.Unlock()
			if told[r.ID] != "" {
				t.Errorf("%s is told twice", r.ID)
			}
			told[r.ID] = r.Status
		}})
	require.Equal(t, "01-tiny", v.Phase)
	require.Equal(t, "Tiny", v.Title)
	require.Equal(t, sandbox.Probe().Level, v.Isolation)
	require.NotZero(t, v.Seed)
	require.Positive(t, v.Elapsed)
	require.True(t, v.Build.OK)
	require.Empty(t, v.Build.Errors)
	require.Equal(t, []int{10, 20, 0, 0}, []int{v.Score, v.Max, v.Stretch, v.StretchOf})
	require.Equal(t, map[string]grade.Status{"1.1": grade.Pass, "1.2": grade.Fail}, told)
	require.False(t, v.Done())
	require.True(t, v.Has(grade.Fail))
	require.False(t, v.Has(grade.Broken))

	pass, fail := v.Exercises[0], v.Exercises[1]
	require.Positive(t, pass.Took)
	pass.Took = 0
	require.Equal(t, grade.Result{ID: "1.1", Title: "Title of 1.1", Level: catalog.Core, Status: grade.Pass, Points: 10, Max: 10, Checks: 1}, pass)
	require.Equal(t, 1, fail.Checks, "the assertion that held")
	require.Equal(t, []int{0, 10}, []int{fail.Points, fail.Max})
	require.Equal(t, "it finds", fail.Failure.Check)
	require.Equal(t, "Look for it.", fail.Failure.Hint)
	require.Equal(t, "curl -i http://localhost:8080/no", fail.Failure.Request)
	require.Equal(t, "200 OK", fail.Failure.Want)
	require.Contains(t, fail.Failure.Got, "404 Not Found")
	require.Equal(t, "it begins", fail.Failure.Output)
	require.False(t, fail.Failure.Crash)
}

// counter is a program that answers 200 only to those who call it at every second
// start: it counts them in a file, since each start has an empty folder.
func counter(file string) catalog.Files {
	f := answering(`	w.WriteHeader(status)`)
	f["counter.go"] = []byte(`package main

import "os"

var status = count()

func count() int {
	const file = ` + strconv.Quote(file) + `
	before, _ := os.ReadFile(file)
	os.WriteFile(file, append(before, 'x'), 0o644)
	if len(before)%2 == 0 {
		return 503
	}
	return 200
}
`)
	return f
}

// TestUnstable ensures that two tries which disagree are neither a pass nor a fail.
func TestUnstable(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(o *grade.Options) { o.Level = sandbox.LevelNone }) // it remembers its starts outside
	file := filepath.Join(t.TempDir(), "starts")
	q := grade.Request{Phase: phase(exercise(t, "1.1", passes)), Files: counter(file)}
	var v grade.Verdict
	// While the machine stalls, a failed try is made again and not counted: then the
	// program gets by. That does not happen many times in a row.
	for range 5 {
		os.Remove(file)
		q.NoCache = true
		if v = l.grade(t, q); v.Has(grade.Unstable) {
			break
		}
	}
	require.Equal(t, []string{"1.1 unstable"}, statuses(v))
	r := v.Exercises[0]
	require.Equal(t, []int{0, 10}, []int{r.Points, r.Max}, "it is scored 0 of all")
	require.Zero(t, v.Score)
	require.False(t, v.Done())
	require.NotNil(t, r.Failure, "what went wrong is shown")
	require.Contains(t, r.Failure.Got, "503")

	// Without a second try there is nothing to disagree.
	for range 5 {
		os.Remove(file)
		q.NoRetry = true
		if v = l.grade(t, q); v.Has(grade.Fail) {
			break
		}
	}
	require.Equal(t, []string{"1.1 fail"}, statuses(v))
	starts, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, len(starts)%2, "the last start was one that fails")
}

// TestWaiting ensures that an exercise whose need fails waits, and one that passes
// is a pass whatever its needs do.
func TestWaiting(t *testing.T) {
	t.Parallel()
	const broken = "# it is asked rightly\nserve\nGET /ok\njson '.a =='\n"
	quiz := &catalog.Exercise{ID: "1.1", Title: "Know it", Level: catalog.Core, Kind: catalog.KindQuiz}
	for name, c := range map[string]struct {
		exercises []*catalog.Exercise
		change    func(*grade.Request)
		want      []string
		needs     map[string][]string
	}{
		"Needs": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", fails, "1.1")}, nil,
			[]string{"1.1 fail", "1.2 waiting"}, map[string][]string{"1.2": {"1.1"}}},
		"Transitively": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", fails, "1.1"), exercise(t, "1.3", fails, "1.2"), exercise(t, "1.4", fails, "1.1", "1.3")}, nil,
			[]string{"1.1 fail", "1.2 waiting", "1.3 waiting", "1.4 waiting"}, map[string][]string{"1.2": {"1.1"}, "1.3": {"1.2"}, "1.4": {"1.1", "1.3"}}},
		"PassStays": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", passes, "1.1")}, nil,
			[]string{"1.1 fail", "1.2 pass"}, nil},
		"PassBetween": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", passes, "1.1"), exercise(t, "1.3", fails, "1.2")}, nil,
			[]string{"1.1 fail", "1.2 pass", "1.3 fail"}, nil},
		"OneOfTwo": {[]*catalog.Exercise{exercise(t, "1.1", passes), exercise(t, "1.2", fails), exercise(t, "1.3", fails, "1.1", "1.2")}, nil,
			[]string{"1.1 pass", "1.2 fail", "1.3 waiting"}, map[string][]string{"1.3": {"1.2"}}},
		"NeedPasses": {[]*catalog.Exercise{exercise(t, "1.1", passes), exercise(t, "1.2", fails, "1.1")}, nil,
			[]string{"1.1 pass", "1.2 fail"}, nil},
		"NeedBroken": {[]*catalog.Exercise{exercise(t, "1.1", broken), exercise(t, "1.2", fails, "1.1")}, nil,
			[]string{"1.1 broken", "1.2 waiting"}, map[string][]string{"1.2": {"1.1"}}},
		"BrokenStays": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", broken, "1.1")}, nil,
			[]string{"1.1 fail", "1.2 broken"}, nil},
		"Quiz": {[]*catalog.Exercise{quiz, exercise(t, "1.2", fails, "1.1")}, nil,
			[]string{"1.1 waiting", "1.2 waiting"}, map[string][]string{"1.2": {"1.1"}}},
		"QuizPassed": {[]*catalog.Exercise{quiz, exercise(t, "1.2", fails, "1.1")}, func(q *grade.Request) { q.QuizPassed = true },
			[]string{"1.1 pass", "1.2 fail"}, nil},
		"OnlyWaiting": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", fails, "1.1"), exercise(t, "1.3", fails, "1.2")}, func(q *grade.Request) { q.Only = []string{"1.3"} },
			[]string{"1.3 waiting"}, map[string][]string{"1.3": {"1.2"}}},
		"Ignored": {[]*catalog.Exercise{exercise(t, "1.1", fails), exercise(t, "1.2", fails, "1.1")}, func(q *grade.Request) { q.IgnoreNeeds = true },
			[]string{"1.1 fail", "1.2 fail"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := grade.Request{Phase: phase(c.exercises...), Files: server()}
			if c.change != nil {
				c.change(&q)
			}
			v := newLab(t).grade(t, q)
			require.Equal(t, c.want, statuses(v))
			for _, r := range v.Exercises {
				if r.Status != grade.Waiting {
					require.Empty(t, r.Needs)
					continue
				}
				require.Equal(t, c.needs[r.ID], r.Needs)
				require.Nil(t, r.Failure, "what waits shows no failure")
				require.NotEmpty(t, r.Reason)
				require.Equal(t, []int{0, 10}, []int{r.Points, r.Max})
			}
		})
	}
}

// TestOnly ensures that just what was asked for is answered, and counted.
func TestOnly(t *testing.T) {
	t.Parallel()
	p := phase(exercise(t, "1.1", passes), exercise(t, "1.2", passes), exercise(t, "1.3", fails))
	l := newLab(t)
	v := l.grade(t, grade.Request{Phase: p, Files: server(), Only: []string{"1.2", "1.1"}, Shuffle: true})
	require.Equal(t, []string{"1.1 pass", "1.2 pass"}, statuses(v), "in the phase's order")
	require.Equal(t, []int{20, 20}, []int{v.Score, v.Max})
	require.True(t, v.Done())

	for name, q := range map[string]grade.Request{
		"UnknownExercise": {Phase: p, Files: server(), Only: []string{"9.9"}},
		"EmptyID":         {Phase: p, Files: server(), Only: []string{""}},
		"EmptyPhase":      {Phase: phase(), Files: server()},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := l.Grade(t.Context(), q)
			require.ErrorIs(t, err, grade.ErrNothing)
			require.False(t, v.Done(), "nothing run is no pass")
			require.Empty(t, v.Exercises)
		})
	}
}

// TestStretch ensures that stretch exercises have a total of their own.
func TestStretch(t *testing.T) {
	t.Parallel()
	core, done, open := exercise(t, "1.1", passes), exercise(t, "1.2", passes), exercise(t, "1.3", fails)
	done.Level, open.Level = catalog.Stretch, catalog.Stretch
	l := newLab(t)
	v := l.grade(t, grade.Request{Phase: phase(core, done, open), Files: server()})
	require.Equal(t, []string{"1.1 pass", "1.2 pass", "1.3 fail"}, statuses(v))
	require.Equal(t, []int{10, 10, 10, 20}, []int{v.Score, v.Max, v.Stretch, v.StretchOf})
	require.True(t, v.Done(), "a phase is done without its stretch exercises")
	v = l.grade(t, grade.Request{Phase: phase(core, done, open), Files: server(), Only: []string{"1.2"}})
	require.False(t, v.Done(), "but not by them alone")
}

// TestBroken ensures that a fault of the course or the machine is never the
// learner's, and never a pass.
func TestBroken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ script, reason string }{
		"BadJQ":          {"# c\nserve\nGET /ok\njson '.a =='\n", `suite/1\.1-x\.txtar: check "c": jq "\.a ==": `},
		"UnknownCommand": {"# c\nserve\nGET /ok\nstatus 200\nfrobnicate\n", `suite/1\.1-x\.txtar: line 7: unknown command "frobnicate"`},
		"Usage":          {"# c\nserve\nGET ok\nstatus 200\n", `GET: it takes one path, which begins with /; usage: GET PATH`},
		"NoServe":        {"# c\nGET /ok\nstatus 200\n", "no program is running: begin with `serve`"},
		"NoRequest":      {"# c\nserve\nstatus 200\n", `no request was made yet`},
		"NoAssertion":    {"# c\nwrite f x\nexists f\n", `the script ended without a single assertion`},
		"Condition":      {"# c\nserve\nGET /ok\n[nowhere] status 404\nstatus 200\n", `unknown condition`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newLab(t).grade(t, grade.Request{Phase: phase(exercise(t, "1.1", c.script), exercise(t, "1.2", passes)), Files: server()})
			require.Equal(t, []string{"1.1 broken", "1.2 pass"}, statuses(v), "it costs no other exercise")
			require.Regexp(t, c.reason, v.Exercises[0].Reason)
			require.Equal(t, []int{0, 10}, []int{v.Exercises[0].Points, v.Exercises[0].Max})
			require.Equal(t, []int{10, 20}, []int{v.Score, v.Max})
			require.True(t, v.Build.OK)
			require.False(t, v.Done())
			require.True(t, v.Has(grade.Broken))
		})
	}
}

// TestProgramVanishes ensures that a binary which is gone before a suite starts it
// is the machine's fault.
func TestProgramVanishes(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	l := newLabIn(t, cache, func(o *grade.Options) { o.Slots = make(chan struct{}, 1) })
	v := l.grade(t, grade.Request{Phase: phase(exercise(t, "1.1", passes), exercise(t, "1.2", passes)), Files: server(),
		OnResult: func(grade.Result) { os.RemoveAll(filepath.Join(cache, "bin")) }})
	require.ElementsMatch(t, []grade.Status{grade.Pass, grade.Broken}, []grade.Status{v.Exercises[0].Status, v.Exercises[1].Status})
	for _, r := range v.Exercises {
		if r.Status == grade.Broken {
			require.Contains(t, r.Reason, "no such file or directory")
		}
	}

	// Nor can anything be built into a folder that is gone.
	v = l.grade(t, grade.Request{Phase: phase(exercise(t, "1.1", passes)), Files: answering(`w.Write([]byte("other"))`)})
	require.Equal(t, []string{"1.1 broken"}, statuses(v))
	require.Contains(t, v.Exercises[0].Reason, "keep the binary")
	require.False(t, v.Build.OK)
}

// TestBuildErrors ensures that a program which does not build fails every exercise,
// and that its errors say where.
func TestBuildErrors(t *testing.T) {
	t.Parallel()
	files := server()
	files["answer.go"] = []byte(strings.Replace(answerGo, `"[true]"`, "okay", 1))
	stretch := exercise(t, "1.3", fails)
	stretch.Level = catalog.Stretch
	l := newLab(t)
	q := grade.Request{Phase: phase(exercise(t, "1.1", passes), exercise(t, "1.2", passes, "1.1"), stretch), Files: files}
	for range 2 { // a failed build is not remembered as anything else
		v := l.grade(t, q)
		require.Equal(t, []string{"1.1 fail", "1.2 fail", "1.3 fail"}, statuses(v), "nothing waits for what does not build")
		for _, r := range v.Exercises {
			require.Equal(t, "the program does not build", r.Reason)
			require.Nil(t, r.Failure)
			require.Zero(t, r.Checks)
			require.False(t, r.Cached)
		}
		require.Equal(t, []int{0, 20, 0, 10}, []int{v.Score, v.Max, v.Stretch, v.StretchOf})
		require.False(t, v.Done())
		require.False(t, v.Build.OK)
		require.Positive(t, v.Build.Took)
		require.Equal(t, []grade.BuildError{{File: "phases/01-tiny/answer.go", Line: 13, Col: 16, Msg: "undefined: okay", Source: "\tfmt.Fprint(w, okay)"}}, v.Build.Errors)
	}

	t.Run("More", func(t *testing.T) {
		var text strings.Builder
		text.WriteString("package main\n\nfunc main() {\n")
		for i := range 8 {
			text.WriteString("\ta" + strconv.Itoa(i) + "()\n")
		}
		v := l.grade(t, grade.Request{Phase: phase(exercise(t, "1.1", passes)), Files: program(text.String() + "}\n")})
		require.Len(t, v.Build.Errors, 5)
		require.Equal(t, 3, v.Build.More)
		require.Equal(t, 4, v.Build.Errors[0].Line)
		require.Equal(t, []string{"1.1 fail"}, statuses(v))
	})
	t.Run("NoFile", func(t *testing.T) {
		v := l.grade(t, grade.Request{Phase: phase(exercise(t, "1.1", passes))})
		require.Equal(t, []string{"1.1 fail"}, statuses(v))
		require.Contains(t, v.Build.Errors[0].Msg, "holds no Go file")
	})
}

// TestRefused ensures that files which could not be taken in fail every exercise
// with the one reason, also where an earlier check passed.
func TestRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := phase(exercise(t, "1.1", passes), exercise(t, "1.2", passes))
	p.Pinned = []string{"main.go"}
	require.True(t, l.grade(t, grade.Request{Phase: p, Files: server()}).Done())
	v := l.grade(t, grade.Request{Phase: p, Refused: "main.go is a symbolic link"})
	require.Equal(t, []string{"1.1 fail", "1.2 fail"}, statuses(v))
	require.Equal(t, grade.Build{Errors: []grade.BuildError{{Msg: "main.go is a symbolic link"}}}, v.Build)
	require.Equal(t, []int{0, 20}, []int{v.Score, v.Max})
}

// TestPinned ensures that a pinned file is the reference's, whatever the learner
// made of it, and that the learner's files stay as they are.
func TestPinned(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := phase(exercise(t, "1.1", passes))
	p.Pinned = []string{"answer.go"}
	for name, mine := range map[string]catalog.Files{
		"Edited":  answering(`w.WriteHeader(500)`),
		"Broken":  {"main.go": []byte(mainGo), "answer.go": []byte("no Go")},
		"Removed": {"main.go": []byte(mainGo)},
	} {
		t.Run(name, func(t *testing.T) {
			before := mine.Clone()
			require.Equal(t, []string{"1.1 pass"}, statuses(l.grade(t, grade.Request{Phase: p, Files: mine, NoCache: true})))
			require.Equal(t, before, mine)
		})
	}
	p.Pinned = nil
	require.Equal(t, []string{"1.1 fail"}, statuses(l.grade(t, grade.Request{Phase: p, Files: answering(`w.WriteHeader(500)`), NoCache: true})))
}

// TestSuiteTimeout ensures that the wall clock of a suite ends it, as the learner's failure.
func TestSuiteTimeout(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(o *grade.Options) { o.Timeout = time.Second })
	v := l.grade(t, grade.Request{Phase: phase(exercise(t, "1.1", "# it answers at last\nserve\nGET /ok -within 30s\nstatus 200\n")), Files: answering(`select {}`), NoRetry: true})
	require.Equal(t, []string{"1.1 fail"}, statuses(v))
	require.Equal(t, "it answers at last", v.Exercises[0].Failure.Check)
	require.Equal(t, "all checks of this exercise within 1s", v.Exercises[0].Failure.Want)
	require.True(t, v.Exercises[0].Failure.Crash)
	require.Less(t, v.Elapsed, 20*time.Second)
}

package report

import (
	"io"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// screens are all that the golden files hold.
func screens() []screen {
	var all []screen
	all = append(all, failing()...)
	all = append(all, passing()...)
	all = append(all, notFailing()...)
	all = append(all, overCourse()...)
	all = append(all, quizzes()...)
	all = append(all, watches()...)
	all = append(all, waitLines()...)
	all = append(all, progresses()...)
	all = append(all, lessons()...)
	all = append(all, classes()...)
	return append(all, others()...)
}

func classes() []screen {
	files := []string{"gradebook.csv", "junit.xml", "results/"}
	draw := func(in ClassScreen) func(w io.Writer, s Style) error {
		return func(w io.Writer, s Style) error { return Class(w, s, in) }
	}
	perfect := NewGradebook(nil, 3)
	perfect.Add(NewRecord("ada", "k", []grade.Verdict{scored(grade.Verdict{Isolation: "namespaces", Exercises: []grade.Result{pass("1.1", "Say hello")}, Build: grade.Build{OK: true}})}))
	return []screen{
		{name: "class", draw: draw(ClassScreen{Book: book(), Out: "/home/me/results", Files: files, Ignored: []string{"notes.txt"}, Resumed: 2}), foreign: true},
		{name: "class-perfect", draw: draw(ClassScreen{Book: perfect, Out: "results", Files: files})},
	}
}

// withCapstone is a course that is done, and a capstone beside it that is not.
func withCapstone() []PhaseRow {
	return append(course()[:1], PhaseRow{Name: "02-routing/links", Title: "Links", Minutes: 60,
		Exercises: []ExerciseRow{{ID: "links.1", Title: "Shorten", Level: catalog.Core, Max: 10}, {ID: "links.2", Title: "Follow", Level: catalog.Core, Max: 10}}})
}

func failing() []screen {
	crash := health
	crash.Failure = &grade.Failure{
		Check: "GET /healthz answers 200 with a JSON object", Request: "curl -i http://localhost:8080/healthz",
		Want: "200", Got: "the connection was closed before an answer came", Output: longPanic, Crash: true,
	}
	status := health
	status.Failure = &grade.Failure{
		Check: "20 at once are all served", Request: `seq 20 | xargs -P 20 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/healthz`,
		Want: "200 OK", Got: "404 Not Found\nContent-Type: application/json\n\n{\"message\":\"Not Found\"}\n",
	}
	hostiles := health
	hostiles.Failure = &grade.Failure{
		Check: health.Failure.Check, Request: health.Failure.Request,
		Want: `{"status":"ok"}`, Got: `{"status":"` + hostile + `"}`, Output: hostile + "\n" + repeat(40, "line %d") + strings.Repeat("x", 2000),
	}
	race := health
	race.Failure = &grade.Failure{
		Check: "many may read the health at once", Request: `seq 40 | xargs -P 40 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/healthz`, Race: true,
		Want:   "no data race",
		Got:    "two goroutines use the same memory, and at least one of them writes:\none writes at store.go:31, in (*memory).create\nthe other reads at store.go:44, in (*memory).list",
		Output: "WARNING: DATA RACE\nRead at 0x00c00009cd80 by goroutine 14:\n" + repeat(30, "  frame %d"),
	}
	mine, missed := health, health
	mine.Failure = &grade.Failure{
		Check: "your tests pass with any right program", Request: "go test ./phases/01-hello -run '^(TestHealth|TestVersion)$'", Tests: true,
		Want: "every test of hello_test.go passes with each right program", Got: "not with this one: the greeting has a comma\nthe test run exited with status 1",
		Output: "--- FAIL: TestHealth (0.00s)\n    hello_test.go:12: got \"Hello, Echo\"\x1b[31m\nFAIL\n", Hint: "Ask only what the lesson promises.",
	}
	missed.Failure = &grade.Failure{
		Check: "your tests catch what is wrong", Request: mine.Failure.Request, Tests: true,
		Want: "a test fails with each of the 6 wrong programs",
		Got:  "caught 4 of 6; every test passes though:\n- PUT answers 201 for an article that is not there\n- the list is sorted by title",
		Hint: "Which answers does no test look at?",
	}
	flaky := health
	flaky.Status = grade.Unstable
	before := Regression{ID: "1.3", LastPass: now.Add(-2*time.Hour - time.Minute), Diff: []byte(sinceGreen)}
	older := Regression{ID: "1.5", LastPass: now.AddDate(0, 0, -3), Diff: []byte(sinceGreen)}
	long := before
	long.Diff = []byte(repeat(100, "+\tlog.Println(%d)"))
	onlyStretch := routing()
	onlyStretch.Exercises = onlyStretch.Exercises[4:]
	return []screen{
		check("first", CheckScreen{Verdict: hello(greeting)}),
		check("fail", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), health)}),
		check("env", CheckScreen{Verdict: routing(), GraderCmd: "go run ./grader", Notices: []string{"seed.go is given: the grader builds with its own copy, and your change to it does not count."}}),
		check("status", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), status)}),
		check("crash", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), crash)}),
		check("race", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), race)}),
		check("tests", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), mine)}),
		check("tests-missed", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), missed)}),
		check("hostile", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), hostiles)}),
		check("unstable", CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), flaky)}),
		check("regressed", CheckScreen{
			Verdict:   hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), health),
			Regressed: []Regression{before, older},
		}),
		check("regressed-long", CheckScreen{
			Verdict:   hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), health),
			Regressed: []Regression{long},
		}),
		check("newly", CheckScreen{
			Verdict:   hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), health),
			FirstPass: []Passed{after("1.2")},
		}),
		check("verbose", CheckScreen{
			Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), health, flaky), Verbose: true,
		}),
		check("stretch", CheckScreen{Verdict: scored(onlyStretch), Partial: true}),
		check("build", CheckScreen{Verdict: unbuilt(), Regressed: []Regression{before, older}}),
	}
}

func passing() []screen {
	v := hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), pass("1.3", "Say that you are well"),
		pass("1.4", "Find the bug"), pass("1.5", "Refuse a bad port"), pass("1.6", "Many at once"))
	cached := v
	cached.Exercises = append([]grade.Result(nil), v.Exercises...)
	cached.Exercises[0].Cached = true
	part := v
	part.Exercises = v.Exercises[:1]
	open := v
	open.Exercises = append(open.Exercises[:6:6], grade.Result{ID: "1.7", Title: "Answer twice as fast", Level: catalog.Stretch, Status: grade.Fail, Max: 10})
	open.Exercises[5] = grade.Result{ID: "1.6", Title: "Many at once", Level: catalog.Core, Status: grade.NotRun, Max: 10, Reason: "the race detector needs a C compiler, and this machine has none"}
	return []screen{
		check("pass", CheckScreen{
			Verdict: v, FirstPass: []Passed{after("1.6")},
			NextTitle: "02 Routing", NextCommand: "grader read 02",
		}),
		check("pass-one", CheckScreen{Verdict: scored(part), Partial: true, FirstPass: []Passed{after("1.1")}, NextTitle: "1.2 Tell the version", NextCommand: "grader check 1.2"}),
		check("pass-open", CheckScreen{Verdict: scored(open), NextTitle: "02 Routing", NextCommand: "grader read 02"}),
		check("pass-verbose", CheckScreen{Verdict: cached, Verbose: true}),
	}
}

func notFailing() []screen {
	brk := grade.Result{ID: "1.1", Title: "Say hello", Level: catalog.Core, Status: grade.Broken, Max: 10, Reason: "no private port could be taken: too many open files"}
	wait := grade.Verdict{Phase: "06-errors", Title: "Errors", Build: grade.Build{OK: true}, Exercises: []grade.Result{
		{ID: "6.3", Title: "Problem details", Level: catalog.Core, Status: grade.Waiting, Max: 10, Needs: []string{"6.1"}},
	}}
	quiz := grade.Verdict{Phase: "08-next", Title: "A service", Build: grade.Build{OK: true}, Exercises: []grade.Result{
		pass("8.11", "Ship it"),
		{ID: "8.12", Title: "Choose on purpose", Level: catalog.Core, Status: grade.Waiting, Max: 10, Reason: "answer the quiz: grader quiz 08"},
	}}
	slow := hello()
	slow.Build = grade.Build{Errors: []grade.BuildError{{Msg: "the build took longer than 1 min"}}}
	none := grade.Verdict{Phase: "07-testing", Title: "Testing", Build: grade.Build{OK: true}, Exercises: []grade.Result{
		{ID: "7.4", Title: "Under the race detector", Level: catalog.Core, Status: grade.NotRun, Max: 10, Reason: "the race detector needs a C compiler, and this machine has none"},
	}}
	onlyBroken := hello(brk)
	onlyBroken.Exercises = onlyBroken.Exercises[:1]
	return []screen{
		check("broken", CheckScreen{Verdict: scored(onlyBroken), Partial: true}),
		check("broken-and-fail", CheckScreen{Verdict: hello(brk, pass("1.2", "Tell the version"), health)}),
		check("waiting", CheckScreen{Verdict: scored(wait), Partial: true}),
		check("quiz", CheckScreen{Verdict: scored(quiz)}),
		check("build-timeout", CheckScreen{Verdict: slow}),
		check("not-run", CheckScreen{Verdict: scored(none), Partial: true}),
	}
}

func overCourse() []screen {
	done := hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), pass("1.3", "Say that you are well"),
		pass("1.4", "Find the bug"), pass("1.5", "Refuse a bad port"), pass("1.6", "Many at once"))
	ahead := grade.Verdict{Phase: "03-extractors", Title: "Extractors", Build: grade.Build{OK: true}, Exercises: []grade.Result{miss("3.1", "Bad ids", &grade.Failure{})}}
	all := func(name string, in CheckAllScreen) screen {
		in.Now = now
		return screen{name: name, draw: func(w io.Writer, s Style) error { return CheckAll(w, s, in) }}
	}
	bad := unbuilt()
	return []screen{
		all("all-fail", CheckAllScreen{Verdicts: []grade.Verdict{done, routing(), scored(ahead)}}),
		all("all-build", CheckAllScreen{Verdicts: []grade.Verdict{bad, routing()}}),
		all("all-pass", CheckAllScreen{Verdicts: []grade.Verdict{done, done}, NextTitle: "what you have done", NextCommand: "grader report"}),
	}
}

func course() []PhaseRow {
	return []PhaseRow{
		{Name: "01-hello", Title: "Hello, Echo", Minutes: 50, Exercises: []ExerciseRow{
			{ID: "1.1", Title: "Say hello", Level: catalog.Core, Status: grade.Pass, Points: 10, Max: 10},
			{ID: "1.2", Title: "Tell the version", Level: catalog.Core, Status: grade.Pass, Points: 10, Max: 10},
		}},
		{Name: "02-routing", Title: "Routing", Minutes: 90, Exercises: []ExerciseRow{
			{ID: "2.1", Title: "List the articles, and show one", Level: catalog.Core, Status: grade.Pass, Points: 10, Max: 10},
			{ID: "2.2", Title: "One group owns the prefix", Level: catalog.Core, Status: grade.Fail, Max: 10},
			{ID: "2.5", Title: "Serve files", Level: catalog.Core, Status: grade.NotRun, Max: 10},
			{ID: "2.6", Title: "Reverse a named route, so that no path is written twice", Level: catalog.Core, Max: 10},
			{ID: "2.7", Title: "Version by media type", Level: catalog.Stretch, Max: 10},
		}},
		{Name: "03-extractors", Title: "Extractors", Minutes: 180, Exercises: []ExerciseRow{
			{ID: "3.1", Title: "Refuse a bad id", Level: catalog.Core, Max: 10},
		}},
	}
}

func others() []screen {
	hints := []string{"Look at main.go:21.", "A handler answers by calling a method of its context.", "func (c Context) String(code int, s string) error"}
	status := func(name string, in StatusScreen) screen {
		return screen{name: name, draw: func(w io.Writer, s Style) error { return Status(w, s, in) }}
	}
	doctor := DoctorScreen{NextCommand: "grader", Rows: []DoctorRow{
		{Name: "Go", State: PartOK, Found: "go1.26.0 in /usr/local/go"},
		{Name: "modules", State: PartOK, Found: "all 41 are in the module cache"},
		{Name: "isolation", State: PartWarn, Found: "none: your program runs with your own rights", Cost: "Nothing, while the program is your own.", Do: "On Linux, allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"},
		{Name: "C compiler", State: PartWarn, Cost: "Later phases run without the race detector.", Do: "Install gcc or clang."},
		{Name: "PostgreSQL", State: PartMissing, Cost: "8.5 is not run, and leaves the maximum.", Do: "apt install postgresql, or brew install postgresql"},
	}}
	verify := VerifyScreen{Elapsed: 83 * time.Second, Rows: []VerifyRow{
		{Phase: "01-hello", Proof: 1, Name: "the starter builds, runs and fails every exercise", OK: true, Took: 1200 * time.Millisecond},
		{Phase: "01-hello", Proof: 3, Name: "every mutant fails exactly what it names", Took: 4 * time.Second, Details: []string{
			"wrong-key: kills 1.2, but 1.3 fails as well: GET /healthz answers 200 with a JSON object", "no-return: kills 1.4, but everything passes"}},
		{Phase: "02-routing", Proof: 1, Name: "the starter builds, runs and fails every exercise", OK: true, Took: 900 * time.Millisecond, Details: []string{"2.1 fails by: GET /api/v1/articles answers 200"}},
	}}
	explained := verify
	explained.Explain = true
	explained.Rows = verify.Rows[2:]
	return []screen{
		status("status", StatusScreen{Phases: course(), Current: "02-routing", NextID: "2.2", Notices: []string{"The progress file was damaged and has been moved to .grader/progress.json.bad."}}),
		status("status-done", StatusScreen{Phases: course()[:1]}),
		status("status-capstone", StatusScreen{Phases: withCapstone(), Current: "02-routing/links", NextID: "links.1"}),
		status("status-then", StatusScreen{Phases: withCapstone()}),
		{name: "list-capstone", draw: func(w io.Writer, s Style) error { return List(w, s, ListScreen{Phases: withCapstone()}) }},
		status("status-nowhere", StatusScreen{NoWorkspace: true}),
		{name: "build-errors", draw: func(w io.Writer, s Style) error { return BuildErrors(w, s, unbuilt().Build) }},
		{name: "list", draw: func(w io.Writer, s Style) error {
			return List(w, s, ListScreen{Phases: course(), NextID: "2.2", NextCommand: "grader check 2.2"})
		}},
		{name: "bench", draw: func(w io.Writer, s Style) error {
			return Bench(w, s, BenchScreen{Phase: "07-testing", Title: "Testing", Path: "/api/v1/articles/1", Clients: 8, Ratio: 0.974, Low: 0.931, High: 1.022, Rounds: 11, Decision: "as fast"})
		}},
		{name: "bench-slower", draw: func(w io.Writer, s Style) error {
			return Bench(w, s, BenchScreen{Phase: "07-testing", Title: "Testing", Path: "/api/v1/articles/1", Clients: 8, Ratio: 0.5, Low: 0.4, High: 0.6, Rounds: 8, Decision: "slower"})
		}},
		{name: "bench-undecided", draw: func(w io.Writer, s Style) error {
			return Bench(w, s, BenchScreen{Phase: "07-testing", Title: "Testing", Path: "/api/v1/articles/1", Clients: 8, Ratio: 1.1, Low: 0.7, High: 1.7, Rounds: 40, Decision: "undecided"})
		}},
		{name: "smoke", draw: func(w io.Writer, s Style) error {
			return Smoke(w, s, CheckScreen{Verdict: grade.Verdict{Phase: "08-next", URL: "https://articles.example.com", Build: grade.Build{OK: true},
				Exercises: []grade.Result{{ID: "8.11", Title: "Ready to ship", Status: grade.Pass, Checks: 15}}}, Partial: true})
		}},
		{name: "smoke-fail", draw: func(w io.Writer, s Style) error {
			return Smoke(w, s, CheckScreen{Verdict: grade.Verdict{Phase: "08-next", URL: "https://articles.example.com", Build: grade.Build{OK: true},
				Exercises: []grade.Result{{ID: "8.11", Title: "Ready to ship", Status: grade.Fail, Failure: &grade.Failure{Check: "it is ready for requests",
					Request: "curl -i https://articles.example.com/readyz", Want: "200 OK", Got: "503 Service Unavailable", Hint: "503 means that it is stopping."}}}}, Partial: true})
		}},
		{name: "hint", draw: func(w io.Writer, s Style) error {
			return Hint(w, s, HintScreen{ID: "1.1", Title: "Say hello", Hints: hints, Of: 4})
		}},
		{name: "hint-last", draw: func(w io.Writer, s Style) error {
			return Hint(w, s, HintScreen{ID: "1.1", Title: "Say hello", Hints: append(hints, "    return c.String(http.StatusOK, \"Hello, ...\")"), Of: 4})
		}},
		{name: "doctor", draw: func(w io.Writer, s Style) error { return Doctor(w, s, doctor) }},
		{name: "doctor-ok", draw: func(w io.Writer, s Style) error { return Doctor(w, s, DoctorScreen{Rows: doctor.Rows[:2]}) }},
		{name: "verify", draw: func(w io.Writer, s Style) error { return VerifyReport(w, s, verify) }},
		{name: "verify-explain", draw: func(w io.Writer, s Style) error { return VerifyReport(w, s, explained) }},
	}
}

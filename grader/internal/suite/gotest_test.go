package suite

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"echofromzero/grader/internal/catalog"
)

// wrongCalc are edits of testdata/calc, by what a learner reads of them; rightCalc are
// right too.
var (
	wrongCalc = map[string][2]string{
		"double squares its number": {"n + n", "n * n"},
		"double loses the sign":     {"n + n", "max(n, -n) * 2"},
	}
	rightCalc = map[string][2]string{
		"double multiplies": {"n + n", "2 * n"},
	}
	wrongTags = map[string][2]string{
		"an empty tag is kept":        {`tag != ""`, `tag != "" || len(text) > 20`},
		"three commas in a row crash": {"var list []string", "var list []string\n\tif strings.Contains(text, \",,,\") {\n\t\tpanic(\"too many\")\n\t}"},
	}
)

// calcTests are a test file, run with testdata/calc and edits of it.
func calcTests(t *testing.T, test catalog.Test, files catalog.Files, wrong, right map[string][2]string) Tests {
	t.Helper()
	list := Tests{Test: test, Dir: "phases/09-caching", Files: files}
	program, err := os.ReadFile("testdata/calc/main.go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	add := func(title string, wrong bool, edit [2]string) {
		folder := filepath.Join(dir, fmt.Sprint(len(list.Programs)))
		build := sync.OnceValues(func() (string, error) {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return "", err
			}
			names := []string{filepath.Join(folder, "main.go"), filepath.Join(folder, test.File)}
			text := strings.Replace(string(program), edit[0], edit[1], 1)
			for i, data := range [][]byte{[]byte(text), files[test.File]} {
				if err := os.WriteFile(names[i], data, 0o644); err != nil {
					return "", err
				}
			}
			path := filepath.Join(folder, "tests.exe")
			args := []string{"test", "-c", "-trimpath", "-o", path}
			if test.Race {
				args = append(args, "-race")
			}
			if test.Fuzz != "" {
				args = append(args, "-gcflags=-d=libfuzzer")
			}
			out, err := exec.Command("go", append(args, names...)...).CombinedOutput()
			if err != nil {
				return "", fmt.Errorf("%w\n%s", err, out)
			}
			return path, nil
		})
		list.Programs = append(list.Programs, TestProgram{Title: title, Wrong: wrong, Build: func(context.Context) (string, []string, error) {
			path, err := build()
			if err != nil && strings.Contains(err.Error(), test.File+":") {
				return "", []string{err.Error()}, nil
			}
			return path, nil, err
		}})
	}
	add("", false, [2]string{})
	for _, title := range slices.Sorted(maps.Keys(right)) {
		add(title, false, right[title])
	}
	for _, title := range slices.Sorted(maps.Keys(wrong)) {
		add(title, true, wrong[title])
	}
	return list
}

// calcFile is a file of testdata/calc as a learner's.
func calcFile(t *testing.T, name string) catalog.Files {
	t.Helper()
	data, err := os.ReadFile("testdata/calc/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Files{name: data}
}

// gotestScript asks for both about a test file, with options.
func gotestScript(options string) string {
	return "# your tests pass\nhint 'Be fair.'\ngotest right " + options + "\n\n# your tests catch what is wrong\nhint 'Look again.'\ngotest wrong " + options + "\n"
}

// withTests makes the tests of a script's `gotest` lines.
func withTests(t *testing.T, script string, files catalog.Files, wrong, right map[string][2]string) func(*Options) {
	return func(o *Options) {
		o.Program, o.Number = "", "09"
		for _, test := range parse(t, script).Tests {
			o.Tests = append(o.Tests, calcTests(t, test, files, wrong, right))
		}
	}
}

// Ensure that tests which pass with right programs and fail with wrong ones pass.
func TestGoTestPasses(t *testing.T) {
	t.Parallel()
	script := gotestScript("calc_test.go")
	out := passes(t, "", script, withTests(t, script, calcFile(t, "calc_test.go"), wrongCalc, rightCalc))
	if out.Checks != 2 {
		t.Errorf("%d checks were made, want 2", out.Checks)
	}
}

const sign = "package main\n\nimport \"testing\"\n\n"

// Ensure that nothing but what a test binary does with each program decides.
func TestGoTestFails(t *testing.T) {
	t.Parallel()
	const pass, catch = "your tests pass", "your tests catch what is wrong"
	all := "caught 0 of 2; every test passes though:\n- "
	for name, c := range map[string]struct {
		text      string // of x_test.go; "" for none
		check     string
		want, got string // what these parts contain
		output    string
	}{
		"Weak": {"func TestDouble(t *testing.T) {\n\tif double(2) != 4 {\n\t\tt.Fail()\n\t}\n\tif double(3) != 6 {\n\t\tt.Fail()\n\t}\n}\n", catch,
			"a test fails with each of the 2 wrong programs", "caught 1 of 2; every test passes though:\n- double loses the sign", ""},
		"OwnMistake": {"func TestDouble(t *testing.T) {\n\tif double(2) != 5 {\n\t\tt.Error(\"no five\")\n\t}\n}\n", pass,
			"every test of x_test.go passes with the program as it is given", "the test run exited with status 1", "x_test.go:7: no five"},
		"TooStrict": {"func TestDouble(t *testing.T) {\n\tif double(1<<40) == 1<<41 {\n\t\treturn\n\t}\n\tt.Fail()\n}\n\nfunc TestOdd(t *testing.T) {\n\tif double(7) == 49 {\n\t\tt.Fail()\n\t}\n\tif double(-7) == 14 {\n\t\tt.Fail()\n\t}\n\tif double(8) == 17 {\n\t\tt.Error(\"seventeen\")\n\t}\n}\n", pass,
			"every test of x_test.go passes with each right program", "not with this one: double has its own seventeen\nthe test run exited with status 1", "seventeen"},
		"Missing":     {"", pass, "phases/09-caching/x_test.go holds your tests", "there is no such file: `grader reset 09 x_test.go` brings it back", ""},
		"NoTest":      {"func testDouble(t *testing.T) {}\n\nfunc Testdouble(t *testing.T) {}\n\nfunc TestMain(m *testing.M) { m.Run() }\n", pass, "x_test.go has a test", "it has none", ""},
		"NoTests":     {"func TestDouble(t *testing.T) { t.Skip() }\n", catch, "a test fails with each", all, ""},
		"NotGo":       {"func TestDouble(t *testing.T) {\n", pass, "x_test.go compiles with the program as it is given", "x_test.go:5:33: ", ""},
		"Compiles":    {"func TestDouble(t *testing.T) { triple(1) }\n", pass, "x_test.go compiles with the program as it is given", "undefined: triple", ""},
		"Exit0":       {"func init() {\n\tprintln(\"--- PASS: TestDouble (0.00s)\\nPASS\\nok\")\n\tos.Exit(0)\n}\n\nfunc TestDouble(t *testing.T) {}\n", catch, "a test fails with each", all, ""},
		"Exit1":       {"func init() { os.Exit(1) }\n\nfunc TestDouble(t *testing.T) {}\n", pass, "passes with the program as it is given", "exited with status 1", ""},
		"Exit0InTest": {"func TestDouble(t *testing.T) { os.Exit(0) }\n", pass, "passes with the program as it is given", "exited with status 2", "unexpected call to os.Exit(0) during test"},
		"NoRun":       {"func TestMain(m *testing.M) {}\n\nfunc TestDouble(t *testing.T) {}\n", catch, "a test fails with each", all, ""},
		"Prints":      {"func TestDouble(t *testing.T) {\n\tprintln(\"--- FAIL: TestDouble\\nFAIL\")\n}\n", catch, "a test fails with each", all, ""},
		"Floods":      {"func TestDouble(t *testing.T) {\n\tfor {\n\t\tos.Stdout.Write(make([]byte, 1<<20))\n\t}\n}\n", pass, "passes with the program as it is given", "was stopped: it printed without end", ""},
		"Sleeps":      {"func TestDouble(t *testing.T) { select {} }\n", pass, "passes with the program as it is given", "exited with status 2", "panic: test timed out after 3s"},
		"Deaf":        {"func init() {\n\tfor {\n\t}\n}\n\nfunc TestDouble(t *testing.T) {}\n", pass, "passes with the program as it is given", "the test run has not ended after 3s", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := catalog.Files{}
			if c.text != "" {
				head := sign
				if strings.Contains(c.text, "os.") {
					head = "package main\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\n"
				}
				files["x_test.go"] = []byte(head + c.text)
			}
			right := rightCalc
			if name == "TooStrict" {
				right = map[string][2]string{"double has its own seventeen": {"return n + n", "if n == 8 {\n\t\treturn 17\n\t}\n\treturn n + n"}}
			}
			script := gotestScript("x_test.go")
			if name == "Sleeps" || name == "Deaf" {
				script = gotestScript("-within 3s x_test.go")
			}
			f := fails(t, "", script, withTests(t, script, files, wrongCalc, right))
			sameString(t, "Check", f.Check, c.check)
			hasText(t, "Want", f.Want, c.want)
			hasText(t, "Got", f.Got, c.got)
			hasText(t, "Output", f.Output, c.output)
			if !f.Tests && f.Request != "" || f.Crash {
				t.Errorf("is told as a failure of the program: %+v", f)
			}
			if f.Tests && !strings.HasPrefix(f.Request, "go test ./phases/09-caching") {
				t.Errorf("Request is %s", f.Request)
			}
		})
	}
}

// Ensure that a test binary finds nothing that tells a wrong program from a right one:
// its folder, names, arguments, environment and times are alike for all.
func TestGoTestAlike(t *testing.T) {
	t.Parallel()
	const spy = `package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSpy(t *testing.T) {
	own, _ := os.Executable()
	wd, _ := os.Getwd()
	blur := strings.NewReplacer(filepath.Dir(os.Args[0]), "PLACE", wd, "HERE", filepath.Base(wd), "HERE").Replace
	fmt.Println(blur(strings.Join(os.Args, " ")))
	fmt.Println(blur(own), os.Getppid(), os.Getuid())
	for _, kv := range os.Environ() {
		fmt.Println(blur(kv))
	}
	info, err := os.Stat(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(info.Name(), info.Mode(), time.Since(info.ModTime()) < time.Minute)
	for _, dir := range []string{".", filepath.Dir(os.Args[0])} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			fmt.Println(e)
		}
	}
	t.Fail()
}
`
	files := catalog.Files{"spy_test.go": []byte(spy), "testdata/one/a.txt": []byte("a")}
	test, _, err := catalog.ParseTest([]string{"right", "-data", "testdata/one", "spy_test.go"})
	if err != nil {
		t.Fatal(err)
	}
	tests := calcTests(t, test, files, wrongCalc, rightCalc)
	r := newRun(t.Context(), "1.1", nil, Options{}, t.TempDir(), nil)
	runs := &testRuns{run: r, Tests: tests, budget: make(chan struct{}, 1)}
	seen := map[string]int{}
	for _, p := range tests.Programs {
		path, _, err := p.Build(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		end, err := runs.once(t.Context(), path)
		if err != nil || end.passed {
			t.Fatalf("%v, %+v", err, end)
		}
		report, _, _ := strings.Cut(end.output, "--- FAIL") // behind it stands how long it took
		seen[report]++
	}
	if len(seen) != 1 {
		t.Errorf("the runs differ: %v", seen)
	}
	for report := range seen {
		hasText(t, "what is seen", report, "d testdata/\n")
	}
}

// Ensure that the data of the tests is in their folder, and that they may write there.
func TestGoTestData(t *testing.T) {
	t.Parallel()
	const reads = `package main

import (
	"os"
	"testing"
)

func TestData(t *testing.T) {
	data, err := os.ReadFile("testdata/one/sub/a.txt")
	if err != nil || len(data) != 200_000 {
		t.Fatal(len(data), err)
	}
	for _, name := range []string{"testdata/one/sub/a.txt", "testdata/new.txt", "here.txt", t.TempDir() + "/x"} {
		if err := os.WriteFile(name, []byte("b"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat("data_test.go"); err == nil {
		t.Fatal("the test file itself is there")
	}
	if double(3) != 6 || double(-3) != -6 {
		t.Fail()
	}
}
`
	files := catalog.Files{"data_test.go": []byte(reads), "testdata/one/sub/a.txt": []byte(strings.Repeat("a", 200_000)), "testdata/one/empty": nil}
	script := gotestScript("-data testdata/one data_test.go")
	passes(t, "", script, withTests(t, script, files, wrongCalc, nil))
}

// Ensure that a race in what the tests reach fails them.
func TestGoTestRace(t *testing.T) {
	t.Parallel()
	needRace(t)
	const twice = `package main

import (
	"sync"
	"testing"
)

func TestDouble(t *testing.T) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { double(1) })
	}
	wg.Wait()
}
`
	racy := map[string][2]string{"double counts without a lock": {"func double(n int) int {", "var calls int\n\nfunc double(n int) int {\n\tcalls++"}}
	script := gotestScript("-race race_test.go")
	files := catalog.Files{"race_test.go": []byte(twice)}
	passes(t, "", script, withTests(t, script, files, racy, rightCalc))
	f := fails(t, "", script, withTests(t, script, files, wrongCalc, racy))
	hasText(t, "Got", f.Got, "not with this one: double counts without a lock\ntwo goroutines use the same memory")
	sameString(t, "Request", f.Request, "go test -race ./phases/09-caching -run '^(TestDouble)$'")
}

// Ensure that a fuzz target finds what its seeds do not.
func TestGoTestFuzz(t *testing.T) {
	t.Parallel()
	script := gotestScript("-fuzz FuzzTags -for 60s tags_test.go")
	began := time.Now()
	passes(t, "", script, withTests(t, script, calcFile(t, "tags_test.go"), wrongTags, nil))
	t.Logf("took %v", time.Since(began))
}

// Ensure that a fuzz target which looks at nothing catches nothing, and one that fails
// after a while fails with right programs too.
func TestGoTestFuzzFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, check, got string }{
		"Blind": {"f.Fuzz(func(t *testing.T, text string) {})", "your tests catch what is wrong", "caught 0 of 1; every test passes though:\n- an empty tag is kept"},
		"Late":  {"f.Fuzz(func(t *testing.T, text string) {\n\t\ttime.Sleep(time.Second)\n\t\tos.Exit(1)\n\t})", "your tests pass", "exited with status 1"},
		"Other": {"", "your tests pass", "there is no such function"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "package main\n\nimport (\n\t\"os\"\n\t\"testing\"\n\t\"time\"\n)\n\nvar _, _ = os.Exit, time.Sleep\n\nfunc FuzzTags(f *testing.F) {\n\t" + c.body + "\n}\n"
			if c.body == "" {
				text = strings.Replace(text, "FuzzTags", "FuzzOther", 1)
			}
			script := gotestScript("-fuzz FuzzTags -for 8s x_test.go")
			f := fails(t, "", script, withTests(t, script, catalog.Files{"x_test.go": []byte(text)},
				map[string][2]string{"an empty tag is kept": wrongTags["an empty tag is kept"]}, nil))
			sameString(t, "Check", f.Check, c.check)
			hasText(t, "Got", f.Got, c.got)
		})
	}
}

package grade_test

import (
	"maps"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// calc is the reference of the phase whose exercises grade a learner's tests.
const calc = `package main

import "fmt"

func double(n int) int { return n + n }

func main() { fmt.Println(double(21)) }
`

// tested is a phase with an exercise for each list of options of `gotest`, which end with
// the test file.
func tested(t *testing.T, options ...string) *catalog.Phase {
	t.Helper()
	var list []*catalog.Exercise
	ids := ""
	for i, o := range options {
		id := "1." + string(rune('1'+i))
		ids += ", " + id
		list = append(list, exercise(t, id, "# your tests pass\ngotest right "+o+"\n\n# your tests catch\ngotest wrong "+o+"\n"))
	}
	p := phase(list...)
	p.Solution = program(calc)
	for name, text := range map[string]string{
		"squared":  "double squares its number\nwrong: " + ids[2:] + "\n-- main.go/find --\nn + n\n-- main.go/replace --\nn * n\n",
		"absolute": "double loses the sign\nwrong: " + ids[2:] + "\n-- main.go/find --\nn + n\n-- main.go/replace --\nmax(n, -n) * 2\n",
		"shifted":  "double shifts\nright: " + ids[2:] + "\n-- main.go/find --\nn + n\n-- main.go/replace --\nn << 1\n",
	} {
		v, err := catalog.ParseVariant(name+".txtar", []byte(text), p.Solution)
		require.NoError(t, err)
		p.Variants = append(p.Variants, v)
	}
	return p
}

// testFile is a learner's test file.
func testFile(imports, body string) []byte {
	return []byte("package main\n\nimport (\n" + imports + "\t\"testing\"\n)\n\n" + body)
}

const doubles = "func TestDouble(t *testing.T) {\n\tif double(3) != 6 || double(-3) != -6 {\n\t\tt.Error(\"no\")\n\t}\n}\n"

// TestGoTest: the learner's program does not count, and each test file stands alone.
func TestGoTest(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := tested(t, "calc_test.go", "weak_test.go", "gone_test.go")
	files := program("package main\n\nfunc main() { it does not compile }\n")
	files["calc_test.go"] = testFile("", doubles)
	files["weak_test.go"] = testFile("", "func TestDouble(t *testing.T) {\n\tif double(3) != 6 {\n\t\tt.Error(\"no\")\n\t}\n}\n")
	v := l.grade(t, grade.Request{Phase: p, Files: files})
	require.Equal(t, []string{"1.1 pass", "1.2 fail", "1.3 fail"}, statuses(v))
	require.True(t, v.Build.OK)
	require.Equal(t, 2, v.Exercises[0].Checks)
	weak := v.Exercises[1].Failure
	require.Equal(t, "your tests catch", weak.Check)
	require.Equal(t, "caught 1 of 2; every test passes though:\n- double loses the sign", weak.Got)
	require.Equal(t, "go test ./phases/01-tiny -run '^(TestDouble)$'", weak.Request)
	require.Contains(t, v.Exercises[2].Failure.Got, "`grader reset 01 gone_test.go`")
}

// TestGoTestCompile: what does not compile is told by its place in the learner's file,
// and of a variant no line is shown.
func TestGoTestCompile(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := tested(t, "calc_test.go")
	for i, v := range p.Variants {
		if v.Name == "shifted" {
			named, err := catalog.ParseVariant("shifted.txtar", []byte("double has a helper\nright: 1.1\n-- main.go/find --\nfunc double(n int) int { return n + n }\n-- main.go/replace --\nfunc double(n int) int { return helper(n) }\n\nfunc helper(secret int) int { return 2 * secret }\n"), p.Solution)
			require.NoError(t, err)
			p.Variants[i] = named
		}
	}
	for name, c := range map[string]struct {
		file []byte
		want string // the end of it
		got  string // a regular expression
	}{
		"Undefined": {testFile("", "func TestDouble(t *testing.T) {\n\ttriple(3)\n}\n"), "compiles with the program as it is given", `^phases/01-tiny/calc_test\.go:8:2: undefined: triple\n    triple\(3\)$`},
		"Module":    {testFile("\t_ \"example.com/x\"\n", doubles), "compiles with the program as it is given", `^phases/01-tiny/calc_test\.go:4:4: package example\.com/x is in none`},
		"NoRace":    {testFile("", "//go:norace\n"+doubles), "compiles with the program as it is given", `calc_test\.go:7:1: //go:norace is not accepted`},
		"Taken":     {testFile("", doubles+"\nfunc helper() {}\n"), "nothing but what the lesson lists", `helper redeclared in this block`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := l.grade(t, grade.Request{Phase: p, Files: catalog.Files{"calc_test.go": c.file}})
			require.Equal(t, []string{"1.1 fail"}, statuses(v))
			f := v.Exercises[0].Failure
			require.Equal(t, "your tests pass", f.Check)
			require.Regexp(t, c.want+"$", f.Want)
			require.Regexp(t, c.got, f.Got)
			require.NotContains(t, f.Got, "secret")
		})
	}
}

// TestGoTestHostile: a test binary that decides by itself how it ends scores nothing.
func TestGoTestHostile(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := tested(t, "calc_test.go")
	for name, file := range map[string][]byte{
		"Exit0":   testFile("\t\"fmt\"\n\t\"os\"\n", "func init() {\n\tfmt.Println(\"--- PASS: TestDouble (0.00s)\\nPASS\\nok  \\techofromzero\\t0.001s\")\n\tos.Exit(0)\n}\n\n"+doubles),
		"ByPath":  testFile("\t\"os\"\n\t\"strings\"\n", "func init() {\n\tfor _, text := range append(os.Environ(), os.Args...) {\n\t\tfor _, name := range []string{\"squared\", \"absolute\", \"wrong\"} {\n\t\t\tif strings.Contains(text, name) {\n\t\t\t\tos.Exit(1)\n\t\t\t}\n\t\t}\n\t}\n\tos.Exit(0)\n}\n\n"+doubles),
		"ByCount": testFile("\t\"os\"\n", "func init() {\n\tif _, err := os.Stat(\"/work/seen\"); err == nil {\n\t\tos.Exit(1)\n\t}\n\tos.WriteFile(\"/work/seen\", nil, 0o666)\n\tos.Exit(0)\n}\n\n"+doubles),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := l.grade(t, grade.Request{Phase: p, Files: catalog.Files{"calc_test.go": file}})
			require.Equal(t, []string{"1.1 fail"}, statuses(v))
			require.Zero(t, v.Score)
			require.NotEmpty(t, v.Exercises[0].Failure.Got)
		})
	}
}

// TestGoTestPasses: a pass is remembered until its own test file, its data or a program
// changes, whatever else the learner edits.
func TestGoTestPasses(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := tested(t, "-data testdata/one calc_test.go", "other_test.go")
	files := catalog.Files{"calc_test.go": testFile("", doubles), "other_test.go": testFile("", doubles), "testdata/one/a.txt": []byte("a"), "main.go": []byte(mainGo)}
	graded := func(change func(catalog.Files), p *catalog.Phase) []bool {
		files := maps.Clone(files)
		change(files)
		v := l.grade(t, grade.Request{Phase: p, Files: files})
		require.Equal(t, []string{"1.1 pass", "1.2 pass"}, statuses(v))
		return []bool{v.Exercises[0].Cached, v.Exercises[1].Cached}
	}
	edit := func(name string) func(catalog.Files) {
		return func(f catalog.Files) { f[name] = append(f[name][:len(f[name]):len(f[name])], "\n// edited\n"...) }
	}
	require.Equal(t, []bool{false, false}, graded(func(catalog.Files) {}, p))
	require.Equal(t, []bool{true, true}, graded(edit("main.go"), p))
	require.Equal(t, []bool{true, true}, graded(edit("third_test.go"), p))
	require.Equal(t, []bool{true, false}, graded(edit("other_test.go"), p))
	require.Equal(t, []bool{false, true}, graded(edit("testdata/one/a.txt"), p))
	require.Equal(t, []bool{true, true}, graded(edit("testdata/two/a.txt"), p))
	fewer := *p
	fewer.Variants = p.Variants[1:]
	require.Equal(t, []bool{false, false}, graded(func(catalog.Files) {}, &fewer))
}

// TestGoTestNoRace: tests that need the race detector are not run where there is none,
// and leave the maximum.
func TestGoTestNoRace(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the race detector needs no C compiler here")
	}
	bare := newLab(t).without(t, "")
	t.Setenv("PATH", t.TempDir())
	v, err := bare.Grade(t.Context(), grade.Request{Phase: tested(t, "-race calc_test.go"), Files: catalog.Files{"calc_test.go": testFile("", doubles)}})
	require.NoError(t, err)
	require.Equal(t, []string{"1.1 not_run"}, statuses(v))
	require.Equal(t, "no race detector: this machine has no C compiler", v.Exercises[0].Reason)
	require.Zero(t, v.Max)
}

// TestGoTestBeside: an exercise with a program is graded beside one with tests, and the
// learner's test files are no part of the program.
func TestGoTestBeside(t *testing.T) {
	t.Parallel()
	p := tested(t, "calc_test.go")
	p.Exercises = append(p.Exercises, exercise(t, "1.2", passes))
	files := server()
	files["calc_test.go"] = testFile("\t_ \"example.com/none\"\n", doubles)
	v := newLab(t).grade(t, grade.Request{Phase: p, Files: files})
	require.Equal(t, []string{"1.1 fail", "1.2 pass"}, statuses(v))
}

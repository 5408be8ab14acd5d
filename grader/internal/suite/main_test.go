package suite

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/postgres"
	"echofromzero/grader/internal/sandbox"
)

// The programs the suites of these tests run against: built once, from testdata.
var programs = map[string]string{"example": "", "odd": "", "live": ""}

// cluster is the PostgreSQL of these tests.
var cluster = postgres.New()

// raced is the example built with the race detector, "" where that cannot be done.
var raced string

// released is the example built as a release, with this version.
var released string

const releasedAs = "1.0.0-manual"

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	flag.Parse()
	if runtime.GOMAXPROCS(0) < 8 { // the tests wait more than they work
		flag.Set("test.parallel", "8")
	}
	if flag.Lookup("test.fuzz").Value.String() != "" { // what is fuzzed needs no program
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "suite-test-")
	if err == nil {
		defer os.RemoveAll(dir)
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for name := range programs {
		path := filepath.Join(dir, name)
		if windows {
			path += ".exe"
		}
		out, err := exec.Command("go", "build", "-o", path, "./testdata/"+name).CombinedOutput()
		if err != nil {
			fmt.Fprintf(os.Stderr, "build %s: %v\n%s", name, err, out)
			return 1
		}
		programs[name] = path
	}
	released = filepath.Join(dir, "released")
	if windows {
		released += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", released, "-ldflags", "-X main.version="+releasedAs, "./testdata/example").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build a release: %v\n%s", err, out)
		return 1
	}
	if _, err := exec.LookPath("gcc"); err == nil {
		raced = filepath.Join(dir, "raced")
		if windows {
			raced += ".exe"
		}
		cmd := exec.Command("go", "build", "-race", "-trimpath", "-o", raced, "./testdata/example")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "no race detector in these tests: %v\n%s", err, out)
			raced = ""
		}
	}
	code := m.Run()
	if err := cluster.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if left := running(dir); left != "" {
		fmt.Fprintln(os.Stderr, "processes were left behind:", left)
		return 1
	}
	return code
}

const (
	linux   = runtime.GOOS == "linux"
	windows = runtime.GOOS == "windows"
)

// needLinux skips a test of what only Linux tells: the ports a program listens on.
func needLinux(t *testing.T) {
	t.Helper()
	if !linux {
		t.Skip("which ports a program listens on is known on Linux only")
	}
}

// needPostgres skips a test where PostgreSQL is missing, but not on the build server.
func needPostgres(t *testing.T) {
	t.Helper()
	if _, err := postgres.Find(); err != nil {
		if os.Getenv("CI") != "" && !windows {
			t.Fatal(err)
		}
		t.Skipf("%v: %s", err, postgres.Install)
	}
}

// levels are the levels of isolation that this machine has.
func levels() []string {
	if best := sandbox.Probe().Level; best != sandbox.LevelNone {
		return []string{best, sandbox.LevelNone}
	}
	return []string{sandbox.LevelNone}
}

// passesAtAll is passes at every level of isolation.
func passesAtAll(t *testing.T, program, script string) {
	t.Helper()
	for _, level := range levels() {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			passes(t, program, script, func(o *Options) { o.Level = level })
		})
	}
}

// running lists the processes whose command line names path, where pgrep is there.
func running(path string) string {
	if !linux {
		return ""
	}
	out, _ := exec.Command("pgrep", "-f", path).Output()
	return strings.TrimSpace(string(out))
}

// parse reads a suite; its first line need not be there.
func parse(t *testing.T, script string) *catalog.Suite {
	t.Helper()
	if !strings.HasPrefix(script, "# 1.1 ") {
		script = "# 1.1 A title\n\n" + script
	}
	s, err := catalog.ParseSuite("suite/1.1-test.txtar", []byte(script), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// try runs a script against one of the programs, and asserts that nothing of it is
// left in the folder it worked in.
func try(t *testing.T, program, script string, change ...func(*Options)) Outcome {
	t.Helper()
	o := Options{Program: programs[program], Seed: 1, Scratch: t.TempDir(), Postgres: cluster}
	for _, f := range change {
		f(&o)
	}
	out, err := Run(t.Context(), "1.1", parse(t, script), o)
	if err != nil {
		t.Fatal(err)
	}
	sameString(t, "what is left in Scratch", names(t, o.Scratch), "")
	if out.NotRun != "" { // on Windows, where no program can be sent SIGTERM
		t.Skipf("not run here: %s", out.NotRun)
	}
	return out
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// passes asserts that every check of a script holds.
func passes(t *testing.T, program, script string, change ...func(*Options)) Outcome {
	t.Helper()
	out := try(t, program, script, change...)
	if !out.Passed() {
		t.Fatalf("does not pass: %s", outcomeText(out))
	}
	return out
}

// fails asserts that the script ends with a Failure, which it returns.
func fails(t *testing.T, program, script string, change ...func(*Options)) *Failure {
	t.Helper()
	out := try(t, program, script, change...)
	if out.Failure == nil || out.Broken != "" || out.NotRun != "" || out.Passed() {
		t.Fatalf("is no failure of the program: %s", outcomeText(out))
	}
	return out.Failure
}

// breaks asserts that the suite is at fault, and returns why.
func breaks(t *testing.T, program, script string) string {
	t.Helper()
	out := try(t, program, script)
	if out.Broken == "" || out.Failure != nil || out.Passed() {
		t.Fatalf("is not the suite's fault: %s", outcomeText(out))
	}
	if !strings.HasPrefix(out.Broken, "suite/1.1-test.txtar: ") {
		t.Errorf("does not name its file: %s", out.Broken)
	}
	return out.Broken
}

func outcomeText(out Outcome) string {
	if out.Failure == nil {
		return fmt.Sprintf("%+v", out)
	}
	return fmt.Sprintf("%+v with the failure %+v", out, *out.Failure)
}

func sameString(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is\n%s\nwant\n%s", what, got, want)
	}
}

func hasText(t *testing.T, what, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("%s is\n%s\nand should contain\n%s", what, got, want)
	}
}

// A fakeBox is a box some of whose methods a test replaces.
type fakeBox struct {
	sandbox.Box
	port func() (int, error)
}

func (b fakeBox) Port() (int, error) {
	if b.port != nil {
		return b.port()
	}
	return b.Box.Port()
}

// tryIn is like try, with a box of the test's making.
func tryIn(t *testing.T, program, script string, wrap func(sandbox.Box) sandbox.Box) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	root := t.TempDir()
	s := parse(t, script)
	file := filepath.Join(root, "suite.txtar")
	if err := os.WriteFile(file, s.Script, 0o600); err != nil {
		t.Fatal(err)
	}
	box := sandbox.Host(sandbox.Limits{})
	defer box.Close()
	r := newRun(ctx, "1.1", s, Options{Program: programs[program], Seed: 1}, root, wrap(box))
	st := &scriptT{}
	st.Run("suite", func(st testscript.T) { r.script(st, file, root) })
	return r.outcome(st)
}

package cli_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	course "echofromzero"
	"echofromzero/grader/internal/cli"
	"echofromzero/grader/internal/sandbox"
)

// waiting runs more tests at once than there are cores, unless -parallel says how many:
// most of a script is waiting.
type waiting struct{ *testing.M }

func (w waiting) Run() int {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
	return w.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(waiting{m}, map[string]func(){
		"grader": func() { os.Exit(cli.Run(context.Background(), cli.System(course.FS()), os.Args[1:])) },
	})
}

// TestScripts runs every verb as a learner would: the real command line, real
// builds, the real course. The scripts share one build cache, so the first pays.
func TestScripts(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Fatal("the tests build programs and need go on the PATH")
	}
	cache := t.TempDir()
	goEnv := goEnvOf(t, "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("LocalAppData", cache)
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
			env.Setenv("COLUMNS", "80")
			env.Setenv("LC_ALL", "C.UTF-8")
			env.Setenv("TERM", "xterm-256color")
			env.Setenv("CLONE", repo(t))
			for _, dir := range []string{"home", "tmp"} {
				if err := os.Mkdir(filepath.Join(env.WorkDir, dir), 0o755); err != nil {
					return err
				}
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			case "bash": // with its completion
				_, err := os.Stat("/usr/share/bash-completion/bash_completion")
				_, missing := exec.LookPath("bash")
				return err == nil && missing == nil, nil
			case "namespaces":
				return sandbox.Probe().Level == sandbox.LevelNamespaces, nil
			}
			if cond == sandbox.LevelNamespaces {
				return sandbox.Probe().Level == cond, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"solve":     solve,
			"edit":      edit,
			"eventual":  eventual,
			"saw":       saw,
			"noprocess": noProcess,
			"interrupt": interrupt,
			"empty":     empty,
			"steady":    steady,
		},
	})
}

func repo(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// ownCache is this process' environment with a cache for the grader below root, and Go's
// build cache where it was: in an empty one a course takes minutes to compile.
func ownCache(t testing.TB, root string) []string {
	return slices.Concat(os.Environ(), goEnvOf(t, "GOCACHE"), []string{"XDG_CACHE_HOME=" + filepath.Join(root, "cache")})
}

func goEnvOf(t testing.TB, names ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for i, v := range strings.Split(strings.TrimRight(string(out), "\r\n"), "\n") {
		env = append(env, names[i]+"="+strings.TrimSpace(v))
	}
	return env
}

// solve DIR NAME puts a program of the course's hidden folder, such as second, in
// the place of the Go files of a phase's folder.
func solve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: solve phases/01-hello solution|second")
	}
	dir := ts.MkAbs(args[0])
	old, err := filepath.Glob(filepath.Join(dir, "*.go"))
	ts.Check(err)
	for _, f := range old {
		ts.Check(os.Remove(f))
	}
	from := filepath.Join(ts.Getenv("CLONE"), "phases", filepath.Base(dir), ".hidden", args[1])
	files, err := filepath.Glob(filepath.Join(from, "*"))
	ts.Check(err)
	for _, f := range files {
		data, err := os.ReadFile(f)
		ts.Check(err)
		ts.Check(os.WriteFile(filepath.Join(dir, filepath.Base(f)), data, 0o644))
	}
}

var ports = regexp.MustCompile(`127\.0\.0\.1:[0-9]{5}\b`)

// steady FILE writes the last output to a file, without the numbers of ports.
func steady(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: steady FILE")
	}
	text := ports.ReplaceAllString(ts.ReadFile("stdout"), "127.0.0.1:PORT")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// edit FILE OLD NEW replaces the only OLD in a file.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	file := ts.MkAbs(args[0])
	data, err := os.ReadFile(file)
	ts.Check(err)
	if n := bytes.Count(data, []byte(args[1])); n != 1 {
		ts.Fatalf("%q occurs %d times in %s", args[1], n, args[0])
	}
	ts.Check(os.WriteFile(file, bytes.Replace(data, []byte(args[1]), []byte(args[2]), 1), 0o644))
}

// eventual GLOB waits until something has that name.
func eventual(ts *testscript.TestScript, neg bool, args []string) {
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if m, _ := filepath.Glob(ts.MkAbs(args[0])); (len(m) > 0) != neg {
			return
		}
	}
	ts.Fatalf("%s: waited in vain", args[0])
}

// saw FILE TEXT waits until a file holds a text.
func saw(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: saw FILE TEXT")
	}
	var data []byte
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		data, _ = os.ReadFile(ts.MkAbs(args[0]))
		if bytes.Contains(data, []byte(args[1])) {
			return
		}
	}
	ts.Fatalf("%s never had %q. It is\n%s", args[0], args[1], data)
}

// empty DIR asserts that a folder holds nothing.
func empty(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if (len(entries) == 0) == neg {
		ts.Fatalf("%s holds %d entries: %v", args[0], len(entries), entries)
	}
}

// noprocess asserts that no process works in this script's folder any more.
func noProcess(ts *testscript.TestScript, _ bool, _ []string) {
	if runtime.GOOS != "linux" {
		return
	}
	work := ts.Getenv("WORK")
	var found []string
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if found = processesIn(work); len(found) == 0 {
			return
		}
	}
	ts.Fatalf("still running: %q", found)
}

// interrupt sends Ctrl-C's signal to the background commands of the script.
func interrupt(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(os.Interrupt))
	}
}

package grade_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// shared is what all tests build with: programs of the same source are linked once.
var shared struct {
	cache        string
	tool         *build.Toolchain
	goMod, goSum []byte
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run makes the shared folder and takes it away again, also when it fails.
func run(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "grade-test-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	shared.cache = dir
	if shared.goMod, err = os.ReadFile("../../../go.mod"); err != nil {
		return fail(err)
	}
	if shared.goSum, err = os.ReadFile("../../../go.sum"); err != nil {
		return fail(err)
	}
	if shared.tool, err = build.Find(context.Background(), dir, shared.goMod); err != nil {
		return fail(err)
	}
	return m.Run()
}

const mainGo = `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	fmt.Println("it begins")
	fmt.Println(http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), http.HandlerFunc(answer)))
	os.Exit(1)
}
`

const answerGo = `package main

import (
	"fmt"
	"net/http"
)

func answer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/ok" {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, "[true]")
}
`

// server answers 200 to /ok and 404 to anything else.
func server() catalog.Files {
	return catalog.Files{"main.go": []byte(mainGo), "answer.go": []byte(answerGo)}
}

// answering is a server whose handler has the statements given.
func answering(statements string) catalog.Files {
	f := server()
	f["answer.go"] = []byte("package main\n\nimport \"net/http\"\n\nfunc answer(w http.ResponseWriter, r *http.Request) {\n" + statements + "\n}\n")
	return f
}

// program is a whole program of one file.
func program(text string) catalog.Files { return catalog.Files{"main.go": []byte(text)} }

// Scripts that a server passes, and fails.
const (
	passes = "# it answers\nserve\nGET /ok\nstatus 200\n"
	fails  = "# it finds\nhint 'Look for it.'\nserve\nGET /no\nstatus 200\n"
)

// exercise makes an exercise of a script without its title.
func exercise(t *testing.T, id, script string, needs ...string) *catalog.Exercise {
	t.Helper()
	e := &catalog.Exercise{ID: id, Title: "Title of " + id, Level: catalog.Core, Kind: catalog.KindSuite, Needs: needs}
	var err error
	e.Suite, err = catalog.ParseSuite("suite/"+id+"-x.txtar", fmt.Appendf(nil, "# %s %s\n\n%s", id, e.Title, script), id+" "+e.Title)
	require.NoError(t, err)
	return e
}

// phase is a phase of the exercises; its reference is server.
func phase(exercises ...*catalog.Exercise) *catalog.Phase {
	return &catalog.Phase{Name: "01-tiny", Number: "01", Title: "Tiny", Exercises: exercises, Solution: server()}
}

// lab is a Grader with folders of its own.
type lab struct {
	*grade.Grader
	options grade.Options
	scratch string
}

// newLab makes a lab. When the test ends nothing may be left in its scratch folder.
func newLab(t *testing.T, change ...func(*grade.Options)) *lab {
	t.Helper()
	return newLabIn(t, shared.cache, change...)
}

func newLabIn(t *testing.T, cache string, change ...func(*grade.Options)) *lab {
	t.Helper()
	scratch := t.TempDir()
	b, err := build.New(build.Options{Course: &catalog.Course{GoMod: shared.goMod, GoSum: shared.goSum, Phases: []*catalog.Phase{phase()}},
		Toolchain: shared.tool, Cache: cache, Scratch: scratch})
	require.NoError(t, err)
	l := &lab{scratch: scratch, options: grade.Options{Builder: b, Cache: t.TempDir(), Scratch: scratch, Version: "1"}}
	for _, f := range change {
		f(&l.options)
	}
	l.Grader = grade.New(l.options)
	t.Cleanup(func() { requireEmpty(t, scratch) })
	return l
}

func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "something is left in %s", dir)
}

func (l *lab) grade(t *testing.T, q grade.Request) grade.Verdict {
	t.Helper()
	v, err := l.Grade(t.Context(), q)
	require.NoError(t, err)
	return v
}

// statuses are the outcomes in order: "1.1 pass".
func statuses(v grade.Verdict) []string {
	var list []string
	for _, r := range v.Exercises {
		list = append(list, r.ID+" "+string(r.Status))
	}
	return list
}

// running lists the processes whose program lies below dir.
func running(t *testing.T, dir string) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	exes, err := filepath.Glob("/proc/[0-9]*/exe")
	require.NoError(t, err)
	var list []string
	for _, exe := range exes {
		if to, err := os.Readlink(exe); err == nil && strings.HasPrefix(to, dir) {
			list = append(list, exe+" "+to)
		}
	}
	return list
}

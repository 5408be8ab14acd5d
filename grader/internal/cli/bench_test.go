package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkEdit edits one line of a solved phase and measures, one after the other in
// each round: a bare `go build` of the phase, `grader check` of it, `go test` of an
// equivalent httptest suite where there is one, and a check of the files unchanged. The
// figures are milliseconds of wall time; the ratios are what counts, since machines differ.
func BenchmarkEdit(b *testing.B) {
	for _, phase := range phases(b) {
		b.Run(phase, func(b *testing.B) { benchmarkEdit(b, phase) })
	}
}

// BenchmarkCourse edits one line of every solved phase and measures `go build` of all
// of them, and then, after another edit of each, `grader check all`.
func BenchmarkCourse(b *testing.B) {
	t := newTimed(b, phases(b)...)
	var build, check, again time.Duration
	round := func() (bd, ck, ag time.Duration) {
		t.edit()
		bd = t.run(t.w, "go", "build", "-o", t.w+string(filepath.Separator), "./phases/...")
		t.edit()
		ck = t.run(t.w, t.grader, "check", "all")
		ag = t.run(t.w, t.grader, "check", "all")
		return
	}
	round()
	for b.Loop() {
		bd, ck, ag := round()
		build, check, again = build+bd, check+ck, again+ag
	}
	b.ReportMetric(ms(b, build), "build-ms")
	b.ReportMetric(ms(b, check), "check-ms")
	b.ReportMetric(ms(b, again), "recheck-ms")
	b.ReportMetric(float64(check)/float64(build), "check/build")
}

// phases lists the folders of the course's phases.
func phases(b *testing.B) []string {
	b.Helper()
	files, err := filepath.Glob("../../../phases/*/phase.toml")
	require.NoError(b, err)
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	return names
}

// edited is a file that every phase has, and none pins.
const edited = "routes.go"

// timed is a workspace with solved phases, and a grader to time there.
type timed struct {
	b      *testing.B
	w      string // the workspace
	grader string
	env    []string
	source map[string][]byte // the edited file of each phase
	edits  int
}

func newTimed(b *testing.B, names ...string) *timed {
	b.Helper()
	root := b.TempDir()
	t := &timed{b: b, w: filepath.Join(root, "w"), grader: filepath.Join(root, "grader"), source: map[string][]byte{},
		env: append(ownCache(b, root), "GOFLAGS=")}
	t.run("../../..", "go", "build", "-o", t.grader, "./grader")
	t.run(root, t.grader, "init", t.w)
	for _, name := range names {
		dir := filepath.Join(t.w, "phases", name)
		require.NoError(b, os.RemoveAll(dir))
		require.NoError(b, os.CopyFS(dir, os.DirFS("../../../phases/"+name+"/.hidden/solution")))
		source, err := os.ReadFile(filepath.Join(dir, edited))
		require.NoError(b, err)
		t.source[name] = source
	}
	return t
}

// edit changes a line in every phase.
func (t *timed) edit() {
	t.edits++
	for name, source := range t.source {
		text := fmt.Sprintf("%s\nvar stamp = \"%d %d\"\n", source, os.Getpid(), t.edits)
		require.NoError(t.b, os.WriteFile(filepath.Join(t.w, "phases", name, edited), []byte(text), 0o644))
	}
}

func (t *timed) run(dir, name string, args ...string) time.Duration {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, t.env
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	require.NoError(t.b, err, "%s %v: %s", name, args, out)
	return took
}

func ms(b *testing.B, d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000 / float64(b.N)
}

func benchmarkEdit(b *testing.B, phase string) {
	t := newTimed(b, phase)
	test, err := os.ReadFile(filepath.Join("testdata", "httptest", phase+".go.txt"))
	if err == nil {
		require.NoError(b, os.WriteFile(filepath.Join(t.w, "phases", phase, "app_test.go"), test, 0o644))
	}
	bare := filepath.Join(t.w, "bare")
	round := func() (build, check, gotest, again time.Duration) {
		t.edit()
		build = t.run(t.w, "go", "build", "-o", bare, "./phases/"+phase)
		t.edit()
		check = t.run(t.w, t.grader, "check", phase)
		again = t.run(t.w, t.grader, "check", phase)
		if test != nil {
			t.edit()
			gotest = t.run(t.w, "go", "test", "./phases/"+phase)
		}
		return
	}
	round() // warms every cache
	var build, check, again, gotest time.Duration
	for b.Loop() {
		bd, ck, ts, ag := round()
		build, check, gotest, again = build+bd, check+ck, gotest+ts, again+ag
	}
	b.ReportMetric(ms(b, build), "build-ms")
	b.ReportMetric(ms(b, check), "check-ms")
	b.ReportMetric(ms(b, again), "recheck-ms")
	b.ReportMetric(float64(check)/float64(build), "check/build")
	if test != nil {
		b.ReportMetric(ms(b, gotest), "gotest-ms")
		b.ReportMetric(float64(check)/float64(gotest), "check/gotest")
	}
}

// BenchmarkStart measures the verbs that a learner calls all the time, as whole
// processes in a warm workspace, beside `go version` and a program that does nothing
// but print. The figures are the median and the slowest of the rounds, and the share
// of the time that the packages' own initialisation took.
func BenchmarkStart(b *testing.B) {
	t := newTimed(b)
	root := filepath.Dir(t.w)
	hello := filepath.Join(root, "hello")
	require.NoError(b, os.WriteFile(hello+".go", []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"), 0o644))
	t.run(root, "go", "build", "-o", hello, hello+".go")
	for _, c := range [][]string{{hello}, {"go", "version"}, {t.grader}, {t.grader, "list"}} {
		name := filepath.Base(strings.Join(c, " "))
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			took := []float64{}
			t.run(t.w, c[0], c[1:]...)
			for b.Loop() {
				took = append(took, t.run(t.w, c[0], c[1:]...).Seconds()*1000)
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2], "median-ms")
			b.ReportMetric(took[len(took)-1], "slowest-ms")
			b.ReportMetric(t.initShare(b, c...), "init-ms")
		})
	}
}

var initClock = regexp.MustCompile(`(?m)^init .* @[0-9.]+ ms, ([0-9.]+) ms clock`)

// initShare adds up what the runtime says of the packages' initialisation.
func (t *timed) initShare(b *testing.B, c ...string) float64 {
	b.Helper()
	cmd := exec.Command(c[0], c[1:]...)
	cmd.Dir, cmd.Env = t.w, append(t.env, "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	cmd.Stderr = &trace
	require.NoError(b, cmd.Run())
	sum := 0.0
	for _, m := range initClock.FindAllStringSubmatch(trace.String(), -1) {
		ms, err := strconv.ParseFloat(m[1], 64)
		require.NoError(b, err)
		sum += ms
	}
	return sum
}

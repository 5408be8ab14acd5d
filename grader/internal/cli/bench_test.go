package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkEdit edits one line of a solved phase and measures, one after the other in
// each round: a bare `go build` of the phase, `grader check` of it, `go test` of an
// equivalent httptest suite, and a check of the files unchanged. The figures are
// milliseconds of wall time; the ratios are what counts, since machines differ.
func BenchmarkEdit(b *testing.B) {
	for phase, file := range map[string]string{"01-hello": "main.go", "02-routing": "main.go"} {
		b.Run(phase, func(b *testing.B) { benchmarkEdit(b, phase, file) })
	}
}

func benchmarkEdit(b *testing.B, phase, file string) {
	root := b.TempDir()
	env := append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(root, "cache"), "GOFLAGS=")
	run := func(dir string, name string, args ...string) time.Duration {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = dir, env
		began := time.Now()
		out, err := cmd.CombinedOutput()
		took := time.Since(began)
		require.NoError(b, err, "%s %v: %s", name, args, out)
		return took
	}
	grader := filepath.Join(root, "grader")
	run("../../..", "go", "build", "-o", grader, "./grader")
	w := filepath.Join(root, "w")
	run(root, grader, "init", w)
	dir := filepath.Join(w, "phases", phase)
	require.NoError(b, os.RemoveAll(dir))
	require.NoError(b, os.CopyFS(dir, os.DirFS("../../../phases/"+phase+"/.hidden/solution")))
	test, err := os.ReadFile(filepath.Join("testdata", "httptest", phase+".go.txt"))
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(dir, "app_test.go"), test, 0o644))
	path := filepath.Join(dir, file)
	source, err := os.ReadFile(path)
	require.NoError(b, err)
	edits := 0
	edit := func() {
		edits++
		text := fmt.Sprintf("%s\nvar edited = \"%d %d\"\n", source, os.Getpid(), edits)
		require.NoError(b, os.WriteFile(path, []byte(text), 0o644))
	}
	bare := filepath.Join(root, "bare")
	round := func() (build, check, test, again time.Duration) {
		edit()
		build = run(w, "go", "build", "-o", bare, "./phases/"+phase)
		edit()
		check = run(w, grader, "check", phase)
		again = run(w, grader, "check", phase)
		edit()
		test = run(w, "go", "test", "./phases/"+phase)
		return
	}
	round() // warms every cache
	var build, check, again, gotest time.Duration
	for b.Loop() {
		bd, ck, ts, ag := round()
		build, check, gotest, again = build+bd, check+ck, gotest+ts, again+ag
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N) }
	b.ReportMetric(ms(build), "build-ms")
	b.ReportMetric(ms(check), "check-ms")
	b.ReportMetric(ms(gotest), "gotest-ms")
	b.ReportMetric(ms(again), "recheck-ms")
	b.ReportMetric(float64(check)/float64(build), "check/build")
	b.ReportMetric(float64(check)/float64(gotest), "check/gotest")
}

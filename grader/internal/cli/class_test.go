package cli_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	course "echofromzero"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/mutate"
	"echofromzero/grader/internal/sandbox"
)

var (
	classN     = flag.Int("class.n", 8, "submissions of the generated class; the full count is 200")
	classKills = flag.Int("class.kills", 2, "how often TestClassResume kills grader class; the full count is 20")
	classPhase = flag.String("class.phase", "02", "phase of the generated class")
)

// handed is one submission of a generated class.
type handed struct {
	name  string
	score int           // that it must have
	files catalog.Files // of the phase; nil where there is no program
	odd   []byte        // in the place of an archive
}

// hostile programs take no points, and nobody else's. The last needs a box: outside of
// one it would fill the table of processes.
var hostile = []struct{ name, code string }{
	{"prints-passes", `func init() { print("--- PASS: all\n60 of 60 points\n"); os.Exit(0) }`},
	{"forges-results", `func init() { os.WriteFile("results.json", []byte("{\"score\": 100}"), 0o644); os.Exit(0) }`},
	{"floods", `func init() { for { os.Stdout.WriteString("all green ") } }`},
	{"bomb", `func init() { for { os.StartProcess(os.Args[0], nil, &os.ProcAttr{}) } }`},
}

// generate makes a class of n: two right programs, what does not build or is no
// archive, hostile ones, and the phase's mutants, each as often as it takes and never
// twice the same.
func generate(t testing.TB, p *catalog.Phase, n int) []handed {
	t.Helper()
	total := 0
	for _, e := range p.Exercises {
		if e.Level == catalog.Core {
			total += catalog.Points
		}
	}
	unbuilt := p.Solution.Clone()
	unbuilt["main.go"] = append(bytes.Clone(unbuilt["main.go"]), "\nfunc x() { return 1 }\n"...)
	kinds := []handed{
		{name: "right", score: total, files: p.Solution}, {name: "second", score: total, files: p.Second},
		{name: "unbuilt", files: unbuilt}, {name: "none", odd: []byte("no archive")}, {name: "empty", files: catalog.Files{"x.txt": nil}},
	}
	for _, h := range hostile {
		if h.name == "bomb" && sandbox.Probe().Level != sandbox.LevelNamespaces {
			continue
		}
		files := p.Solution.Clone()
		files["hostile.go"] = []byte("package main\n\nimport \"os\"\n\n" + h.code + "\n")
		kinds = append(kinds, handed{name: h.name, files: files})
	}
	for _, m := range p.Mutants {
		files, err := mutate.Apply(m, p.Solution)
		require.NoError(t, err)
		score := total
		for _, id := range m.Kills {
			if p.Exercise(id).Level == catalog.Core {
				score -= catalog.Points
			}
		}
		kinds = append(kinds, handed{name: m.Name, score: score, files: files})
	}
	var list []handed
	class := rand.Uint32() // no cache knows the files of another class
	for i := range n {
		h := kinds[i%len(kinds)]
		h.name = fmt.Sprintf("%03d-%s", i, h.name)
		if h.files["main.go"] != nil {
			h.files = h.files.Clone()
			h.files["main.go"] = fmt.Appendf(bytes.Clone(h.files["main.go"]), "\n// submission %d of %d\n", i, class)
		}
		list = append(list, h)
	}
	return list
}

// write puts a submission into a class's folder: by turns as a folder, a zip and a tar.gz.
func (h handed) write(t testing.TB, dir string, p *catalog.Phase, turn int) {
	t.Helper()
	var b bytes.Buffer
	var add func(name string, data []byte) error
	end, finish := "", func() error { return nil }
	switch turn % 3 {
	case 0:
		add = func(name string, data []byte) error {
			file := filepath.Join(dir, h.name, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return err
			}
			return os.WriteFile(file, data, 0o644)
		}
	case 1:
		z := zip.NewWriter(&b)
		end, finish = ".zip", z.Close
		add = func(name string, data []byte) error {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write(data)
			}
			return err
		}
	case 2:
		gz := gzip.NewWriter(&b)
		w := tar.NewWriter(gz)
		end, finish = ".tgz", func() error { return firstOf(w.Close(), gz.Close()) }
		add = func(name string, data []byte) error {
			err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644})
			if err == nil {
				_, err = w.Write(data)
			}
			return err
		}
	}
	if h.odd != nil {
		require.NoError(t, os.WriteFile(filepath.Join(dir, h.name+".zip"), h.odd, 0o644))
		return
	}
	for name, data := range h.files {
		require.NoError(t, add("work/"+p.Dir()+"/"+name, data))
	}
	require.NoError(t, finish())
	if end != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, h.name+end), b.Bytes(), 0o644))
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// classroom is a generated class on disk, in an environment of its own.
type classroom struct {
	root, in string
	phase    *catalog.Phase
	list     []handed
	env      []string
}

func newClassroom(t testing.TB, n int) *classroom {
	t.Helper()
	c, err := catalog.Load(course.FS())
	require.NoError(t, err)
	r := &classroom{root: t.TempDir(), phase: c.Phase(*classPhase)}
	require.NotNil(t, r.phase)
	r.in = filepath.Join(r.root, "in")
	r.list = generate(t, r.phase, n)
	r.env = append(ownCache(t, r.root), "TMPDIR="+filepath.Join(r.root, "tmp"), "GOFLAGS=")
	for _, dir := range []string{r.in, filepath.Join(r.root, "tmp")} {
		require.NoError(t, os.MkdirAll(dir, 0o755))
	}
	for i, h := range r.list {
		h.write(t, r.in, r.phase, i)
	}
	return r
}

// command is grader class over all submissions, into a folder below the root.
func (r *classroom) command(out string, jobs int) *exec.Cmd {
	cmd := exec.Command("grader", "class", r.in, "--out", filepath.Join(r.root, out), "--phase", *classPhase,
		"--jobs", strconv.Itoa(jobs), "--seed", "7", "--accept-isolation", "none")
	cmd.Env = r.env
	return cmd
}

// grade runs the class to its end and returns its time and the most memory that the
// grader itself had, in bytes; 0 where that cannot be known.
func (r *classroom) grade(t testing.TB, out string, jobs int) (took time.Duration, peak int64) {
	t.Helper()
	cmd := r.command(out, jobs)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	require.NoError(t, cmd.Start())
	watched := make(chan int64)
	done := make(chan struct{})
	go func() { watched <- watchMemory(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	took = time.Since(began)
	close(done)
	peak = <-watched
	require.NoError(t, err, "%s", said.String())
	return took, peak
}

// watchMemory reads the peak of a process's resident memory until done.
func watchMemory(pid int, done <-chan struct{}) (peak int64) {
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		select {
		case <-done:
			return peak
		case <-tick.C:
		}
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		for line := range strings.Lines(string(data)) {
			var kb int64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
				peak = max(peak, kb<<10)
			}
		}
	}
}

// kept are the records in a folder of results, by name.
func (r *classroom) kept(t testing.TB, out string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.root, out, "results", "*.json"))
	require.NoError(t, err)
	all := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(string(data), "}\n"), "%s is whole", f)
		all[filepath.Base(f)] = string(data)
	}
	return all
}

// span is the time from the first record to the last: grading, without what had to be
// compiled before.
func (r *classroom) span(t testing.TB, out string) time.Duration {
	t.Helper()
	var first, last time.Time
	for name := range r.kept(t, out) {
		info, err := os.Stat(filepath.Join(r.root, out, "results", name))
		require.NoError(t, err)
		if at := info.ModTime(); first.IsZero() || at.Before(first) {
			first = at
		}
		if info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last.Sub(first)
}

// TestClassResume kills `grader class` at random moments and runs it again each time:
// no record may change or be lost once it is there, and in the end the gradebook is,
// byte for byte, that of an undisturbed run, with the points that each submission must
// have.
func TestClassResume(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a killed process keeps its files locked for a while there")
	}
	if testing.Short() {
		t.Skip("it grades a class twice")
	}
	r := newClassroom(t, *classN)
	whole, peak := r.grade(t, "whole", 2)
	t.Logf("undisturbed: %d submissions in %v, peak memory of the grader %d MB", *classN, whole.Round(time.Millisecond), peak>>20)

	grading := r.span(t, "whole")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	before := map[string]string{}
	stopped := 0
	for i := range *classKills {
		cmd := r.command("killed", 2)
		require.NoError(t, cmd.Start())
		if i%2 == 0 { // so that some are killed that have got on
			require.Eventually(t, func() bool { return len(r.kept(t, "killed")) > min(len(before), *classN-1) },
				5*time.Minute, 10*time.Millisecond)
		}
		time.Sleep(time.Duration(rng.Int64N(1 + int64(grading)/int64(*classKills+1))))
		cmd.Process.Kill()
		if err := cmd.Wait(); err != nil {
			stopped++
		}
		after := r.kept(t, "killed")
		for name, data := range before {
			require.Equal(t, data, after[name], "%s was lost or graded again", name)
		}
		before = after
	}
	t.Logf("killed %d times before its end, with %d of %d submissions graded", stopped, len(before), *classN)
	r.grade(t, "killed", 2)
	after := r.kept(t, "killed")
	for name, data := range before {
		require.Equal(t, data, after[name], "%s was lost or graded again", name)
	}
	for _, name := range []string{"gradebook.csv", "index.html"} {
		want, err := os.ReadFile(filepath.Join(r.root, "whole", name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(r.root, "killed", name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
	r.requireScores(t, "killed")
	requireNoProcessIn(t, r.root)
}

// requireScores fails unless the gradebook has each submission once, with its points.
func (r *classroom) requireScores(t testing.TB, out string) {
	t.Helper()
	f, err := os.Open(filepath.Join(r.root, out, "gradebook.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+len(r.list))
	for i, h := range r.list {
		if got := rows[1+i][:2]; got[0] != h.name || got[1] != strconv.Itoa(h.score) {
			t.Errorf("row %v, want %s with %d points:\n%s", got, h.name, h.score, r.kept(t, out)[h.name+".json"])
		}
	}
}

// BenchmarkClass grades the same generated class with one job, with two, and in the
// loop that an instructor would write: `go test` of each submission with an httptest
// suite of comparable checks. Figures are submissions a minute, and the most memory
// that the grader itself had. Once is enough: -benchtime 1x.
func BenchmarkClass(b *testing.B) {
	newClassroom(b, 1).grade(b, "warm", 2) // what the course imports is compiled
	first, second, third := newClassroom(b, *classN), newClassroom(b, *classN), newClassroom(b, *classN)
	test, err := os.ReadFile(filepath.Join("testdata", "httptest", first.phase.Name+".go.txt"))
	require.NoError(b, err, "there is a suite to compare with for phases 01, 02 and 05")
	perMinute := func(d time.Duration) float64 { return float64(*classN) / d.Minutes() }
	for i := 0; b.Loop(); i++ {
		one, peak := first.grade(b, fmt.Sprintf("one-%d", i), 1)
		two, peak2 := second.grade(b, fmt.Sprintf("two-%d", i), 2)
		plain := third.plain(b, test)
		b.ReportMetric(perMinute(one), "1-job/min")
		b.ReportMetric(perMinute(two), "2-jobs/min")
		b.ReportMetric(perMinute(plain), "go-test/min")
		b.ReportMetric(float64(max(peak, peak2)>>20), "peak-MB")
		b.Logf("%d submissions of %s: 1 job %v, 2 jobs %v, a loop of go test %v", *classN, first.phase.Name, one, two, plain)
		first.requireScores(b, fmt.Sprintf("one-%d", i))
		second.requireScores(b, fmt.Sprintf("two-%d", i))
	}
}

// plain tests each submission that has a program, one after the other, with go test.
func (r *classroom) plain(b *testing.B, test []byte) time.Duration {
	b.Helper()
	w := filepath.Join(r.root, "plain")
	dir := filepath.Join(w, filepath.FromSlash(r.phase.Dir()))
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(repo(b), name))
		require.NoError(b, err)
		require.NoError(b, os.MkdirAll(w, 0o755))
		require.NoError(b, os.WriteFile(filepath.Join(w, name), data, 0o644))
	}
	began := time.Now()
	for _, h := range r.list {
		if h.files == nil || h.files["hostile.go"] != nil { // which the loop has nothing against
			continue
		}
		require.NoError(b, os.RemoveAll(dir))
		require.NoError(b, os.MkdirAll(dir, 0o755))
		for name, data := range h.files {
			require.NoError(b, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		}
		require.NoError(b, os.WriteFile(filepath.Join(dir, "app_test.go"), test, 0o644))
		cmd := exec.Command("go", "test", "-count=1", "./"+r.phase.Dir())
		cmd.Dir, cmd.Env = w, r.env
		out, err := cmd.CombinedOutput() // a submission that fails is one that was tested
		if err != nil && !bytes.Contains(out, []byte("FAIL")) {
			b.Fatalf("%s: %v\n%s", h.name, err, out)
		}
	}
	return time.Since(began)
}

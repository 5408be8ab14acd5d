package grade_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/sandbox"
	"echofromzero/grader/internal/workspace"
)

const corpus = "../sandbox/testdata/hostile"

// defaultSuite is what a program of the corpus must pass if it brings no suite.
const defaultSuite = `# it answers, and reached nothing
serve
GET /ok
status 200
json '. == []' -want 'nothing reached'
`

// defaultTwin is the honest twin of a program that brings none: it does nothing.
const defaultTwin = "package main\n\nfunc main() { tell() }\n"

// A hostile program, and what must come of it. See testdata/hostile/README.md.
type hostile struct {
	name   string
	header map[string]string
	makes  []string // what a txtar cannot hold: "fifo a.go"
	files  catalog.Files
	twin   catalog.Files
	suite  string
}

// headers are the keys that a program's header may have.
var headers = []string{"what", "outcome", "got", "output", "none", "none-got", "levels", "why", "system", "race"}

func readHostile(t *testing.T, file string, kit []byte) hostile {
	t.Helper()
	a, err := txtar.ParseFile(file)
	require.NoError(t, err)
	h := hostile{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), header: map[string]string{}, suite: defaultSuite,
		files: catalog.Files{"kit.go": kit}, twin: catalog.Files{"kit.go": kit}}
	for line := range strings.Lines(string(a.Comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case key == "":
		case key == "make":
			h.makes = append(h.makes, value)
		default:
			require.True(t, ok && slices.Contains(headers, key), "%s: %s", file, line)
			h.header[key] = value
		}
	}
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, "twin/"); ok {
			h.twin[name] = f.Data
		} else if f.Name == "suite" {
			h.suite = string(f.Data)
		} else {
			h.files[f.Name] = f.Data
		}
	}
	if h.twin["main.go"] == nil {
		h.twin["main.go"] = []byte(defaultTwin)
	}
	require.NotEmpty(t, h.header["what"], file)
	require.Contains(t, []string{"pass", "fail", "refused"}, h.header["outcome"], file)
	require.Equal(t, h.header["levels"] != "", h.header["why"] != "", "%s: a program that does not run at every level says why", file)
	return h
}

// expected is the outcome at a level, and the pattern of what is said.
func (h hostile) expected(level string) (outcome, got string) {
	if level == sandbox.LevelNone && h.header["none"] != "" {
		return h.header["none"], h.header["none-got"]
	}
	return h.header["outcome"], h.header["got"]
}

// skips says why the program does not run at a level, or "".
func (h hostile) skips(level string) string {
	switch {
	case h.header["system"] != "" && h.header["system"] != runtime.GOOS:
		return "it is for " + h.header["system"]
	case h.header["levels"] != "" && h.header["levels"] != level:
		return h.header["why"]
	}
	return ""
}

// levels are those that this machine has.
func levels() []string {
	if sandbox.Probe().Level == sandbox.LevelNone {
		return []string{sandbox.LevelNone}
	}
	return []string{sandbox.LevelNamespaces, sandbox.LevelNone}
}

// tallies counts what came of the corpus at one level.
type tallies struct {
	sync.Mutex
	outcomes                    map[string]int
	forged, changed, twins, ran int
}

// TestHostileCorpus runs every program of the corpus at every level that this machine
// has: its outcome is the one that its file says, the machine is as it was before, and
// its honest twin passes.
func TestHostileCorpus(t *testing.T) {
	files, err := filepath.Glob(corpus + "/*.txtar")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 40)
	kit, err := os.ReadFile(corpus + "/kit.go")
	require.NoError(t, err)
	counts := map[string]*tallies{}
	for _, level := range levels() {
		counts[level] = &tallies{outcomes: map[string]int{}}
	}
	t.Run("programs", func(t *testing.T) {
		for i, file := range files {
			if testing.Short() && i%3 != 0 {
				continue
			}
			h := readHostile(t, file, kit)
			t.Run(h.name, func(t *testing.T) {
				t.Parallel()
				m := newMachine(t)
				for _, level := range levels() {
					t.Run(level, func(t *testing.T) {
						if why := h.skips(level); why != "" {
							t.Skip(why)
						}
						h.attack(t, level, m, counts[level])
					})
				}
			})
		}
	})
	for _, level := range levels() {
		c := counts[level]
		t.Logf("%-10s: %v, forged passes %d, host changes %d, twins passed %d of %d", level, c.outcomes, c.forged, c.changed, c.twins, c.ran)
	}
}

// attack grades the program, then its twin, and looks at the machine.
func (h hostile) attack(t *testing.T, level string, m *machine, c *tallies) {
	m.reached.Store(0)
	outcome, got := h.expected(level)
	v, path := h.grade(t, level, m, h.files, h.makes...)
	require.Equal(t, level, v.Isolation)
	changed := m.changes(t, path)
	status := string(v.Exercises[0].Status)
	if !v.Build.OK && status == "fail" {
		status = "refused"
	}
	text := said(v)
	t.Logf("%s: %s", status, text)
	twin, _ := h.grade(t, level, m, h.twin)
	// Where the attack works, as its file says, the machine is another for a while.
	untouched := level != sandbox.LevelNone || h.header["none"] == ""

	c.Lock()
	c.outcomes[status]++
	c.ran++
	if status == "pass" && outcome != "pass" {
		c.forged++
	}
	if twin.Exercises[0].Status == grade.Pass {
		c.twins++
	}
	if untouched && len(changed) > 0 {
		c.changed++
	}
	c.Unlock()

	require.Equal(t, outcome, status, "%s", text)
	if outcome != "pass" {
		require.Regexp(t, "(?s)"+got, text)
	}
	if want := h.header["output"]; want != "" {
		require.Regexp(t, want, v.Exercises[0].Failure.Output)
	}
	require.Equal(t, grade.Pass, twin.Exercises[0].Status, "the honest twin: %s", said(twin))
	if untouched {
		require.Empty(t, changed, "the machine is another")
		all, err := json.Marshal(v)
		require.NoError(t, err)
		require.NotContains(t, string(all), m.secret)
	}
}

// TestNextStudent ensures that a program which attacks the caches changes nothing for
// whoever is graded next: the right program passes, the wrong one fails, whether they
// were built before or after.
func TestNextStudent(t *testing.T) {
	t.Parallel()
	if levels()[0] == sandbox.LevelNone {
		t.Skip("the programs of this machine are not kept from its caches")
	}
	kit, err := os.ReadFile(corpus + "/kit.go")
	require.NoError(t, err)
	h := readHostile(t, corpus+"/poisons-the-caches.txtar", kit)
	m := newMachine(t)
	l := newLab(t)
	p := phase(exercise(t, "1.1", passes))
	next := func(when string) {
		require.Equal(t, []string{"1.1 pass"}, statuses(l.grade(t, grade.Request{Phase: p, Files: server(), NoCache: true})), when)
		wrong := answering(fmt.Sprintf("\tw.WriteHeader(500) // %s", when))
		require.Equal(t, []string{"1.1 fail"}, statuses(l.grade(t, grade.Request{Phase: p, Files: wrong, NoRetry: true})), when)
	}
	next("before")
	v, _ := h.grade(t, sandbox.LevelNamespaces, m, h.files)
	require.Equal(t, []string{"1.1 pass"}, statuses(v), "it reached nothing: %s", said(v))
	next("before")
	next("after")
}

// grade grades files as a learner's folder has them. It returns the path of the
// program too, "" if it was not built.
func (h hostile) grade(t *testing.T, level string, m *machine, files catalog.Files, makes ...string) (grade.Verdict, string) {
	t.Helper()
	p := phase(exercise(t, "1.1", m.fill(h.suite)))
	l := newLab(t, func(o *grade.Options) { o.Level = level })
	if h.header["race"] != "" {
		if why := l.options.Builder.NoRace(); why != "" {
			require.Empty(t, os.Getenv("CI"), why)
			t.Skip(why)
		}
	}
	q := grade.Request{Phase: p, NoRetry: true}
	ws := &workspace.Workspace{Root: lay(t, m, files, makes)}
	src, err := ws.ReadPhase(p)
	switch {
	case errors.Is(err, workspace.ErrSource):
		q.Refused = err.Error()
	default:
		require.NoError(t, err)
		q.Files = src.Files
	}
	v := l.grade(t, q)
	require.Less(t, v.Elapsed, 5*time.Minute)
	if !v.Build.OK {
		return v, ""
	}
	built, err := l.options.Builder.Build(t.Context(), build.Source{Phase: p.Name, Files: src.Files})
	require.NoError(t, err)
	return v, built.Path
}

// lay writes a learner's folder.
func lay(t *testing.T, m *machine, files catalog.Files, makes []string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "phases", "01-tiny")
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(m.fill(string(data))), 0o644))
	}
	for _, line := range makes {
		words := strings.Fields(m.fill(line))
		path := filepath.Join(dir, words[1])
		switch words[0] {
		case "symlink":
			require.NoError(t, os.Symlink(words[2], path))
		case "fifo":
			require.NoError(t, mkfifo(path))
		case "lines": // lines NAME N TEXT: the text N times, with %d counted
			n, err := strconv.Atoi(words[2])
			require.NoError(t, err)
			text := []byte("package main\n\n")
			for i := range n {
				text = append(text, strings.ReplaceAll(strings.Join(words[3:], " "), "%d", strconv.Itoa(i))+"\n"...)
			}
			require.NoError(t, os.WriteFile(path, text, 0o644))
		default:
			t.Fatalf("make %s", line)
		}
	}
	return root
}

// said is what a verdict tells the learner of the exercise.
func said(v grade.Verdict) string {
	r := v.Exercises[0]
	lines := []string{r.Reason}
	for _, e := range v.Build.Errors {
		lines = append(lines, e.String())
	}
	if r.Failure != nil {
		lines = append(lines, r.Failure.Got, r.Failure.Output)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

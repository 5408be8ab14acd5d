//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/tui/tmuxtest"
)

var saves = flag.Int("saves", 10, "how often TestWatchSaves saves; the full count is 1000")

// silent is a program that listens and never answers.
const silent = `package main

import (
	"net/http"
	"os"
)

func main() {
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { select {} }))
}
`

// put makes a phase's Go files those of a folder of the course.
func put(t *testing.T, dir, from string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("../../../phases", filepath.Base(dir), from))))
}

// TestWatchTerminal drives a watch as a learner does: from red to green, a hint, the
// next phase, and back to the shell.
func TestWatchTerminal(t *testing.T) {
	t.Parallel()
	root, w, env := terminalWorkspace(t)
	term := tmuxtest.Start(t, tmuxtest.Options{Dir: w, Width: 80, Height: 40, Env: env})
	before := term.Modes()
	term.Run("stty -a > before; grader watch 01; echo code=$?")
	term.Wait("Waiting for a save")
	require.Contains(t, term.Screen(), "differs here")
	term.Keys("h")
	term.Wait("Hint 1 of 4")

	handlers := filepath.Join(w, "phases", "01-hello", "handlers.go")
	source, err := os.ReadFile(handlers)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(handlers, []byte(strings.Replace(string(source), "Hello, World!", "Hello, Echo!", 1)), 0o644))
	term.Wait("This save fixed 1.1")
	require.NoError(t, os.WriteFile(handlers, []byte("package main\nfunc {"), 0o644))
	term.Wait("does not build")
	put(t, filepath.Join(w, "phases", "01-hello"), ".hidden/second")
	term.Wait("Phase 01 is done")
	term.Until("shows the verdict of 02", func(s string) bool {
		return strings.Contains(s, "02 Routing") && strings.Contains(s, "Waiting for a save in phases/02-routing")
	})
	term.Keys("q")
	term.Wait("code=0")
	require.Equal(t, before, term.Modes())
	term.Run("clear; stty -a > after; cmp before after && echo same")
	term.Wait("same")

	store, err := progress.Open(w, time.Now)
	require.NoError(t, err)
	state, err := store.Read()
	require.NoError(t, err)
	require.True(t, state.Exercises["1.6"].Passed())
	require.Equal(t, 1, state.Exercises["1.1"].Hints)
	term.Close() // its shell works in the folder, too
	requireNoProcessIn(t, root)
}

// TestWatchInterrupted ends a watch by Ctrl-C in the middle of a run.
func TestWatchInterrupted(t *testing.T) {
	t.Parallel()
	root, w, env := terminalWorkspace(t)
	phase := filepath.Join(w, "phases", "01-hello")
	for _, name := range []string{"handlers.go", "routes.go"} {
		require.NoError(t, os.Remove(filepath.Join(phase, name)))
	}
	require.NoError(t, os.WriteFile(filepath.Join(phase, "main.go"), []byte(silent), 0o644))
	term := tmuxtest.Start(t, tmuxtest.Options{Dir: w, Env: env})
	before := term.Modes()
	term.Run("grader watch; echo code=$?")
	require.Eventually(t, func() bool {
		running, _ := filepath.Glob(filepath.Join(root, "tmp", "echofromzero-run-*", "suite-*", "script-suite"))
		return len(running) > 0
	}, time.Minute, 10*time.Millisecond)
	term.Keys("C-c")
	term.Wait("code=130")
	require.Equal(t, before, term.Modes())
	left, err := os.ReadDir(filepath.Join(root, "tmp"))
	require.NoError(t, err)
	require.Empty(t, left)
	term.Close()
	requireNoProcessIn(t, root)
}

// terminalWorkspace is a workspace of starters, and an environment for a shell to call
// the grader there.
func terminalWorkspace(t *testing.T) (root, w string, env []string) {
	t.Helper()
	exe, err := exec.LookPath("grader")
	require.NoError(t, err)
	root = t.TempDir()
	w = filepath.Join(root, "w")
	require.NoError(t, os.Mkdir(filepath.Join(root, "tmp"), 0o755))
	env = append(goEnvOf(t, "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB"),
		"XDG_CACHE_HOME="+filepath.Join(root, "cache"), "TMPDIR="+filepath.Join(root, "tmp"),
		"PATH="+filepath.Dir(exe)+string(os.PathListSeparator)+os.Getenv("PATH"))
	init := exec.Command("grader", "init", w)
	init.Env = append(os.Environ(), env...)
	out, err := init.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return root, w, env
}

// watchEvent is what this test reads of a line of JSON.
type watchEvent struct {
	Event   string
	Phase   string
	Verdict struct {
		Exercises []struct{ ID, Status string }
		Build     struct{ OK bool }
	}
}

// TestWatchSaves saves at random moments under the real grader: the last verdict it
// tells is that of the last save.
func TestWatchSaves(t *testing.T) {
	t.Parallel()
	n := *saves
	if testing.Short() {
		n = 5
	}
	dir, grader := solvedWorkspace(t)
	cmd := grader("watch", "01", "--format", "json")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	events := make(chan watchEvent, 1<<14) // all there will be, so that the watch never waits for the test
	go readEvents(out, events)

	server := filepath.Join(dir, "phases", "01-hello", "server.go")
	source, err := os.ReadFile(server)
	require.NoError(t, err)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range n {
		builds := i%2 == 1
		if i == n-1 {
			builds = rng.IntN(2) == 0
		}
		text := string(source) + "\nvar edit = " + time.Now().Format(`"150405.000000"`) + "\n"
		if !builds {
			text += "var x int = edit\n"
		}
		require.NoError(t, os.WriteFile(server+".new", []byte(text), 0o644))
		require.NoError(t, os.Rename(server+".new", server))
		time.Sleep(time.Duration(rng.Int64N(int64(600 * time.Millisecond))))
		if i == n-1 {
			awaitVerdict(t, events, builds)
		}
	}
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	require.Equal(t, 130, cmd.ProcessState.ExitCode())
	requireNoProcessIn(t, filepath.Dir(dir))
}

func readEvents(r io.Reader, events chan<- watchEvent) {
	defer close(events)
	for lines := bufio.NewReader(r); ; {
		line, err := lines.ReadBytes('\n')
		var ev watchEvent
		if err != nil || json.Unmarshal(line, &ev) != nil {
			return
		}
		events <- ev
	}
}

// awaitVerdict waits for the verdict of a program that builds, or not, after which for
// three sweeps no other comes.
func awaitVerdict(t *testing.T, events <-chan watchEvent, builds bool) {
	t.Helper()
	var last watchEvent
	deadline := time.After(time.Minute)
	for {
		quiet := time.After(3 * time.Second)
		if last.Event != "verdict" || last.Verdict.Build.OK != builds {
			quiet = nil
		}
		select {
		case ev, ok := <-events:
			require.True(t, ok, "the watch has ended")
			last = ev
		case <-deadline:
			t.Fatalf("the last event is %+v", last)
		case <-quiet:
			passed := !slices.ContainsFunc(last.Verdict.Exercises, func(e struct{ ID, Status string }) bool { return e.Status != "pass" })
			require.Equal(t, builds, passed)
			return
		}
	}
}

package cli_test

import (
	"flag"
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

	"echofromzero/grader/internal/progress"
)

var kills = flag.Int("kills", 6, "how often TestKill kills a check; the full count is 1000")

// workspace makes a workspace with phase 01 solved and checked, in an environment
// of its own, and returns how to call the grader in it.
func solvedWorkspace(t testing.TB) (dir string, grader func(args ...string) *exec.Cmd) {
	t.Helper()
	root := t.TempDir()
	env := append(ownCache(t, root), "TMPDIR="+filepath.Join(root, "tmp"), "GOFLAGS=")
	require.NoError(t, os.Mkdir(filepath.Join(root, "tmp"), 0o755))
	dir = filepath.Join(root, "w")
	call := func(in string) func(args ...string) *exec.Cmd {
		return func(args ...string) *exec.Cmd {
			cmd := exec.Command("grader", args...)
			cmd.Dir, cmd.Env = in, env
			return cmd
		}
	}
	out, err := call(root)("init", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	grader = call(dir)
	phase := filepath.Join(dir, "phases", "01-hello")
	require.NoError(t, os.RemoveAll(phase))
	require.NoError(t, os.CopyFS(phase, os.DirFS("../../../phases/01-hello/.hidden/second")))
	out, err = grader("check", "01").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir, grader
}

// TestKill kills `grader check` at random moments: what was recorded before must
// be there after each, whole, and nothing may have been moved aside.
func TestKill(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a killed process keeps its files locked for a while there")
	}
	dir, grader := solvedWorkspace(t)
	server := filepath.Join(dir, "phases", "01-hello", "server.go")
	source, err := os.ReadFile(server)
	require.NoError(t, err)
	store, err := progress.Open(dir, time.Now)
	require.NoError(t, err)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range *kills {
		// A check of changed files builds, runs and writes; one of unchanged files is
		// mostly the write.
		longest := 25 * time.Millisecond
		if i%2 == 0 {
			longest = 900 * time.Millisecond
			require.NoError(t, os.WriteFile(server, append(source, []byte("\nvar edit = "+time.Now().Format(`"150405.000000"`)+"\n")...), 0o644))
		}
		cmd := grader("check", "01")
		require.NoError(t, cmd.Start())
		time.Sleep(time.Duration(rng.Int64N(int64(longest))))
		cmd.Process.Kill()
		cmd.Wait()
		state, err := store.Read()
		require.NoError(t, err, "after kill %d", i)
		require.Empty(t, store.Notices(), "after kill %d", i)
		for _, id := range []string{"1.1", "1.2", "1.3", "1.4", "1.5", "1.6"} {
			require.True(t, state.Exercises[id].Passed(), "after kill %d: the pass of %s is lost", i, id)
			require.Equal(t, 10, state.Exercises[id].Best, "after kill %d: %s", i, id)
		}
	}
	out, err := grader("check", "01").CombinedOutput()
	require.NoError(t, err, "%s", out)
	requireNoProcessIn(t, filepath.Dir(dir))
}

// requireNoProcessIn fails if a process still works below dir, as a learner's
// server would that outlived its grader.
func requireNoProcessIn(t *testing.T, dir string) {
	t.Helper()
	require.Eventually(t, func() bool { return len(processesIn(dir)) == 0 }, 10*time.Second, 50*time.Millisecond)
}

// processesIn are the command lines of the processes that work below dir, or that
// name it: one in a box knows no folder of the machine as its own.
func processesIn(dir string) []string {
	var found []string
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if filepath.Base(filepath.Dir(link)) == strconv.Itoa(os.Getpid()) {
			continue
		}
		cwd, _ := os.Readlink(link)
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
		if strings.HasPrefix(cwd, dir+string(filepath.Separator)) || strings.Contains(string(line), dir) {
			found = append(found, string(line))
		}
	}
	return found
}

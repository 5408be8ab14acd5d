package grade_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/grade"
)

// TestCancel ensures that a request which is given up ends at once, says so, and
// leaves neither a process nor a folder.
func TestCancel(t *testing.T) {
	t.Parallel()
	const patient = "# it answers at last\nserve\nGET /ok -within 50s\nstatus 200\n"
	hangs := answering("\tselect {}")

	// ended grades in the background and returns what Grade returned after cancel.
	ended := func(t *testing.T, ctx context.Context, l *lab, q grade.Request, cancel func()) error {
		t.Helper()
		done := make(chan error, 1)
		go func() {
			_, err := l.Grade(ctx, q)
			done <- err
		}()
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(8 * time.Second):
			t.Fatal("Grade goes on after it was given up")
			return nil
		}
	}

	t.Run("WhileSuitesRun", func(t *testing.T) {
		t.Parallel()
		cache := t.TempDir()
		l := newLabIn(t, cache)
		q := grade.Request{Phase: phase(exercise(t, "1.1", patient), exercise(t, "1.2", patient), exercise(t, "1.3", patient)), Files: hangs,
			OnResult: func(r grade.Result) { t.Errorf("%s is told as %s", r.ID, r.Status) }}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := ended(t, ctx, l, q, func() {
			if runtime.GOOS == "linux" {
				require.Eventually(t, func() bool { return len(running(t, cache)) == 3 }, 60*time.Second, 10*time.Millisecond)
			} else {
				time.Sleep(5 * time.Second)
			}
			cancel()
		})
		require.ErrorIs(t, err, context.Canceled)
		requireGone(t, cache)
		requireEmpty(t, l.scratch)
		requireEmpty(t, l.options.Cache)
	})
	t.Run("WhileOneWaitsForASlot", func(t *testing.T) {
		t.Parallel()
		cache := t.TempDir()
		l := newLabIn(t, cache, func(o *grade.Options) { o.Slots = make(chan struct{}, 1) })
		q := grade.Request{Phase: phase(exercise(t, "1.1", patient), exercise(t, "1.2", patient)), Files: hangs}
		_, err := l.options.Builder.Build(t.Context(), build.Source{Phase: q.Phase.Name, Files: q.Files})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, ended(t, ctx, l, q, func() {}), context.DeadlineExceeded)
		requireGone(t, cache)
	})
	t.Run("WhileItBuilds", func(t *testing.T) {
		t.Parallel()
		l := newLabIn(t, t.TempDir())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := ended(t, ctx, l, grade.Request{Phase: phase(exercise(t, "1.1", passes)), Files: server()}, func() {
			require.Eventually(t, func() bool {
				found, _ := filepath.Glob(filepath.Join(l.scratch, "build-*"))
				return len(found) > 0
			}, 60*time.Second, time.Millisecond)
			cancel()
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, working(t, l.scratch), "the go command goes on")
		// A go command that is killed leaves its own temporary folder.
		left, err := filepath.Glob(filepath.Join(l.scratch, "go-build*"))
		require.NoError(t, err)
		for _, dir := range left {
			require.NoError(t, os.RemoveAll(dir))
		}
	})
	t.Run("Before", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := l.Grade(ctx, grade.Request{Phase: phase(exercise(t, "1.1", passes)), Files: server()})
		require.ErrorIs(t, err, context.Canceled)
	})
}

// requireGone ensures that no program below dir is left. Grade may be back a moment
// before the last one is.
func requireGone(t *testing.T, dir string) {
	t.Helper()
	require.Eventually(t, func() bool { return len(running(t, dir)) == 0 }, 5*time.Second, 5*time.Millisecond, "a program outlives its box")
}

// working lists the processes whose working folder is below dir.
func working(t *testing.T, dir string) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	require.NoError(t, err)
	var list []string
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, dir) {
			list = append(list, link+" "+to)
		}
	}
	return list
}

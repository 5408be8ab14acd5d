package grade_test

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// racing asks for the race detector.
const racing = "# it is guarded\nserve -race\nparallel 40 -- GET /ok\nnorace\n"

// racy is a server whose requests share a counter without a lock.
func racy() catalog.Files {
	f := answering("\tcount = slowly(count + 1)\n")
	f["count.go"] = []byte("package main\n\nimport \"time\"\n\nvar count int\n\nfunc slowly(n int) int {\n\ttime.Sleep(time.Millisecond)\n\treturn n\n}\n")
	return f
}

// without is the lab's Grader on a machine whose C compiler is cc, which may be "".
func (l *lab) without(t *testing.T, cc string) *grade.Grader {
	t.Helper()
	tool := *shared.tool
	tool.Env = maps.Clone(tool.Env)
	tool.Env["CC"] = cc
	scratch := t.TempDir()
	b, err := build.New(build.Options{Course: &catalog.Course{GoMod: shared.goMod, GoSum: shared.goSum, Phases: []*catalog.Phase{phase()}},
		Toolchain: &tool, Cache: t.TempDir(), Scratch: scratch})
	require.NoError(t, err)
	o := l.options
	o.Builder, o.Scratch = b, scratch
	return grade.New(o)
}

// TestRace: the detector's binary is built once for the exercises that want it, and a
// race fails them and no other.
func TestRace(t *testing.T) {
	l := newLab(t)
	if why := l.options.Builder.NoRace(); why != "" {
		t.Skip(why)
	}
	p := phase(exercise(t, "1.1", racing), exercise(t, "1.2", racing), exercise(t, "1.3", "# it answers\nserve\nGET /ok\nstatus 200\n"))
	require.True(t, p.Race())
	v := l.grade(t, grade.Request{Phase: p, Files: server()})
	require.Equal(t, []string{"1.1 pass", "1.2 pass", "1.3 pass"}, statuses(v))
	require.Empty(t, v.Notes)
	v = l.grade(t, grade.Request{Phase: p, Files: racy()})
	require.Equal(t, []string{"1.1 fail", "1.2 fail", "1.3 pass"}, statuses(v))
	require.Contains(t, v.Exercises[0].Failure.Got, "both at answer.go:6, in answer")
}

// TestRaceIsLazy: without an exercise that wants it the detector is not built.
func TestRaceIsLazy(t *testing.T) {
	cache := t.TempDir()
	l := newLabIn(t, cache)
	p := phase(exercise(t, "1.1", passes), exercise(t, "1.2", racing))
	require.Equal(t, []string{"1.1 pass"}, statuses(l.grade(t, grade.Request{Phase: p, Files: server(), Only: []string{"1.1"}})))
	built, err := os.ReadDir(filepath.Join(cache, "bin"))
	require.NoError(t, err)
	require.Len(t, built, 1)
}

// TestNoCompiler: without a C compiler the plain program is run and that is said; the
// pass is none once there is a compiler.
func TestNoCompiler(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the race detector needs no C compiler here")
	}
	l := newLab(t)
	if why := l.options.Builder.NoRace(); why != "" {
		t.Skip(why)
	}
	q := grade.Request{Phase: phase(exercise(t, "1.1", racing)), Files: racy()}
	t.Run("Without", func(t *testing.T) {
		bare := l.without(t, "")
		t.Setenv("PATH", t.TempDir())
		for _, cached := range []bool{false, true} {
			v, err := bare.Grade(t.Context(), q)
			require.NoError(t, err)
			require.Equal(t, []string{"1.1 pass"}, statuses(v))
			require.Equal(t, cached, v.Exercises[0].Cached)
			require.Equal(t, []string{"The race detector was not used: this machine has no C compiler."}, v.Notes)
		}
	})
	v := l.grade(t, q)
	require.Equal(t, []string{"1.1 fail"}, statuses(v))
	require.Empty(t, v.Notes)
}

// TestRaceDoesNotBuild: with a C compiler that makes programs it is the machine's
// fault, since the plain program did build. One that makes none is as good as none.
func TestRaceDoesNotBuild(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the compiler is a shell script")
	}
	cc := filepath.Join(t.TempDir(), "cc")
	q := grade.Request{Phase: phase(exercise(t, "1.1", racing), exercise(t, "1.2", passes)), Files: server()}
	graded := func(script string) grade.Verdict {
		require.NoError(t, os.WriteFile(cc, []byte("#!/bin/sh\n"+script), 0o755))
		v, err := newLab(t).without(t, cc).Grade(t.Context(), q)
		require.NoError(t, err)
		return v
	}
	v := graded("case \"$*\" in *tiny.c) exit 0;; esac\necho no such header >&2\nexit 1\n")
	require.Equal(t, []string{"1.1 broken", "1.2 pass"}, statuses(v))
	require.Contains(t, v.Exercises[0].Reason, "build with the race detector: ")
	v = graded("echo no such header >&2\nexit 1\n")
	require.Equal(t, []string{"1.1 pass", "1.2 pass"}, statuses(v))
	require.Len(t, v.Notes, 1)
	require.Contains(t, v.Notes[0], "makes no program")
}

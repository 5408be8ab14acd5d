package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	course "echofromzero"
	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/postgres"
	"echofromzero/grader/internal/verify"
)

// TestCourse shows of every phase that its two right programs pass, and that its texts and
// its quiz agree with it. The other proofs, and mutants, take longer than a test may:
// .ci/run tries some mutants, and a nightly job all. It is about the course that is
// embedded, so that a learner who works in this clone does not break it. That the
// files at the top of a phase are the packed starter is for .ci/run to say.
func TestCourse(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the proofs build every phase")
	}
	fsys := course.FS()
	c, err := catalog.Load(fsys)
	require.NoError(t, err)
	require.NotEmpty(t, c.Phases)
	scratch := t.TempDir()
	// Programs are built into the user's own cache, as `grader verify` does it: what has been
	// linked once need not be linked again. Verdicts are not taken from there.
	cache := t.TempDir()
	if base, err := os.UserCacheDir(); err == nil {
		if dir := filepath.Join(base, "echofromzero"); os.MkdirAll(dir, 0o755) == nil {
			cache = dir
		}
	}
	tool, err := build.Find(t.Context(), cache, c.GoMod)
	require.NoError(t, err)
	b, err := build.New(build.Options{Course: c, Toolchain: tool, Cache: cache, Scratch: scratch})
	require.NoError(t, err)
	cluster := postgres.New()
	t.Cleanup(func() { cluster.Close() })
	v := verify.New(verify.Options{Course: c, FS: fsys, Builder: b, Scratch: scratch,
		Grader: grade.New(grade.Options{Builder: b, Scratch: scratch, Postgres: cluster})})
	for _, p := range c.Phases {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			for _, number := range []int{2, 4, 5, 6} {
				proof, err := v.Prove(t.Context(), p, number)
				require.NoError(t, err)
				require.Empty(t, proof.Problems, "proof %d: %s", number, proof.Name)
			}
		})
	}
}

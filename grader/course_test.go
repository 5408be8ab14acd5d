package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	course "echofromzero"
	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/verify"
)

// TestCourse proves every phase as `grader verify` does, but that it tries one mutant of
// each exercise, another each time: .ci/run tries two, and a nightly job all. It is about
// the course that is embedded, so that a learner who works in this clone does not break it. That the
// files at the top of a phase are the packed starter is for .ci/run to say.
func TestCourse(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the proofs build every mutant")
	}
	fsys := course.FS()
	c, err := catalog.Load(fsys)
	require.NoError(t, err)
	require.NotEmpty(t, c.Phases)
	scratch, cache := t.TempDir(), t.TempDir()
	tool, err := build.Find(t.Context(), cache, c.GoMod)
	require.NoError(t, err)
	b, err := build.New(build.Options{Course: c, Toolchain: tool, Cache: cache, Scratch: scratch})
	require.NoError(t, err)
	v := verify.New(verify.Options{Course: c, FS: fsys, Builder: b, Scratch: scratch, Load: true, PerExercise: 1,
		Grader: grade.New(grade.Options{Builder: b, Scratch: scratch})})
	for _, p := range c.Phases {
		t.Run(p.Name, func(t *testing.T) {
			list, err := v.Phase(t.Context(), p)
			require.NoError(t, err)
			require.Len(t, list, 8)
			for _, proof := range list {
				require.Empty(t, proof.Problems, "proof %d: %s", proof.Number, proof.Name)
			}
		})
	}
}

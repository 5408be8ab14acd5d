package class

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/workspace"
)

// Ensure that a folder of results belongs to one grader at a time, that its seed
// stays, and that what a killed grader left half written goes.
func TestStore(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	s, err := openStore(dir, 0, false)
	require.NoError(t, err)
	require.NotZero(t, s.seed)
	_, err = openStore(dir, 0, false)
	require.ErrorIs(t, err, ErrBusy)

	require.NoError(t, s.keep(report.NewRecord("ada", "key", []grade.Verdict{{Phase: "01-tiny"}})))
	half := s.path(resultsDir, ".bob.json123")
	require.NoError(t, os.WriteFile(half, []byte("{"), 0o644))
	s.close()

	again, err := openStore(dir, 0, false)
	require.NoError(t, err)
	require.Equal(t, s.seed, again.seed)
	require.NoFileExists(t, half)
	_, ok := again.find("ada", "key")
	require.True(t, ok)
	_, ok = again.find("ada", "other")
	require.False(t, ok)
	broken := grade.Verdict{Phase: "01-tiny", Exercises: []grade.Result{{ID: "1.1", Status: grade.Broken}}}
	require.NoError(t, again.keep(report.NewRecord("bob", "key", []grade.Verdict{broken})))
	_, ok = again.find("bob", "key")
	require.False(t, ok, "what could not be graded is tried again")
	require.NoError(t, os.WriteFile(again.path(resultsDir, "carl.json"), []byte(`{"format":1,`), 0o644))
	_, ok = again.find("carl", "key")
	require.False(t, ok)
	again.close()

	given, err := openStore(dir, 42, false)
	require.NoError(t, err)
	require.Equal(t, uint64(42), given.seed)
	given.close()
	fresh, err := openStore(dir, 0, true)
	require.NoError(t, err)
	defer fresh.close()
	require.NotEqual(t, uint64(42), fresh.seed)
	require.NoFileExists(t, fresh.path(resultsDir, "ada.json"))
}

// Ensure that the key changes with everything that the results depend on.
func TestKey(t *testing.T) {
	t.Parallel()
	type input struct {
		version, level string
		seed           uint64
		course         *catalog.Course
		parts          []part
	}
	base := func() *input {
		c := tiny()
		c.Phases[0].Exercises = []*catalog.Exercise{{ID: "1.1", Suite: &catalog.Suite{Hash: "a"}}}
		return &input{"v1", "none", 7, c, []part{{phase: c.Phases[0], source: workspace.Source{Files: catalog.Files{"a.go": []byte("ab"), "b.go": nil}}}}}
	}
	key := func(in *input) string { return keyOf(in.version, in.seed, in.level, in.course, in.parts) }
	seen := map[string]string{key(base()): "base"}
	require.Equal(t, key(base()), key(base()))
	for name, change := range map[string]func(*input){
		"version":  func(in *input) { in.version = "v2" },
		"level":    func(in *input) { in.level = "namespaces" },
		"seed":     func(in *input) { in.seed = 8 },
		"go.mod":   func(in *input) { in.course.GoMod = []byte("x") },
		"suite":    func(in *input) { in.course.Phases[0].Exercises[0].Suite.Hash = "b" },
		"content":  func(in *input) { in.parts[0].source.Files["a.go"] = []byte("ac") },
		"name":     func(in *input) { in.parts[0].source.Files = catalog.Files{"a.g": []byte("oab"), "b.go": nil} },
		"moved":    func(in *input) { in.parts[0].source.Files = catalog.Files{"a.go": nil, "b.go": []byte("ab")} },
		"refused":  func(in *input) { in.parts[0].refused = "no" },
		"notes":    func(in *input) { in.parts[0].source.Notes = []string{"n"} },
		"no phase": func(in *input) { in.parts = nil },
	} {
		in := base()
		change(in)
		k := key(in)
		require.Empty(t, seen[k], name)
		seen[k] = name
	}
}

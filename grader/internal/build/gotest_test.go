package build

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

const answer = "package main\n\nfunc answer() int { return 42 }\n\nfunc main() {}\n"

// TestTest: a test binary is built of the tests among the files, and its errors are told by place.
func TestTest(t *testing.T) {
	b := builder(t)
	src := source(map[string]string{"main.go": answer,
		"x_test.go": "package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {\n\tif answer() != 42 {\n\t\tt.Error(\"no\")\n\t}\n}\n\nfunc FuzzX(f *testing.F) { f.Fuzz(func(*testing.T, []byte) {}) }\n"})
	plain := b.Key(src)
	src.Test = true
	p, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.Empty(t, p.Errors)
	require.NotEqual(t, plain, b.Key(src))
	out, err := exec.Command(p.Path).CombinedOutput()
	require.NoError(t, err)
	require.Equal(t, "PASS\n", string(out))

	src.Fuzz = true
	f, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.NotEqual(t, p.Path, f.Path)
	cmd := exec.Command(f.Path, "-test.run=^$", "-test.fuzz=^FuzzX$", "-test.fuzztime=1x", "-test.fuzzcachedir=cache")
	cmd.Dir = t.TempDir()
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.NotContains(t, string(out), "not built with coverage instrumentation")
	t.Log(string(out))

	src.Fuzz = false
	src.Files["x_test.go"] = []byte("package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {\n\tquestion()\n}\n")
	p, err = b.Build(t.Context(), src)
	require.NoError(t, err)
	require.Equal(t, []Error{{"phases/01-x/x_test.go", 6, 2, "undefined: question", "\tquestion()"}}, p.Errors)
}

package cli_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGradescopeAutograder makes an autograder and does what Gradescope would: unpacks
// it, and runs it on a submission. Only Gradescope's folder is elsewhere.
func TestGradescopeAutograder(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Gradescope runs Linux")
	}
	if testing.Short() {
		t.Skip("it builds the grader")
	}
	root := t.TempDir()
	env := append(ownCache(t, root), "GOFLAGS=")
	run := func(dir, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	static := filepath.Join(root, "grader-static")
	run(repo(t), "env", "CGO_ENABLED=0", "go", "build", "-o", static, "./grader")
	run(root, "grader", "export", "gradescope", "--phase", "01", "--grader", static, "--out", "autograder.zip")

	z, err := zip.OpenReader(filepath.Join(root, "autograder.zip"))
	require.NoError(t, err)
	defer z.Close()
	require.NoError(t, os.Mkdir(filepath.Join(root, "source"), 0o755))
	for _, f := range z.File {
		in, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(in)
		require.NoError(t, err)
		if f.Name != "grader" {
			data = bytes.ReplaceAll(data, []byte("/autograder/"), []byte(root+"/"))
			data = bytes.ReplaceAll(data, []byte("HOME=/root"), []byte("HOME="+root))
			data = bytes.ReplaceAll(data, []byte("/usr/local/go/bin:"), nil)
		}
		require.NoError(t, os.WriteFile(filepath.Join(root, "source", f.Name), data, f.Mode()))
	}
	for _, c := range []struct {
		files         string
		score, passed int
	}{{"phases/01-hello/.hidden/second", 60, 6}, {"phases/01-hello", 0, 0}} {
		submission := filepath.Join(root, "submission")
		require.NoError(t, os.RemoveAll(submission))
		require.NoError(t, os.MkdirAll(submission, 0o755))
		files, err := filepath.Glob(filepath.Join(repo(t), c.files, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(submission, filepath.Base(file)), data, 0o644))
		}
		run(root, "bash", "source/run_autograder")
		data, err := os.ReadFile(filepath.Join(root, "results", "results.json"))
		require.NoError(t, err)
		var results struct {
			Score int
			Tests []struct{ Status, Output string }
		}
		require.NoError(t, json.Unmarshal(data, &results))
		require.Equal(t, c.score, results.Score)
		require.Len(t, results.Tests, 6)
		passed := 0
		for _, test := range results.Tests {
			require.NotEmpty(t, test.Output)
			if test.Status == "passed" {
				passed++
			}
		}
		require.Equal(t, c.passed, passed)
	}
}

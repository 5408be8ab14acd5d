package export

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// unzip writes the files of an autograder below dir.
func unzip(t *testing.T, data []byte, dir string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var names []string
	for _, f := range z.File {
		in, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(in)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o755), f.Mode(), f.Name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, f.Name), text, 0o755))
		names = append(names, f.Name)
	}
	require.Equal(t, []string{"setup.sh", "run_autograder", "grader"}, names, "at the top of the zip, as Gradescope wants them")
}

// Ensure that the autograder's script calls the grader as it should, and leaves a
// results.json also when the grader does not.
func TestGradescope(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	for name, c := range map[string]struct{ grader, want string }{
		"Graded": {`out=; while [ $# -gt 0 ]; do [ "$1" = --out ] && out=$2; shift; done
mkdir -p "$out/gradescope" && echo '{"score": 7}' > "$out/gradescope/submission.json"; exit 3`, `{"score": 7}`},
		"Failed": {"exit 3", `{"score": 0, "output": "The autograder itself failed, which is no fault of yours. Your instructor can run it again.", "visibility": "visible", "tests": []}`},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for _, dir := range []string{"source", "submission", "results/results.json/in-the-way"} {
				require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
			}
			require.NoError(t, os.WriteFile(filepath.Join(root, "submission", "main.go"), []byte("package main\n"), 0o644))
			program := "#!/bin/sh\necho \"$@\" > " + root + "/called\nls \"$2\"/submission > " + root + "/seen\n" + c.grader + "\n"
			var b bytes.Buffer
			require.NoError(t, Gradescope(&b, strings.NewReader(program), Options{Phases: []string{"05", "06"}, Go: "go1.26.0", Arch: "amd64"}))
			unzip(t, b.Bytes(), filepath.Join(root, "source"))
			for _, script := range []string{"setup.sh", "run_autograder"} {
				file := filepath.Join(root, "source", script)
				out, err := exec.Command(bash, "-n", file).CombinedOutput()
				require.NoError(t, err, "%s", out)
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				require.NotContains(t, string(text), "{{")
				// The real script, with another place for Gradescope's folder.
				require.NoError(t, os.WriteFile(file, bytes.ReplaceAll(text, []byte("/autograder/"), []byte(root+"/")), 0o755))
			}
			out, err := exec.Command(bash, filepath.Join(root, "source", "run_autograder")).CombinedOutput()
			require.NoError(t, err, "%s", out)
			got, err := os.ReadFile(filepath.Join(root, "results", "results.json"))
			require.NoError(t, err)
			require.Equal(t, c.want, strings.TrimSpace(string(got)))
			called, err := os.ReadFile(filepath.Join(root, "called"))
			require.NoError(t, err)
			require.Regexp(t, `^class \S+/class --out \S+/out --jobs 1 --accept-isolation none --phase 05 --phase 06\n$`, string(called))
			seen, err := os.ReadFile(filepath.Join(root, "seen"))
			require.NoError(t, err)
			require.Equal(t, "main.go\n", string(seen))
		})
	}
}

// Ensure that only a program which runs in any Linux container is taken.
func TestCheckProgram(t *testing.T) {
	_, err := CheckProgram(strings.NewReader("MZ no program"))
	require.ErrorIs(t, err, ErrProgram)
	if testing.Short() {
		t.Skip("it builds programs")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644))
	for target, want := range map[string]string{"linux/amd64": "amd64", "linux/arm64": "arm64", "windows/amd64": "", "darwin/arm64": "", "linux/386": ""} {
		goos, goarch, _ := strings.Cut(target, "/")
		out := filepath.Join(dir, "x-"+goos+goarch)
		cmd := exec.Command("go", "build", "-o", out, filepath.Join(dir, "main.go"))
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch, "GOFLAGS=")
		text, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", text)
		f, err := os.Open(out)
		require.NoError(t, err)
		arch, err := CheckProgram(f)
		f.Close()
		if want == "" {
			require.ErrorIs(t, err, ErrProgram, target)
			continue
		}
		require.NoError(t, err, target)
		require.Equal(t, want, arch)
	}
	if sh, err := exec.LookPath("sh"); err == nil && runtime.GOOS == "linux" {
		f, err := os.Open(sh)
		require.NoError(t, err)
		defer f.Close()
		_, err = CheckProgram(f)
		require.ErrorIs(t, err, ErrProgram, "a program that needs the C library")
	}
}

// Ensure that the workflow is one: the keys, and what GitHub's schema of workflows
// (json.schemastore.org/github-workflow.json) demands of them.
func TestGitHub(t *testing.T) {
	for _, phases := range [][]string{nil, {"05", "06"}} {
		text, err := GitHub(Options{Phases: phases})
		require.NoError(t, err)
		var doc map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
		requireKeys(t, "workflow", doc, "name on permissions concurrency jobs", "on jobs")
		require.Equal(t, map[string]any{"contents": "read"}, doc["permissions"])
		requireKeys(t, "on", doc["on"].(map[string]any), "push workflow_dispatch", "push")
		for id, raw := range doc["jobs"].(map[string]any) {
			require.Regexp(t, `^[_a-zA-Z][a-zA-Z0-9_-]*$`, id)
			job := raw.(map[string]any)
			requireKeys(t, id, job, "runs-on timeout-minutes steps", "runs-on steps")
			for i, raw := range job["steps"].([]any) {
				requireStep(t, fmt.Sprintf("%s, step %d", id, i+1), raw.(map[string]any))
			}
		}
		want := "check all --format github"
		if phases != nil {
			want = "check 05 06 --format github"
		}
		require.Contains(t, text, `"$RUNNER_TEMP/grader" `+want)
		require.Contains(t, text, "${{ vars.COURSE_REPOSITORY }}")
		// What a learner controls (a branch's name, a commit's text) is in no script.
		for line := range strings.Lines(text) {
			if strings.Contains(line, "run:") {
				require.NotContains(t, line, "${{")
			}
		}
	}
}

func requireKeys(t *testing.T, where string, m map[string]any, may, must string) {
	t.Helper()
	for key := range m {
		require.Contains(t, strings.Fields(may), key, where)
	}
	for _, key := range strings.Fields(must) {
		require.Contains(t, m, key, where)
	}
}

// actions are those that the workflow may use, and their inputs.
var actions = map[string][]string{
	"actions/checkout": {"repository", "path", "persist-credentials"},
	"actions/setup-go": {"go-version-file", "cache-dependency-path"},
}

func requireStep(t *testing.T, where string, step map[string]any) {
	t.Helper()
	requireKeys(t, where, step, "name uses with run working-directory", "")
	uses, isAction := step["uses"].(string)
	run, isScript := step["run"].(string)
	require.NotEqual(t, isAction, isScript, "%s: uses or run", where)
	if isScript {
		require.NotEmpty(t, run, where)
		require.NotContains(t, step, "with", where)
		return
	}
	name, version, _ := strings.Cut(uses, "@")
	require.Contains(t, actions, name, where)
	require.Regexp(t, regexp.MustCompile(`^v[0-9]+$`), version, where)
	with, _ := step["with"].(map[string]any)
	for input := range with {
		require.True(t, slices.Contains(actions[name], input), "%s: %s", where, input)
	}
}

package build

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

const racy = `package main

func main() {
	n, done := 0, make(chan bool)
	go func() { n++; done <- true }()
	n++
	<-done
	println(n)
}
`

// TestRace: the same source built with the detector is another binary, which reports.
func TestRace(t *testing.T) {
	b := builder(t)
	if why := b.NoRace(); why != "" {
		t.Skip(why)
	}
	src := source(map[string]string{"main.go": racy})
	plain, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.Empty(t, plain.Errors)
	src.Race = true
	p, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.Empty(t, p.Errors)
	require.NotEqual(t, plain.Path, p.Path)
	require.False(t, p.Cached)
	out, err := exec.Command(plain.Path).CombinedOutput()
	require.NoError(t, err)
	require.NotContains(t, string(out), "DATA RACE")
	out, _ = exec.Command(p.Path).CombinedOutput()
	require.Contains(t, string(out), "WARNING: DATA RACE")
	require.Contains(t, string(out), "echofromzero/phases/01-x/main.go:6 +0x", "paths say nothing of this machine")
	again, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.True(t, again.Cached)
}

// TestWarmRace: what a phase needs for the detector is compiled ahead if a suite of
// it wants it, and only then.
func TestWarmRace(t *testing.T) {
	b := builder(t)
	if why := b.NoRace(); why != "" {
		t.Skip(why)
	}
	phase := b.course.Phases[0]
	require.NoError(t, b.Warm(t.Context(), phase.Name))
	require.FileExists(t, b.stamp(phase.Name, false))
	require.NoFileExists(t, b.stamp(phase.Name, true))
	phase.Exercises = []*catalog.Exercise{{ID: "1.1", Suite: &catalog.Suite{Race: true}}, {ID: "1.2"}}
	require.NoError(t, b.Warm(t.Context(), phase.Name))
	require.FileExists(t, b.stamp(phase.Name, true))
}

// TestNoRace: what lacks is said in words.
func TestNoRace(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	tool := &Toolchain{Env: map[string]string{"CC": "gcc -m64"}}
	require.Equal(t, "Go has none for plan9/386", tool.noRace("plan9/386"))
	why := map[bool]string{true: "this machine has no C compiler"}[raceNeedsC]
	require.Equal(t, why, tool.noRace("linux/amd64"))
	require.Equal(t, why, (&Toolchain{}).noRace("linux/amd64"))
	require.Contains(t, tool.sealed("tmp", false), "CGO_ENABLED=0")
	require.Equal(t, raceNeedsC, slices.Contains(tool.sealed("tmp", true), "CGO_ENABLED=1"))
}

// TestProbeC: a C compiler that makes no program is as good as none, and that it makes
// one is asked only once.
func TestProbeC(t *testing.T) {
	if !raceNeedsC || runtime.GOOS == "windows" {
		t.Skip("the race detector needs no C compiler here, or a script is no program")
	}
	b := builder(t)
	bin := t.TempDir()
	b.tool.Env["CC"] = filepath.Join(bin, "cc")
	write := func(code int) {
		script := fmt.Sprintf("#!/bin/sh\necho called >> %s/calls\nexit %d\n", bin, code)
		require.NoError(t, os.WriteFile(filepath.Join(bin, "cc"), []byte(script), 0o755))
	}
	write(1)
	require.Contains(t, b.probeC(), "makes no program")
	write(0)
	require.Empty(t, b.probeC())
	require.Empty(t, b.probeC())
	calls, err := os.ReadFile(filepath.Join(bin, "calls"))
	require.NoError(t, err)
	require.Equal(t, "called\ncalled\n", string(calls))
}

// TestHidden: a program cannot be another one under the race detector.
func TestHidden(t *testing.T) {
	b := builder(t)
	for name, c := range map[string]struct {
		text, msg string
		line, col int
	}{
		"NoRace":     {hello + "\n//go:norace\nfunc f() {}\n", "//go:norace is not accepted: it hides a function from the race detector", 5, 1},
		"Indented":   {hello + "\n\t//go:norace // why\nfunc f() {}\n", "//go:norace is not accepted", 5, 2},
		"LinkName":   {"package main\n\nimport _ \"unsafe\"\n\n//go:linkname f runtime.f\nfunc f()\n\nfunc main() {}\n", "//go:linkname is not accepted", 5, 1},
		"Build":      {"//go:build linux && !race\n\n" + hello, `a build constraint on "race" is not accepted: the program must be the same`, 1, 1},
		"OldBuild":   {"// +build race\n\n" + hello, `a build constraint on "race"`, 1, 1},
		"Cgo":        {"//go:build cgo || linux\n\n" + hello, `a build constraint on "cgo"`, 1, 1},
		"BesideLine": {"//line other.go:40\n//go:build race\n\n" + hello, `a build constraint on "race"`, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := b.Build(t.Context(), source(map[string]string{"main.go": c.text}))
			require.NoError(t, err)
			require.NotEmpty(t, p.Errors)
			e := p.Errors[0]
			require.Contains(t, e.Msg, c.msg)
			require.Equal(t, []any{"phases/01-x/main.go", c.line, c.col}, []any{e.File, e.Line, e.Col})
			require.NotEmpty(t, e.Source)
		})
	}
	for name, text := range map[string]string{
		"Prose":      "// The directive //go:norace hides a function.\n//go:noracetrack\n" + hello,
		"String":     "package main\n\nconst s = `\n//go:norace\n`\n\nfunc main() {}\n",
		"Constraint": "//go:build !plan9\n\n" + hello,
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, hidden([]byte(text)))
		})
	}
}

package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

const hello = "package main\n\nfunc main() { println(\"hello\") }\n"

// builder makes a Builder with a cache of its own, for a course of one phase that
// uses the standard library only.
func builder(t *testing.T) *Builder {
	t.Helper()
	goMod, err := os.ReadFile("../../../go.mod")
	require.NoError(t, err)
	goSum, err := os.ReadFile("../../../go.sum")
	require.NoError(t, err)
	c := &catalog.Course{GoMod: goMod, GoSum: goSum,
		Phases: []*catalog.Phase{{Name: "01-x", Number: "01", Solution: catalog.Files{"main.go": []byte(hello)}}}}
	tool, err := Find(t.Context(), t.TempDir(), goMod)
	require.NoError(t, err)
	b, err := New(Options{Course: c, Toolchain: tool, Cache: t.TempDir(), Scratch: t.TempDir()})
	require.NoError(t, err)
	return b
}

func source(files map[string]string) Source {
	src := Source{Phase: "01-x", Files: catalog.Files{}}
	for name, text := range files {
		src.Files[name] = []byte(text)
	}
	return src
}

func TestBuild(t *testing.T) {
	b := builder(t)
	src := source(map[string]string{"main.go": "package main\n\nimport \"echofromzero/phases/01-x/sub\"\n\nfunc main() { println(sub.Hello) }\n",
		"sub/sub.go": "package sub\n\nconst Hello = \"hello\"\n"})
	p, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.Empty(t, p.Errors)
	require.False(t, p.Cached)
	out, err := exec.Command(p.Path).CombinedOutput()
	require.NoError(t, err)
	require.Equal(t, "hello\n", string(out))

	again, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.True(t, again.Cached)
	require.Equal(t, p.Path, again.Path)

	src.Files["main.go"] = append(src.Files["main.go"], "\n// edited\n"...)
	edited, err := b.Build(t.Context(), src)
	require.NoError(t, err)
	require.False(t, edited.Cached, "an edit is another program")

	left, err := os.ReadDir(b.scratch)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestErrors(t *testing.T) {
	b := builder(t)
	for name, c := range map[string]struct {
		files map[string]string
		want  Error // Msg: what it must contain
		more  bool
	}{
		"Undefined": {map[string]string{"main.go": "package main\n\nfunc main() {\n\tx := hullo\n\t_ = x\n}\n"},
			Error{"phases/01-x/main.go", 4, 7, "undefined: hullo", "\tx := hullo"}, false},
		"Syntax": {map[string]string{"main.go": "package main\n\nfunc main( {\n"},
			Error{"phases/01-x/main.go", 3, 12, "syntax error", "func main( {"}, false},
		"Many": {map[string]string{"main.go": "package main\n\nfunc main() {" + strings.Repeat("\n\tnope()", 9) + "\n}\n"},
			Error{"phases/01-x/main.go", 4, 2, "undefined: nope", "\tnope()"}, true},
		"NoMain": {map[string]string{"main.go": "package main\n"},
			Error{Msg: "phases/01-x has no func main"}, false},
		"NotMain": {map[string]string{"main.go": "package foo\n"},
			Error{Msg: "phases/01-x is not package main"}, false},
		"TwoPackages": {map[string]string{"main.go": hello, "foo.go": "package foo\n"},
			Error{Msg: "found packages"}, false},
		"NoGoFile": {map[string]string{"notes.txt": "hello\n"},
			Error{Msg: "phases/01-x holds no Go file: `grader reset 01`"}, false},
		"Module": {map[string]string{"main.go": "package main\n\nimport _ \"github.com/gin-gonic/gin\"\n\nfunc main() {}\n"},
			Error{"phases/01-x/main.go", 3, 10, "package github.com/gin-gonic/gin is in none of the course's modules", "import _ \"github.com/gin-gonic/gin\""}, false},
		"Ours": {map[string]string{"main.go": "package main\n\nimport _ \"echofromzero/grader/internal/suite\"\n\nfunc main() {}\n"},
			Error{"phases/01-x/main.go", 3, 10, "echofromzero/grader/internal/suite is no package of this phase", "import _ \"echofromzero/grader/internal/suite\""}, false},
		"NoSuchPackage": {map[string]string{"main.go": "package main\n\nimport _ \"github.com/labstack/echo/v4/nonsense\"\n\nfunc main() {}\n"},
			Error{"phases/01-x/main.go", 3, 8, "", "import _ \"github.com/labstack/echo/v4/nonsense\""}, false},
		"NoSuchStd": {map[string]string{"main.go": "package main\n\nimport _ \"net/htp\"\n\nfunc main() {}\n"},
			Error{"phases/01-x/main.go", 3, 10, "package net/htp is not in the standard library", "import _ \"net/htp\""}, false},
		"HaveWant": {map[string]string{"main.go": "package main\n\nfunc f(int) {}\n\nfunc main() { f(1, 2) }\n"},
			Error{"phases/01-x/main.go", 5, 20, "too many arguments in call to f\n\thave (number, number)\n\twant (int)", "func main() { f(1, 2) }"}, false},
		"Cgo": {map[string]string{"main.go": "package main\n\nimport \"C\"\n\nfunc main() {}\n"},
			Error{"phases/01-x/main.go", 3, 8, `import "C" is not accepted`, "import \"C\""}, false},
		"Assembly": {map[string]string{"main.go": hello, "x.s": "TEXT\n"},
			Error{"phases/01-x/x.s", 1, 1, "Go files only", ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := b.Build(t.Context(), source(c.files))
			require.NoError(t, err)
			require.Empty(t, p.Path)
			require.NotEmpty(t, p.Errors)
			require.LessOrEqual(t, len(p.Errors), MaxErrors)
			got := p.Errors[0]
			require.Contains(t, got.Msg, c.want.Msg)
			got.Msg = c.want.Msg
			require.Equal(t, c.want, got)
			require.Equal(t, c.more, p.More > 0)
		})
	}
}

// TestSealed: what the user has set changes nothing, and the network is not asked.
func TestSealed(t *testing.T) {
	t.Setenv("GOFLAGS", "-toolexec=false -tags=other")
	t.Setenv("GOPROXY", "http://127.0.0.1:1")
	t.Setenv("GOWORK", "/nowhere/go.work")
	t.Setenv("CGO_ENABLED", "1")
	b := builder(t)
	p, err := b.Build(t.Context(), source(map[string]string{
		"main.go":  hello,
		"other.go": "//go:build other\n\npackage main\n\nfunc main() {}\n",
	}))
	require.NoError(t, err)
	require.Empty(t, p.Errors)
}

func TestVet(t *testing.T) {
	b := builder(t)
	found, err := b.Vet(t.Context(), source(map[string]string{"main.go": "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Printf(\"%d\\n\", \"x\") }\n"}))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Contains(t, found[0].String(), "phases/01-x/main.go:5:")
	found, err = b.Vet(t.Context(), source(map[string]string{"main.go": hello}))
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestCancel(t *testing.T) {
	b := builder(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := b.Build(ctx, source(map[string]string{"main.go": hello + "\nvar x = 1\n"}))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	left, err := os.ReadDir(b.scratch)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestKeyDependsOnAll(t *testing.T) {
	b := builder(t)
	keys := map[string]string{}
	add := func(what string, b *Builder, src Source) {
		k := b.Key(src)
		require.Empty(t, keys[k], "%s has the key of %s", what, keys[k])
		keys[k] = what
	}
	add("base", b, source(map[string]string{"main.go": hello}))
	add("name", b, source(map[string]string{"mein.go": hello}))
	add("text", b, source(map[string]string{"main.go": hello + " "}))
	add("split", b, source(map[string]string{"main.go": hello, "a": ""}))
	other := source(map[string]string{"main.go": hello})
	other.Phase = "02-x"
	add("phase", b, other)
	raced := source(map[string]string{"main.go": hello})
	raced.Race = true
	add("race", b, raced)
	newer := *b
	newer.tool = &Toolchain{Version: "go9.9"}
	add("go", &newer, source(map[string]string{"main.go": hello}))
	newer = *b
	newer.course = &catalog.Course{GoMod: append([]byte("// x\n"), b.course.GoMod...), GoSum: b.course.GoSum}
	add("modules", &newer, source(map[string]string{"main.go": hello}))
}

func TestEvict(t *testing.T) {
	b := builder(t)
	dir := filepath.Join(b.cache, "bin")
	now := time.Now()
	old := now.Add(-time.Hour)
	for i := range maxCached + 5 {
		file := filepath.Join(dir, fmt.Sprint(i))
		require.NoError(t, os.WriteFile(file, nil, 0o644))
		require.NoError(t, os.Chtimes(file, old, old.Add(time.Duration(i)*time.Second)))
	}
	half := filepath.Join(dir, "x.1.tmp")
	require.NoError(t, os.WriteFile(half, nil, 0o644))
	require.NoError(t, os.Chtimes(half, now, now.Add(-2*time.Hour)))
	b.evict()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, maxCached)
	require.NoFileExists(t, half)
	require.NoFileExists(t, filepath.Join(dir, "4"), "the oldest go first")
	require.FileExists(t, filepath.Join(dir, "5"))

	for i := range maxCached + 5 { // all in use by some grader
		file := filepath.Join(dir, fmt.Sprint(i))
		require.NoError(t, os.WriteFile(file, nil, 0o644))
		require.NoError(t, os.Chtimes(file, now, now))
	}
	b.evict()
	entries, err = os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, maxCached+5, "what is in use stays")
}

// TestMachineAtFault: what the machine could not do is no error of the program.
// Ensure that a builder with a folder of its own for binaries leaves the shared cache
// alone, and none behind.
func TestBin(t *testing.T) {
	b := builder(t)
	bin := filepath.Join(t.TempDir(), "bin")
	own, err := New(Options{Course: b.course, Toolchain: b.tool, Cache: b.cache, Bin: bin, Scratch: b.scratch})
	require.NoError(t, err)
	p, err := own.Build(t.Context(), source(map[string]string{"main.go": hello}))
	require.NoError(t, err)
	require.Equal(t, bin, filepath.Dir(p.Path))
	entries, err := os.ReadDir(b.bin)
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, own.Clear())
	require.NoFileExists(t, p.Path)
	again, err := own.Build(t.Context(), source(map[string]string{"main.go": hello}))
	require.NoError(t, err)
	require.False(t, again.Cached)
	require.FileExists(t, again.Path)
}

func TestMachineAtFault(t *testing.T) {
	b := builder(t)
	_, _, err := b.diagnose("link: mapping output file failed: no space left on device\n", source(nil))
	require.ErrorContains(t, err, "no space left on device")
	list, _, err := b.diagnose("something nobody has seen\n", source(nil))
	require.NoError(t, err)
	require.Equal(t, []Error{{Msg: "something nobody has seen"}}, list)
}

func TestFindTellsWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Find(t.Context(), "", []byte("module x\n\ngo 1.26.0\n"))
	require.ErrorIs(t, err, ErrNoGo)
	require.ErrorContains(t, err, "Install Go 1.26.0 or newer from https://go.dev/dl/")
}

func TestFindTooOld(t *testing.T) {
	_, err := Find(t.Context(), "", []byte("module x\n\ngo 1.999.0\n"))
	require.ErrorIs(t, err, ErrNoGo)
	require.ErrorContains(t, err, "the course needs Go 1.999.0 or newer")
}

// TestListed: a module that the course names is fetched when an import needs it, and
// no other.
func TestListed(t *testing.T) {
	b := builder(t)
	out := "phases/01-x/main.go:3:8: github.com/gorilla/websocket@v1.5.3: module lookup disabled by GOPROXY=off\n" +
		"phases/01-x/main.go:4:8: example.com/none@v1.0.0: module lookup disabled by GOPROXY=off\n"
	require.Equal(t, []string{"github.com/gorilla/websocket@v1.5.3"}, b.listed(out))
}

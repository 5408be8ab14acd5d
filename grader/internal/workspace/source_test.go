package workspace

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestReadPhase(t *testing.T) {
	elf := "\x7fELF\x02\x01\x00\xff"
	big := strings.Repeat("x", maxFileSize+1)
	for name, c := range map[string]struct {
		files map[string]string // written below the phase, on top of the starter
		want  map[string]string // files beside main.go, app.go and data/x.json
		note  string            // a part of the only note
	}{
		"Starter": {},
		"Packages": {
			files: map[string]string{"store/store.go": "package store\n", "store/deep/er.go": "package deep\n"},
			want:  map[string]string{"store/store.go": "package store\n", "store/deep/er.go": "package deep\n"},
		},
		"Tests":      {files: map[string]string{"a_test.go": "package main\n"}, want: map[string]string{"a_test.go": "package main\n"}},
		"Unicode":    {files: map[string]string{"dätå/日本.txt": "ü"}, want: map[string]string{"dätå/日本.txt": "ü"}},
		"Image":      {files: map[string]string{"a.png": "\x89PNG\x00"}, want: map[string]string{"a.png": "\x89PNG\x00"}},
		"LargeFile":  {files: map[string]string{"ok.txt": big[1:]}, want: map[string]string{"ok.txt": big[1:]}},
		"Dots":       {files: map[string]string{".env": "x", ".git/config": "x", "data/.cache/x.go": "x", ".hidden/solution/main.go": "x"}},
		"Courses":    {files: map[string]string{"README.md": "changed", "phase.toml": "x"}},
		"SubReadme":  {files: map[string]string{"data/README.md": "x"}, want: map[string]string{"data/README.md": "x"}},
		"Capstone":   {files: map[string]string{"short/phase.toml": "x", "short/main.go": "package main\n"}},
		"Silent":     {files: map[string]string{"go.sum": "x", "default.pgo": "x"}},
		"Leftovers":  {files: map[string]string{"4913": "", "main.go~": "x", "#main.go#": "x", "app.go.swp": "x", "data/x.json___jb_tmp___": "x"}},
		"GoMod":      {files: map[string]string{"go.mod": "module x\n"}, note: "phases/01-hello/go.mod makes its folder a module of its own; the grader ignores it. Remove it: rm go.mod"},
		"SubGoMod":   {files: map[string]string{"data/go.mod": "module x\n"}, note: "phases/01-hello/data/go.mod makes"},
		"GoWork":     {files: map[string]string{"go.work": "go 1.26\n"}, note: "phases/01-hello/go.work changes"},
		"Assembler":  {files: map[string]string{"x.s": "TEXT"}, note: "phases/01-hello/x.s is skipped: only Go is built here"},
		"C":          {files: map[string]string{"x.h": "int x;"}, note: "phases/01-hello/x.h is skipped"},
		"Syso":       {files: map[string]string{"x.syso": elf}, note: "phases/01-hello/x.syso is skipped"},
		"Vendor":     {files: map[string]string{"vendor/x/x.go": "package x\n", "vendor/modules.txt": "x"}, note: "skipped phases/01-hello/vendor: "},
		"Program":    {files: map[string]string{"01-hello": elf}, note: "skipped phases/01-hello/01-hello: not text, 8 bytes."},
		"BigProgram": {files: map[string]string{"01-hello": "\x00" + strings.Repeat(big, 9)[:9_099_999]}, note: "skipped phases/01-hello/01-hello: not text, 9.1 MB."},
		"BigText":    {files: map[string]string{"big.txt": big}, note: "skipped phases/01-hello/big.txt: 1.0 MB is more than the 1 MiB"},
		"OddName":    {files: map[string]string{"a\u202e.s": "x"}, note: `"phases/01-hello/a\u202e.s" is skipped`},
		"Control":    {files: map[string]string{"a\x1b[31m.go": "x"}, note: `skipped "phases/01-hello/a\x1b[31m.go": a name that other systems do not take`},
		"Backslash":  {files: map[string]string{`a\x.go`: "x"}, note: `skipped phases/01-hello/a\x.go: a name that other systems do not take`},
		"Case":       {files: map[string]string{"App.go": "x"}, want: map[string]string{"App.go": "x", "app.go": ""}, note: "skipped phases/01-hello/app.go: on other systems it is the same name as phases/01-hello/App.go"},
		"Pinned":     {files: map[string]string{"main.go": "package main // mine\n"}, note: "phases/01-hello/main.go is pinned: the grader builds with its own copy; your edit is not graded. To put it back: grader reset 01 main.go"},
		"PinnedCRLF": {files: map[string]string{"main.go": "package main\r\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS != "linux" && slices.Contains([]string{"Control", "Backslash", "Case"}, name) {
				t.Skip("the file system here has no such names")
			}
			w, course := fresh(t)
			p := course.Phases[0]
			for file, data := range c.files {
				write(t, data, w.Root, p.Dir(), file)
			}
			src, err := w.ReadPhase(p)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"main.go": "package main\n", "app.go": "package main // TODO 1.1\n", "data/x.json": "{}\n"}
			maps.Copy(want, c.want)
			maps.DeleteFunc(want, func(_, data string) bool { return data == "" }) // skipped
			got := map[string]string{}
			for file, data := range src.Files {
				got[file] = string(data)
			}
			sameTree(t, got, want)
			if c.note == "" && len(src.Notes) > 0 || c.note != "" && (len(src.Notes) != 1 || !strings.Contains(src.Notes[0], c.note)) {
				t.Errorf("notes %q, want one with %q", src.Notes, c.note)
			}
			if edited := name == "Pinned"; edited != reflect.DeepEqual(src.Edited, []string{"main.go"}) {
				t.Errorf("edited %q", src.Edited)
			}
		})
	}
}

// Ensure that a folder of a pinned file's name, or a file of its folder's, does not
// keep the grader from its own copy.
func TestReadPhasePinnedBlocked(t *testing.T) {
	w, c := fresh(t)
	p := c.Phases[0]
	if err := os.Remove(filepath.Join(w.Root, "phases/01-hello/main.go")); err != nil {
		t.Fatal(err)
	}
	write(t, "package x\n", w.Root, p.Dir(), "main.go", "x.go")
	src, err := w.ReadPhase(p)
	if err != nil {
		t.Fatal(err)
	}
	if src.Files["main.go/x.go"] != nil || string(src.Files["main.go"]) != "package main\n" {
		t.Errorf("files %q", src.Files)
	}
	if len(src.Notes) != 2 || !strings.HasPrefix(src.Notes[0], "skipped phases/01-hello/main.go/x.go: main.go is pinned") {
		t.Errorf("notes %q", src.Notes)
	}
}

// Ensure that a pinned file which is gone is there for the build, and said.
func TestReadPhasePinnedMissing(t *testing.T) {
	w, c := fresh(t)
	if err := os.Remove(filepath.Join(w.Root, "phases/01-hello/main.go")); err != nil {
		t.Fatal(err)
	}
	src, err := w.ReadPhase(c.Phases[0])
	if err != nil || string(src.Files["main.go"]) != "package main\n" || len(src.Edited) > 0 {
		t.Errorf("%+v, %v", src, err)
	}
	if len(src.Notes) != 1 || !strings.Contains(src.Notes[0], "is missing") {
		t.Errorf("notes %q", src.Notes)
	}
}

// Ensure that a capstone in a workspace, where it has no manifest, is no package
// of its phase, and is read as a phase of its own.
func TestReadCapstone(t *testing.T) {
	w, c := fresh(t)
	for _, p := range c.Phases[1:] {
		src, err := w.ReadPhase(p)
		if got := slices.Collect(maps.Keys(src.Files)); err != nil || !reflect.DeepEqual(got, []string{"main.go"}) {
			t.Errorf("%s: %q, %v; want main.go", p.Name, got, err)
		}
	}
}

// Ensure that links are never followed, wherever they are.
func TestReadPhaseLinks(t *testing.T) {
	t.Run("Inside", func(t *testing.T) {
		w, c := fresh(t)
		dir := filepath.Join(w.Root, "phases/01-hello")
		outside := t.TempDir()
		write(t, "secret", outside, "secret.go")
		symlink(t, filepath.Join(outside, "secret.go"), dir, "a.go")
		symlink(t, outside, dir, "b")
		symlink(t, "app.go", dir, "c.go")
		symlink(t, "/nowhere", dir, "d.txt")
		src, err := w.ReadPhase(c.Phases[0])
		if err != nil || len(src.Files) != 3 || len(src.Notes) != 4 {
			t.Fatalf("%d files, %v, notes %q; want the starter and 4 notes", len(src.Files), err, src.Notes)
		}
		for i, name := range []string{"a.go", "b", "c.go", "d.txt"} {
			if want := "skipped phases/01-hello/" + name + ": a symbolic link"; !strings.HasPrefix(src.Notes[i], want) {
				t.Errorf("note %q, want %q", src.Notes[i], want)
			}
		}
	})
	for _, at := range []string{"phases/01-hello", "phases"} {
		t.Run(at, func(t *testing.T) {
			w, c := fresh(t)
			away := filepath.Join(w.Root, "away")
			if err := os.Rename(filepath.Join(w.Root, at), away); err != nil {
				t.Fatal(err)
			}
			symlink(t, away, w.Root, at)
			_, err := w.ReadPhase(c.Phases[0])
			wantError(t, err, ErrSource, at+" is a symbolic link", "grader reset 01")
			_, err = w.Reset(t.Context(), c.Phases[0], "", noon)
			wantError(t, err, ErrSource, at+" is a symbolic link")
		})
	}
}

func TestReadPhaseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, dir string)
		want    []string
	}{
		"Missing": {func(t *testing.T, dir string) { remove(t, dir) }, []string{"phases/01-hello is missing", "grader reset 01"}},
		"File": {func(t *testing.T, dir string) { remove(t, dir); write(t, "", dir) },
			[]string{"phases/01-hello is not a folder", "grader reset 01"}},
		"NoGo": {func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, "main.go"))
			remove(t, filepath.Join(dir, "app.go"))
			write(t, "package x\n", dir, "x", "x.go")
		}, []string{"holds no Go file", "grader reset 01"}},
		"ManyFiles": {func(t *testing.T, dir string) { many(t, dir, "txt", maxFiles) }, []string{"more than 500 files"}},
		"ManyNames": {func(t *testing.T, dir string) { many(t, dir, "c", maxEntries) }, []string{"more than 5000 files and folders"}},
		"TooLarge": {func(t *testing.T, dir string) {
			for i := range 9 {
				write(t, strings.Repeat("x", maxFileSize), dir, fmt.Sprint(i, ".txt"))
			}
		}, []string{"more than 8 MiB of files"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, course := fresh(t)
			c.prepare(t, filepath.Join(w.Root, "phases/01-hello"))
			_, err := w.ReadPhase(course.Phases[0])
			wantError(t, err, ErrSource, c.want...)
		})
	}
}

// Ensure that many notes become one.
func TestReadPhaseManyNotes(t *testing.T) {
	w, c := fresh(t)
	many(t, filepath.Join(w.Root, "phases/01-hello"), "c", maxNotes+5)
	src, err := w.ReadPhase(c.Phases[0])
	if err != nil || len(src.Notes) != maxNotes+1 || !strings.HasPrefix(src.Notes[maxNotes], "5 more files") {
		t.Errorf("%v, %d notes, last %q", err, len(src.Notes), src.Notes[len(src.Notes)-1])
	}
}

func TestReadPhaseUnreadable(t *testing.T) {
	needsPermissions(t)
	for _, name := range []string{"app.go", "data"} {
		w, c := fresh(t)
		at := filepath.Join(w.Root, "phases/01-hello", name)
		if err := os.Chmod(at, 0); err != nil {
			t.Fatal(err)
		}
		_, err := w.ReadPhase(c.Phases[0])
		wantError(t, err, ErrSource, "phases/01-hello/"+name+" cannot be read", "chmod")
		if err := os.Chmod(at, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

func many(t *testing.T, dir, ext string, n int) {
	t.Helper()
	for i := range n {
		write(t, "", dir, fmt.Sprintf("f%04d.%s", i, ext))
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
}

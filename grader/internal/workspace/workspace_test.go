package workspace

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"echofromzero/grader/internal/catalog"
)

// course is a small course: a phase with a pinned file, one with a capstone.
func course() *catalog.Course {
	hello := &catalog.Phase{
		Name: "01-hello", Number: "01", Pinned: []string{"main.go"},
		Lesson: []byte("# Hello\n"),
		Starter: catalog.Files{
			"main.go": []byte("package main\n"), "app.go": []byte("package main // TODO 1.1\n"),
			"data/x.json": []byte("{}\n"),
		},
		Solution: catalog.Files{"main.go": []byte("package main\n"), "app.go": []byte("package main // done\n")},
	}
	next := &catalog.Phase{
		Name: "08-next", Number: "08", Lesson: []byte("# Next\n"),
		Starter: catalog.Files{"main.go": []byte("package main\n")},
	}
	shortener := &catalog.Phase{
		Name: "08-next/shortener", Number: "shortener", Lesson: []byte("# Shortener\n"),
		Starter: catalog.Files{"main.go": []byte("package main // short\n")},
	}
	return &catalog.Course{
		Phases: []*catalog.Phase{hello, next, shortener},
		GoMod:  []byte("module echofromzero\n\ngo 1.26.0\n"), GoSum: []byte("sum h1:x=\n"),
	}
}

// fresh makes a workspace of the small course.
func fresh(t testing.TB) (*Workspace, *catalog.Course) {
	t.Helper()
	c := course()
	dir := filepath.Join(t.TempDir(), "ws")
	if err := Init(context.Background(), dir, c, []byte("# Mine\n")); err != nil {
		t.Fatal(err)
	}
	w, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	w.Course = c
	return w, c
}

func write(t testing.TB, content string, elem ...string) {
	t.Helper()
	name := filepath.Join(elem...)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func symlink(t testing.TB, to string, elem ...string) {
	t.Helper()
	if err := os.Symlink(to, filepath.Join(elem...)); err != nil {
		t.Skipf("symbolic links: %v", err)
	}
}

// tree is every regular file below dir with its content, and every link as
// "-> target".
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if to, err := os.Readlink(name); err == nil {
			files[rel] = "-> " + to
			return nil
		}
		if !d.Type().IsRegular() {
			files[rel] = d.Type().String()
			return nil
		}
		data, err := os.ReadFile(name)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameTree(t testing.TB, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if w, ok := want[name]; !ok || w != got[name] {
			t.Errorf("%s: got %.80q, want %.80q (there: %v)", name, got[name], w, ok)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

// needsPermissions skips where a read-only folder can be written all the same.
func needsPermissions(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	readOnly(t, dir)
	if os.Mkdir(filepath.Join(dir, "x"), 0o777) == nil {
		t.Skip("permissions do not bind this user (root, or Windows)")
	}
}

func readOnly(t *testing.T, dir string) {
	t.Helper()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o777) })
}

func wantError(t testing.TB, err, kind error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	if kind != nil && !errors.Is(err, kind) {
		t.Errorf("%v: not %v", err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v: lacks %q", err, part)
		}
	}
}

func TestFind(t *testing.T) {
	w, _ := fresh(t)
	inside := filepath.Join(w.Root, "phases", "01-hello")
	write(t, "module mine\n", inside, "go.mod") // a stray one is no workspace
	for _, dir := range []string{w.Root, inside, filepath.Join(inside, "data")} {
		got, err := Find(dir)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		} else if got.Root != w.Root || got.Clone {
			t.Errorf("%s: found %+v, want %s and no clone", dir, got, w.Root)
		}
	}
	write(t, "package main\n", w.Root, "grader", "main.go")
	if got, err := Find(inside); err != nil || !got.Clone {
		t.Errorf("found %+v, %v; want a clone", got, err)
	}
}

func TestFindNone(t *testing.T) {
	t.Run("Empty", func(t *testing.T) {
		_, err := Find(t.TempDir())
		wantError(t, err, ErrNone, "no workspace here", "grader init", "cd")
	})
	t.Run("OtherModule", func(t *testing.T) {
		dir := t.TempDir()
		write(t, "module mine\n", dir, "go.mod")
		write(t, "", dir, "phases", "x")
		_, err := Find(dir)
		wantError(t, err, ErrNone, filepath.Join(dir, "go.mod"), "names the module mine", "`module echofromzero`")
	})
	t.Run("NoPhases", func(t *testing.T) {
		dir := t.TempDir()
		write(t, "module echofromzero\n", dir, "go.mod")
		_, err := Find(dir)
		wantError(t, err, ErrNone)
	})
	t.Run("NoFolder", func(t *testing.T) {
		dir := t.TempDir()
		write(t, "", dir, "file")
		for name, part := range map[string]string{"none": "none", "file": "not a folder"} {
			_, err := Find(filepath.Join(dir, name))
			wantError(t, err, nil, part)
			if errors.Is(err, ErrNone) {
				t.Errorf("%s: is ErrNone", name)
			}
		}
	})
}

// Ensure that a go.mod which no longer parses does not hide a workspace.
func TestFindBrokenGoMod(t *testing.T) {
	w, _ := fresh(t)
	write(t, "module echofromzero\n\nrequire (\n", w.Root, "go.mod")
	if _, err := Find(w.Root); err != nil {
		t.Error(err)
	}
}

package workspace

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"echofromzero/grader/internal/catalog"
)

var layoutWant = map[string]string{
	"go.mod": "module echofromzero\n\ngo 1.26.0\n", "go.sum": "sum h1:x=\n", "README.md": "# Mine\n", ".gitignore": gitignore,
	"phases/01-hello/README.md": "# Hello\n", "phases/01-hello/main.go": "package main\n",
	"phases/01-hello/app.go": "package main // TODO 1.1\n", "phases/01-hello/data/x.json": "{}\n",
	"phases/08-next/README.md": "# Next\n", "phases/08-next/main.go": "package main\n",
	"phases/08-next/shortener/README.md": "# Shortener\n", "phases/08-next/shortener/main.go": "package main // short\n",
}

func TestInit(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, dir string){
		"New":   func(*testing.T, string) {},
		"Empty": func(t *testing.T, dir string) { write(t, "", dir, "x"); remove(t, filepath.Join(dir, "x")) },
		"Link": func(t *testing.T, dir string) {
			real := t.TempDir()
			symlink(t, real, dir)
		},
	} {
		for _, base := range []string{"ws", "a/b/ws", "mein Kürs"} {
			t.Run(name+"/"+base, func(t *testing.T) {
				top := t.TempDir()
				dir := filepath.Join(top, base)
				if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
					t.Fatal(err)
				}
				if name == "New" {
					remove(t, filepath.Dir(dir))
				}
				prepare(t, dir)
				if err := Init(t.Context(), dir, course(), []byte("# Mine\n")); err != nil {
					t.Fatal(err)
				}
				real, err := filepath.EvalSymlinks(dir)
				if err != nil {
					t.Fatal(err)
				}
				sameTree(t, tree(t, real), layoutWant)
				if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 1 {
					t.Errorf("beside the workspace: %v, %v", entries, err)
				}
			})
		}
	}
}

func TestInitRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, top string)
		dir     string
		want    []string
	}{
		"File": {func(t *testing.T, top string) { write(t, "x", top, "f") }, "f", []string{"is a file", "grader init DIR"}},
		"NotEmpty": {func(t *testing.T, top string) {
			for _, n := range []string{"a", "b", "c", "d", "e", "f"} {
				write(t, "x", top, "d", n)
			}
		}, "d", []string{"is not empty, it holds a, b, c, d and 2 more", "grader init "}},
		"BelowFile":   {func(t *testing.T, top string) { write(t, "x", top, "f") }, "f/ws", []string{"f"}},
		"DeadLink":    {func(t *testing.T, top string) { symlink(t, "/nowhere/at/all", top, "l") }, "l", []string{"leads nowhere"}},
		"Workspace":   {func(t *testing.T, top string) { initAt(t, top, "ws") }, "ws", []string{"is a workspace already", "cd "}},
		"InWorkspace": {func(t *testing.T, top string) { initAt(t, top, "ws") }, "ws/phases/new", []string{"inside the workspace", "outside"}},
		"DeepInside":  {func(t *testing.T, top string) { initAt(t, top, "ws") }, "ws/a/b/c", []string{"inside the workspace"}},
		"InClone": {func(t *testing.T, top string) { initAt(t, top, "ws"); write(t, "", top, "ws/grader/main.go") }, "ws/new",
			[]string{"inside the clone", "work there directly"}},
		"ThroughLink": {func(t *testing.T, top string) { initAt(t, top, "ws"); symlink(t, "ws/phases", top, "l") }, "l/new",
			[]string{"inside the workspace"}},
	} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			c.prepare(t, top)
			before := tree(t, top)
			wantError(t, Init(t.Context(), filepath.Join(top, c.dir), course(), nil), nil, c.want...)
			sameTree(t, tree(t, top), before)
		})
	}
}

func initAt(t *testing.T, top, base string) {
	t.Helper()
	if err := Init(t.Context(), filepath.Join(top, base), course(), nil); err != nil {
		t.Fatal(err)
	}
}

// Ensure that a place which cannot be written is named, and left as it is.
func TestInitReadOnly(t *testing.T) {
	needsPermissions(t)
	top := t.TempDir()
	if err := os.Mkdir(filepath.Join(top, "empty"), 0o555); err != nil {
		t.Fatal(err)
	}
	readOnly(t, top)
	for _, base := range []string{"ws", "a/ws", "empty"} {
		wantError(t, Init(t.Context(), filepath.Join(top, base), course(), nil), os.ErrPermission, base, "choose a place that you may write to")
	}
	if entries, err := os.ReadDir(top); err != nil || len(entries) != 1 {
		t.Errorf("left %v, %v", entries, err)
	}
}

// stopAfter is a context that ends after n looks at it.
type stopAfter struct {
	context.Context
	n *int
}

func (s stopAfter) Err() error {
	if *s.n--; *s.n < 0 {
		return context.Canceled
	}
	return nil
}

// Ensure that stopping after any number of files leaves nothing of Init's, and
// everything of others.
func TestInitStopped(t *testing.T) {
	for n := range len(layoutWant) {
		for _, exists := range []bool{false, true} {
			top := t.TempDir()
			dir := filepath.Join(top, "a", "ws")
			if exists {
				if err := os.MkdirAll(dir, 0o777); err != nil {
					t.Fatal(err)
				}
			}
			left := n
			err := Init(stopAfter{t.Context(), &left}, dir, course(), nil)
			wantError(t, err, context.Canceled, "nothing was kept")
			_, serr := os.Stat(filepath.Join(top, "a"))
			if got := serr == nil; got != exists {
				t.Errorf("stopped after %d files: the folder is there: %v, was: %v", n, got, exists)
			}
			if exists {
				if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
					t.Errorf("stopped after %d files: left %v, %v", n, entries, err)
				}
			}
		}
	}
}

// Ensure that undoing takes no file that somebody else put there meanwhile.
func TestUndoLeavesOthers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ws")
	made := &trail{}
	if err := made.fill(t.Context(), dir, catalog.Files{"a/b.txt": nil, "c.txt": nil}); err != nil {
		t.Fatal(err)
	}
	write(t, "mine", dir, "a", "mine.txt")
	made.undo()
	sameTree(t, tree(t, dir), map[string]string{"a/mine.txt": "mine"})
}

// Ensure that a course cannot write outside the workspace.
func TestInitHostileCourse(t *testing.T) {
	top := t.TempDir()
	c := course()
	c.Phases[0].Starter["../../../../out.go"] = nil
	wantError(t, Init(t.Context(), filepath.Join(top, "ws"), c, nil), nil, "leads out of the workspace")
	if entries, err := os.ReadDir(top); err != nil || len(entries) > 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}

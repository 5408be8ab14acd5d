package workspace

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// starter is what phase 01 holds after a reset.
var starter = map[string]string{
	"README.md": "# Hello\n", "main.go": "package main\n", "app.go": "package main // TODO 1.1\n", "data/x.json": "{}\n",
}

func TestReset(t *testing.T) {
	big := strings.Repeat("x", maxFileSize+1)
	for name, c := range map[string]struct {
		prepare         func(t *testing.T, dir string)
		file            string
		restored, taken []string
		left            map[string]string // in the phase beside the starter, or instead of it
		saved           map[string]string // in the backup; nil: no backup
	}{
		"Nothing": {prepare: func(*testing.T, string) {}},
		"OnlyOwnData": {
			prepare: func(t *testing.T, dir string) { write(t, "n", dir, "notes.txt") },
			left:    map[string]string{"notes.txt": "n"},
		},
		"Edited": {
			prepare: func(t *testing.T, dir string) {
				write(t, "mine", dir, "app.go")
				write(t, "mine", dir, "README.md")
				write(t, "s", dir, ".hidden", "solution", "main.go")
				write(t, "e", dir, ".env")
			},
			restored: []string{"app.go"},
			left:     map[string]string{"README.md": "mine", ".hidden/solution/main.go": "s", ".env": "e"},
			saved:    map[string]string{"main.go": "package main\n", "app.go": "mine", "data/x.json": "{}\n"},
		},
		"Deleted": {
			prepare:  func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "data")) },
			restored: []string{"data/x.json"},
			saved:    map[string]string{"main.go": "package main\n", "app.go": "package main // TODO 1.1\n"},
		},
		"Extras": {
			prepare: func(t *testing.T, dir string) {
				for _, n := range []string{"extra.go", "x_test.go", "go.mod", "go.work", "x.s", "store/store.go", "store/go.mod", "note.txt", "_old.go", "Ünï.go"} {
					write(t, n, dir, n)
				}
				write(t, "\x7fELF\x00", dir, "01-hello")
			},
			taken: []string{"01-hello", "extra.go", "go.mod", "go.work", "x.s", "x_test.go", "Ünï.go"},
			left:  map[string]string{"store/store.go": "store/store.go", "store/go.mod": "store/go.mod", "note.txt": "note.txt", "_old.go": "_old.go"},
			saved: map[string]string{
				"main.go": "package main\n", "app.go": "package main // TODO 1.1\n", "data/x.json": "{}\n", "01-hello": "\x7fELF\x00",
				"extra.go": "extra.go", "x_test.go": "x_test.go", "go.mod": "go.mod", "go.work": "go.work", "x.s": "x.s", "Ünï.go": "Ünï.go",
				"store/store.go": "store/store.go", "store/go.mod": "store/go.mod", "note.txt": "note.txt", "_old.go": "_old.go",
			},
		},
		"Big": {
			prepare: func(t *testing.T, dir string) {
				write(t, "\x00"+big, dir, "prog")
				write(t, big, dir, "app.go")
				write(t, big, dir, "big.csv")
				remove(t, filepath.Join(dir, "main.go"))
			},
			restored: []string{"app.go", "main.go"}, taken: []string{"prog"},
			left:  map[string]string{"big.csv": big},
			saved: map[string]string{"prog": "\x00" + big, "app.go": big, "data/x.json": "{}\n"},
		},
		"Links": {
			prepare: func(t *testing.T, dir string) {
				write(t, "far", dir, "..", "far.txt")
				symlink(t, "../far.txt", dir, "link.txt")
				remove(t, filepath.Join(dir, "app.go"))
				symlink(t, "../far.txt", dir, "app.go")
				remove(t, filepath.Join(dir, "data"))
				write(t, "{}\n", dir, "other", "x.json")
				symlink(t, "other", dir, "data")
				symlink(t, "x.json", dir, "other", "stays")
			},
			restored: []string{"app.go", "data/x.json"}, taken: []string{"data", "link.txt"},
			left:  map[string]string{"other/x.json": "{}\n", "other/stays": "-> x.json"},
			saved: map[string]string{"main.go": "package main\n", "app.go": "-> ../far.txt", "link.txt": "-> ../far.txt", "data": "-> other", "other/x.json": "{}\n", "other/stays": "-> x.json"},
		},
		"FolderInTheWay": {
			prepare: func(t *testing.T, dir string) {
				remove(t, filepath.Join(dir, "app.go"))
				write(t, "deep", dir, "app.go", "deep", "x.txt")
				remove(t, filepath.Join(dir, "data"))
				write(t, "file", dir, "data")
			},
			restored: []string{"app.go", "data/x.json"}, taken: []string{"data"},
			saved: map[string]string{"main.go": "package main\n", "app.go/deep/x.txt": "deep", "data": "file"},
		},
		"OneFile": {
			prepare: func(t *testing.T, dir string) {
				write(t, "mine", dir, "app.go")
				write(t, "mine", dir, "main.go")
				write(t, "x", dir, "extra.go")
			},
			file: "phases/01-hello/app.go", restored: []string{"app.go"},
			left:  map[string]string{"main.go": "mine", "extra.go": "x"},
			saved: map[string]string{"app.go": "mine"},
		},
		"OneFileMissing": {
			prepare: func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "app.go")) },
			file:    "./app.go", restored: []string{"app.go"},
		},
		"OneFileSame": {
			prepare: func(t *testing.T, dir string) { write(t, "mine", dir, "main.go") },
			file:    `data\x.json`, left: map[string]string{"main.go": "mine"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, course := fresh(t)
			dir := filepath.Join(w.Root, "phases/01-hello")
			c.prepare(t, dir)
			got, err := w.Reset(t.Context(), course.Phases[0], c.file, noon)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Files, c.restored) || !reflect.DeepEqual(got.Removed, c.taken) {
				t.Errorf("restored %q, removed %q; want %q, %q", got.Files, got.Removed, c.restored, c.taken)
			}
			want := maps.Clone(starter)
			maps.Copy(want, c.left)
			sameTree(t, tree(t, dir), want)
			if c.saved == nil {
				if _, err := os.Stat(filepath.Join(w.Root, Dir)); err == nil || got.Backup != "" {
					t.Errorf("a backup was made: %q", got.Backup)
				}
				return
			}
			if want := filepath.Join(w.Root, ".grader", "backup", "01-20260301-120000"); got.Backup != want {
				t.Errorf("backup %q, want %q", got.Backup, want)
			}
			sameTree(t, tree(t, got.Backup), c.saved)
			if again, err := w.Reset(t.Context(), course.Phases[0], c.file, noon); err != nil || again.Backup != "" {
				t.Errorf("a second reset did %+v, %v; want nothing", again, err)
			}
		})
	}
}

// Ensure that two resets in one second have a backup each.
func TestResetUniqueBackups(t *testing.T) {
	w, c := fresh(t)
	var backups []string
	for _, text := range []string{"one", "two", "three"} {
		write(t, text, w.Root, "phases/01-hello/app.go")
		got, err := w.Reset(t.Context(), c.Phases[0], "app.go", noon)
		if err != nil {
			t.Fatal(err)
		}
		backups = append(backups, filepath.Base(got.Backup))
		sameTree(t, tree(t, got.Backup), map[string]string{"app.go": text})
	}
	if want := []string{"01-20260301-120000", "01-20260301-120000-2", "01-20260301-120000-3"}; !reflect.DeepEqual(backups, want) {
		t.Errorf("backups %q, want %q", backups, want)
	}
}

func TestResetUnknownFile(t *testing.T) {
	w, c := fresh(t)
	for file, nearest := range map[string]string{"ap.go": "app.go", "man.go": "main.go", "x.json": "data/x.json", "maim.go": "main.go", "../01-hello/app.go": "app.go"} {
		_, err := w.Reset(t.Context(), c.Phases[0], file, noon)
		wantError(t, err, ErrNoFile, file, "which has "+nearest, "grader reset 01 "+nearest)
	}
}

// Ensure that a phase which is gone comes back with its lesson.
func TestResetMissingPhase(t *testing.T) {
	for _, gone := range []string{"phases/01-hello", "phases"} {
		w, c := fresh(t)
		remove(t, filepath.Join(w.Root, gone))
		_, err := w.Reset(t.Context(), c.Phases[0], "app.go", noon)
		wantError(t, err, ErrSource, gone+" is missing")
		got, err := w.Reset(t.Context(), c.Phases[0], "", noon)
		if err != nil || got.Backup != "" || !reflect.DeepEqual(got.Files, []string{"app.go", "data/x.json", "main.go"}) {
			t.Errorf("%+v, %v", got, err)
		}
		sameTree(t, tree(t, filepath.Join(w.Root, "phases/01-hello")), starter)
	}
}

// Ensure that a reset of a phase leaves its capstones alone, which in a
// workspace have no manifest, and a starter's dot files are the starter's.
func TestResetBesideCapstone(t *testing.T) {
	w, c := fresh(t)
	p := c.Phases[1]
	p.Starter[".dockerignore"] = []byte("x\n")
	write(t, "mine", w.Root, p.Dir(), "main.go")
	write(t, "mine", w.Root, p.Dir(), ".dockerignore")
	write(t, "mine", w.Root, p.Dir(), "shortener/extra.go")
	got, err := w.Reset(t.Context(), p, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree(t, got.Backup), map[string]string{"main.go": "mine", ".dockerignore": "mine"})
	sameTree(t, tree(t, filepath.Join(w.Root, p.Dir())), map[string]string{
		"README.md": "# Next\n", "main.go": "package main\n", ".dockerignore": "x\n",
		"shortener/README.md": "# Shortener\n", "shortener/main.go": "package main // short\n", "shortener/extra.go": "mine",
	})
}

// Ensure that nothing changes where no backup can be made.
func TestResetNoBackup(t *testing.T) {
	t.Run("FileInTheWay", func(t *testing.T) {
		w, c := fresh(t)
		write(t, "x", w.Root, Dir)
		unchanged(t, w, func() error { _, err := w.Reset(t.Context(), c.Phases[0], "", noon); return err }, "nothing was changed")
	})
	t.Run("ReadOnly", func(t *testing.T) {
		needsPermissions(t)
		w, c := fresh(t)
		readOnly(t, w.Root)
		unchanged(t, w, func() error { _, err := w.Reset(t.Context(), c.Phases[0], "", noon); return err }, "nothing was changed")
	})
	t.Run("Stopped", func(t *testing.T) {
		w, c := fresh(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		unchanged(t, w, func() error { _, err := w.Reset(ctx, c.Phases[0], "", noon); return err }, "canceled")
	})
}

func unchanged(t *testing.T, w *Workspace, reset func() error, part string) {
	t.Helper()
	write(t, "mine", w.Root, "phases/01-hello/app.go")
	before := tree(t, w.Root)
	wantError(t, reset(), nil, "reset phase 01", part)
	sameTree(t, tree(t, w.Root), before)
}

// Ensure that only old unfinished backups are swept.
func TestSweepBackups(t *testing.T) {
	w, c := fresh(t)
	all := filepath.Join(w.Root, Dir, "backup")
	write(t, "x", all, ".unfinished-1", "app.go")
	write(t, "x", all, ".unfinished-2", "app.go")
	write(t, "x", all, "01-20200101-000000", "app.go")
	old := time.Now().Add(-2 * staleBackup)
	for _, name := range []string{".unfinished-1", "01-20200101-000000"} {
		if err := os.Chtimes(filepath.Join(all, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "mine", w.Root, "phases/01-hello/app.go")
	if _, err := w.Reset(t.Context(), c.Phases[0], "app.go", noon); err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree(t, all), map[string]string{".unfinished-2/app.go": "x", "01-20200101-000000/app.go": "x", "01-20260301-120000/app.go": "mine"})
}

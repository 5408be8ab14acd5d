package scaffold

import (
	"bytes"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/verify"
)

const caching = "09-caching"

// TestFilled is the promise of `grader new`: a new phase needs files and nothing
// else. It scaffolds one, writes testdata/filled over it, and proves it.
//
// The base is the first two phases: the programs of later ones ask for more in
// their environment than the example's suites give. See TestEveryPhase for those.
func TestFilled(t *testing.T) {
	dir := copyCourse(t, 2)
	before := tree(t, dir, "")
	made, err := Phase(dir, caching)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("what it made is what it says", func(t *testing.T) {
		now := tree(t, dir, "")
		maps.DeleteFunc(now, func(name, _ string) bool { _, was := before[name]; return was })
		if got := names(now); !slices.Equal(got, made) {
			t.Errorf("Phase returned\n%s\nbut made\n%s", strings.Join(made, "\n"), strings.Join(got, "\n"))
		}
	})
	open := unfilled(t, dir, made)
	t.Run("verify refuses what is not filled in, and nothing else", func(t *testing.T) { refuses(t, dir, open) })
	t.Run("verify accepts what is", func(t *testing.T) {
		fill(t, dir, open)
		packAgain(t, dir)
		for _, p := range proofs(t, dir, caching) {
			if !p.OK() || len(p.Warnings) > 0 || len(p.NotRun) > 0 {
				t.Errorf("proof %d, %s: %q, warnings %q, not run %q", p.Number, p.Name, p.Problems, p.Warnings, p.NotRun)
			}
		}
	})
	t.Run("nothing else was touched", func(t *testing.T) { sameTree(t, tree(t, dir, caching), before) })
}

// refuses fails unless verify names each file that is open, and holds all else proved.
func refuses(t *testing.T, dir string, open []string) {
	checked := slices.DeleteFunc(slices.Clone(open), func(name string) bool { return path.Ext(name) == ".go" })
	if len(checked) != 9 { // manifest, lesson, quiz, two suites, four mutants
		t.Errorf("%d files have a TODO that verify looks at, want 9: %q", len(checked), checked)
	}
	for _, p := range proofs(t, dir, caching) {
		if p.Number != 4 {
			if !p.OK() {
				t.Errorf("proof %d, %s: %q", p.Number, p.Name, p.Problems)
			}
			continue
		}
		for _, name := range checked {
			if !slices.ContainsFunc(p.Problems, func(s string) bool {
				return strings.HasPrefix(s, name+":") && strings.Contains(s, "still to be written")
			}) {
				t.Errorf("verify does not say that %s is still to be written", name)
			}
		}
		for _, s := range p.Problems {
			if !strings.Contains(s, "still to be written") {
				t.Errorf("verify finds more than what is still to be written: %s", s)
			}
		}
	}
}

// fill writes testdata/filled over the open files of the new phase, and over no other.
func fill(t *testing.T, dir string, open []string) {
	filled := tree(t, "testdata/filled", "")
	if got := names(filled); !slices.Equal(got, open) {
		t.Fatalf("testdata/filled holds\n%s\nthe files with a TODO are\n%s", strings.Join(got, "\n"), strings.Join(open, "\n"))
	}
	for _, name := range names(filled) {
		put(t, dir, name, filled[name])
	}
}

// packAgain does what `grader pack 09` does.
func packAgain(t *testing.T, dir string) {
	top, err := verify.Top(os.DirFS(dir), "phases/"+caching)
	if err != nil {
		t.Fatal(err)
	}
	data, err := catalog.PackStarter(top)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "phases/"+caching+"/.hidden/starter.txtar", string(data))
}

// TestEveryPhase scaffolds on top of each phase that the repository has: the
// course loads, and the new phase's programs build and are formatted.
func TestEveryPhase(t *testing.T) {
	all, err := catalog.Load(os.DirFS(repository))
	if err != nil {
		t.Fatal(err)
	}
	n := len(slices.DeleteFunc(all.Phases, func(p *catalog.Phase) bool { return strings.Contains(p.Name, "/") }))
	for i := range n {
		t.Run(all.Phases[i].Name, func(t *testing.T) {
			t.Parallel()
			dir := copyCourse(t, i+1)
			if _, err := Phase(dir, "90-caching"); err != nil {
				t.Fatal(err)
			}
			c := loaded(t, dir)
			p := c.Phase("90-caching")
			b, _ := builder(t, c)
			for name, files := range map[string]catalog.Files{"starter": p.Starter, "solution": p.Solution, "second": p.Second} {
				formatted(t, name, files)
				prog, err := b.Build(t.Context(), build.Source{Phase: p.Name, Files: files})
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range prog.Errors {
					t.Errorf("%s does not build: %s", name, e)
				}
			}
		})
	}
}

func formatted(t *testing.T, name string, files catalog.Files) {
	t.Helper()
	for file, data := range files {
		if path.Ext(file) != ".go" {
			continue
		}
		if want, err := format.Source(data); err != nil || !bytes.Equal(want, data) {
			t.Errorf("%s/%s is not formatted (%v)", name, file, err)
		}
	}
}

// TestRefused: a name or a course that will not do is refused with the next step, and
// nothing is written.
func TestRefused(t *testing.T) {
	tests := map[string]struct {
		name  string
		spoil func(t *testing.T, dir string)
		want  []string
	}{
		"ErrName":      {"9-caching", nil, []string{`"9-caching"`, "such as 09-caching"}},
		"ErrNamePath":  {"../09-x", nil, []string{"such as 09-caching"}},
		"ErrThere":     {"02-b", nil, []string{"phases/02-b", "there already"}},
		"ErrNumber":    {"02-caching", nil, []string{"taken by phases/02-b", "06-caching"}},
		"ErrNoneFirst": {"00-intro", nil, []string{"no phase comes before 00", "06-intro"}},
		"ErrQuiz": {caching, func(t *testing.T, dir string) { put(t, dir, "quiz/09-caching.json", "[]") },
			[]string{"quiz/09-caching.json is there already", "remove it"}},
		"ErrNoPhases": {caching, func(t *testing.T, dir string) { remove(t, dir, "phases") }, []string{"phases/ is missing", "--course"}},
		"ErrNoQuiz":   {caching, func(t *testing.T, dir string) { remove(t, dir, "quiz") }, []string{"quiz/ is missing", "--course"}},
		"ErrNoSecond": {caching, func(t *testing.T, dir string) { remove(t, dir, "phases/05-c/.hidden/second") },
			[]string{"phases/05-c/.hidden/second", "Finish that phase first"}},
		"ErrNoGo": {caching, func(t *testing.T, dir string) { put(t, dir, "phases/05-c/.hidden/solution/main.go", "package") },
			[]string{"main.go:1"}},
		"ErrPack": {caching, func(t *testing.T, dir string) { put(t, dir, "phases/05-c/.hidden/solution/a.txt", "no newline") },
			[]string{"a.txt: the last line has no newline"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := smallCourse(t)
			if tt.spoil != nil {
				tt.spoil(t, dir)
			}
			before := tree(t, dir, "")
			made, err := Phase(dir, tt.name)
			if err == nil || made != nil {
				t.Fatalf("Phase made %q, error %v; want an error", made, err)
			}
			for _, s := range tt.want {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("the error is %q; want it to say %q", err, s)
				}
			}
			sameTree(t, tree(t, dir, ""), before)
		})
	}
}

// TestQuizFails: when the last file cannot be written, the folder goes again.
func TestQuizFails(t *testing.T) {
	dir := smallCourse(t)
	if err := os.Symlink("nowhere", filepath.Join(dir, "quiz", caching+".json")); err != nil {
		t.Skip(err)
	}
	before := tree(t, dir, "")
	if _, err := Phase(dir, caching); err == nil {
		t.Fatal("Phase wrote through a link")
	}
	sameTree(t, tree(t, dir, ""), before)
}

// TestBefore: the phase before is the next lower number, not the last.
func TestBefore(t *testing.T) {
	for name, want := range map[string]string{"03-x": "two", "04-x": "two", caching: "five"} {
		dir := smallCourse(t)
		if _, err := Phase(dir, name); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"main.go", ".hidden/solution/main.go", ".hidden/second/server.go"} {
			data, err := os.ReadFile(filepath.Join(dir, "phases", name, file))
			if err != nil || !strings.Contains(string(data), want) {
				t.Errorf("%s: %s does not come from phase %s (%v)", name, file, want, err)
			}
		}
	}
}

// TestNameRule: what the catalog refuses as a folder's name, Phase refuses too.
func TestNameRule(t *testing.T) {
	for _, name := range []string{"09-caching", "09-rate-limits", "09-2fa", "9-x", "009-x", "09_x", "09-", "09-X", "09--x", "09-x-", "x", "09"} {
		_, err := catalog.Load(fstest.MapFS{"phases/" + name: {Mode: fs.ModeDir}})
		if err == nil {
			t.Fatal("an empty course loads")
		}
		refused := strings.Contains(err.Error(), "folder is named like")
		if phaseName.MatchString(name) == refused {
			t.Errorf("%s: the catalog refuses it: %v; scaffold: %v", name, refused, !refused)
		}
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
		t.Fatal(err)
	}
}

// smallCourse makes a course of two phases, 02 and 05, which nothing loads.
func smallCourse(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, word := range map[string]string{"02-b": "two", "05-c": "five"} {
		put(t, dir, "quiz/"+name+".json", "[]\n")
		put(t, dir, "phases/"+name+"/main.go", "package main\n")
		put(t, dir, "phases/"+name+"/.hidden/solution/main.go", "package main\n\n// "+word+"\nfunc main() {}\n")
		put(t, dir, "phases/"+name+"/.hidden/second/server.go", "package main\n\n// "+word+"\nfunc main() {}\n")
	}
	return dir
}

package scaffold

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/sandbox"
	"echofromzero/grader/internal/verify"
)

// repository is the course that these tests copy.
const repository = "../../.."

// copyCourse copies the repository's course with its first phases only, and returns
// its folder.
func copyCourse(t *testing.T, phases int) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := os.ReadDir(filepath.Join(repository, "phases"))
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, e := range entries {
		if phaseName.MatchString(e.Name()) && len(dirs) < phases {
			dirs = append(dirs, e.Name())
		}
	}
	if len(dirs) < phases {
		t.Fatalf("the repository has %d phases, want %d", len(dirs), phases)
	}
	for _, name := range dirs {
		if err := os.CopyFS(filepath.Join(dir, "phases", name), os.DirFS(filepath.Join(repository, "phases", name))); err != nil {
			t.Fatal(err)
		}
	}
	files := []string{"go.mod", "go.sum"}
	for _, name := range dirs {
		files = append(files, "quiz/"+name+".json")
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(repository, name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, name, string(data))
	}
	return dir
}

// put writes a file of the course in dir.
func put(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tree reads every file below dir but those of the phase name; a folder is there too,
// with a slash behind its name.
func tree(t *testing.T, dir, name string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "" && (file == "phases/"+name || file == "quiz/"+name+".json") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case d.IsDir():
			files[file+"/"] = ""
			return nil
		case !d.Type().IsRegular():
			files[file] = d.Type().String()
			return nil
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		files[file] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// names lists the files of a tree, without its folders.
func names(files map[string]string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(name string) bool { return strings.HasSuffix(name, "/") })
}

// sameTree fails for each file that is not in both.
func sameTree(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if text, ok := want[name]; !ok {
			t.Errorf("%s was added", name)
		} else if text != got[name] {
			t.Errorf("%s was changed", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is gone", name)
		}
	}
}

// loaded loads the course in dir.
func loaded(t *testing.T, dir string) *catalog.Course {
	t.Helper()
	c, err := catalog.Load(os.DirFS(dir))
	if err != nil {
		t.Fatalf("the course does not load:\n%v", err)
	}
	return c
}

// builder opens what building the course needs.
func builder(t *testing.T, c *catalog.Course) (*build.Builder, string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds programs")
	}
	scratch, err := sandbox.NewScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { scratch.Close() })
	cache := t.TempDir()
	tool, err := build.Find(t.Context(), cache, c.GoMod)
	if err != nil {
		t.Fatal(err)
	}
	b, err := build.New(build.Options{Course: c, Toolchain: tool, Cache: cache, Scratch: scratch.Dir})
	if err != nil {
		t.Fatal(err)
	}
	return b, scratch.Dir
}

// proofs is what `grader verify` finds of the phase name of the course in dir.
func proofs(t *testing.T, dir, name string) []verify.Proof {
	t.Helper()
	c := loaded(t, dir)
	b, scratch := builder(t, c)
	v := verify.New(verify.Options{Course: c, FS: os.DirFS(dir), Builder: b, Scratch: scratch,
		Grader: grade.New(grade.Options{Builder: b, Scratch: scratch})})
	list, err := v.Phase(t.Context(), c.Phase(name))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 8 {
		t.Fatalf("verify showed %d proofs, want 8", len(list))
	}
	return list
}

// unfilled lists the files among names that still have a line to be written.
func unfilled(t *testing.T, dir string, names []string) []string {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Base(name) == "starter.txtar" || !strings.Contains(string(data), "TODO:")
	})
}

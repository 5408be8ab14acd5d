package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/verify"
)

// shared is what all tests build with: programs of the same source are linked once.
var shared struct {
	cache        string
	tool         *build.Toolchain
	goMod, goSum []byte
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run makes the shared folder and takes it away again, also when it fails.
func run(m *testing.M) int {
	fail := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "verify-test-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	shared.cache = dir
	if shared.goMod, err = os.ReadFile("../../../go.mod"); err != nil {
		return fail(err)
	}
	if shared.goSum, err = os.ReadFile("../../../go.sum"); err != nil {
		return fail(err)
	}
	if shared.tool, err = build.Find(context.Background(), dir, shared.goMod); err != nil {
		return fail(err)
	}
	if err = warm(); err != nil {
		return fail(err)
	}
	return m.Run()
}

// warm compiles once what the phases import, with references that build, and the
// programs of the lesson: the tests break some of them.
func warm() error {
	fsys, err := read()
	if err != nil {
		return err
	}
	text := strings.Replace(counter, "'''", "```", 2) + "\n```console\n$ curl -s localhost:8090\n 1 of localhost:8090\n```\n"
	fsys[lesson] = &fstest.MapFile{Data: slices.Concat(fsys[lesson].Data, []byte(text))}
	if err := pack(fsys); err != nil {
		return err
	}
	c, err := catalog.Load(fsys)
	if err != nil {
		return err
	}
	b, err := build.New(build.Options{Course: c, Toolchain: shared.tool, Cache: shared.cache, Scratch: shared.cache})
	if err != nil {
		return err
	}
	for _, p := range c.Phases {
		if err := b.Warm(context.Background(), p.Name); err != nil {
			return err
		}
	}
	// Two that link the same program in one process at once get into each other's way.
	v := verify.New(verify.Options{Course: c, FS: fsys, Builder: b, Scratch: shared.cache})
	proof, err := v.Prove(context.Background(), c.Phases[0], 7)
	if err == nil && !proof.OK() {
		err = errors.New(strings.Join(proof.Problems, "\n"))
	}
	return err
}

// read reads the course of testdata.
func read() (fstest.MapFS, error) {
	a, err := txtar.ParseFile("testdata/course.txtar")
	if err != nil {
		return nil, err
	}
	fsys := fstest.MapFS{"go.mod": {Data: shared.goMod}, "go.sum": {Data: shared.goSum}}
	for _, f := range a.Files {
		data := f.Data
		if path.Ext(f.Name) == ".txtar" {
			if data, err = txtar.Unquote(data); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
		}
		fsys[f.Name] = &fstest.MapFile{Data: data}
	}
	return fsys, nil
}

// pack packs every phase's starter, as `grader pack` does.
func pack(fsys fstest.MapFS) error {
	dirs, err := fs.Glob(fsys, "phases/*")
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		top, err := verify.Top(fsys, dir)
		if err != nil {
			return err
		}
		data, err := catalog.PackStarter(top)
		if err != nil {
			return err
		}
		fsys[dir+"/.hidden/starter.txtar"] = &fstest.MapFile{Data: data}
	}
	return nil
}

// An edit changes the files of the course.
type edit func(*testing.T, fstest.MapFS)

// put writes a file.
func put(name, text string) edit {
	return func(_ *testing.T, fsys fstest.MapFS) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
}

// sub replaces a text that stands once in a file.
func sub(name, before, after string) edit {
	return func(t *testing.T, fsys fstest.MapFS) {
		t.Helper()
		require.Contains(t, fsys, name)
		require.Equal(t, 1, bytes.Count(fsys[name].Data, []byte(before)), "%q must stand once in %s", before, name)
		put(name, strings.Replace(string(fsys[name].Data), before, after, 1))(t, fsys)
	}
}

// del removes a file.
func del(name string) edit {
	return func(t *testing.T, fsys fstest.MapFS) {
		t.Helper()
		require.Contains(t, fsys, name)
		delete(fsys, name)
	}
}

// bench is a Verifier of an edited course.
type bench struct {
	*verify.Verifier
	course *catalog.Course
}

// at grades in boxes of the level.
func at(level string) func(*verify.Options) {
	return func(o *verify.Options) {
		o.Grader = grade.New(grade.Options{Builder: o.Builder, Cache: shared.cache, Scratch: o.Scratch, Version: "1", Level: level})
	}
}

// newBench loads the course of testdata, edited before and after its starters are packed.
func newBench(t *testing.T, before, after []edit, change ...func(*verify.Options)) *bench {
	t.Helper()
	fsys, err := read()
	require.NoError(t, err)
	for _, e := range before {
		e(t, fsys)
	}
	require.NoError(t, pack(fsys))
	for _, e := range after {
		e(t, fsys)
	}
	c, err := catalog.Load(fsys)
	require.NoError(t, err)
	scratch := t.TempDir()
	b, err := build.New(build.Options{Course: c, Toolchain: shared.tool, Cache: shared.cache, Scratch: scratch})
	require.NoError(t, err)
	o := verify.Options{Course: c, FS: fsys, Builder: b, Scratch: scratch,
		Grader: grade.New(grade.Options{Builder: b, Cache: shared.cache, Scratch: scratch, Version: "1"})}
	for _, f := range change {
		f(&o)
	}
	return &bench{verify.New(o), c}
}

// The proofs by what they look at: all of them, those that look at mutants, and
// those that start no program of the phase. The others hold as they did when an edit
// is of mutants or of texts alone.
var (
	everything = []int{1, 2, 3, 4, 5, 6, 7, 8}
	mutants    = []int{3, 4, 5, 6, 7}
	texts      = []int{4, 5, 6, 7}
)

// prove shows proofs of a phase.
func (b *bench) prove(t *testing.T, phase string, numbers []int) map[int]verify.Proof {
	t.Helper()
	p := b.course.Phase(phase)
	require.NotNil(t, p)
	shown := map[int]verify.Proof{}
	for _, n := range numbers {
		proof, err := b.Prove(t.Context(), p, n)
		require.NoError(t, err)
		require.Equal(t, p.Name, proof.Phase)
		require.Equal(t, n, proof.Number)
		require.NotEmpty(t, proof.Name)
		require.Equal(t, len(proof.Problems) == 0, proof.OK())
		shown[n] = proof
	}
	return shown
}

// failed are the numbers of the proofs that do not hold, with their problems.
func failed(shown map[int]verify.Proof) (numbers []int, problems string) {
	var text strings.Builder
	for _, n := range slices.Sorted(maps.Keys(shown)) {
		proof := shown[n]
		if !proof.OK() {
			numbers = append(numbers, proof.Number)
		}
		for _, p := range proof.Problems {
			fmt.Fprintf(&text, "proof %d: %s\n", proof.Number, p)
		}
	}
	return numbers, text.String()
}

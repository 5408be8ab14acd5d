package watch_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/watch"
)

var saves = flag.Int("saves", 1000, "how often TestNoSaveIsDropped saves")

// deadline is how long a test waits for what must come.
const deadline = 30 * time.Second

// A desk is a folder being watched by a job that says what is in it.
type desk struct {
	dir   string
	slow  func() time.Duration // how long a run takes
	again chan struct{}
	end   func() error // ends the watch and returns its error

	mu      sync.Mutex
	starts  int
	running int
	most    int // runs at the same time
	told    []string
	resting bool // nothing was started since the last result
}

type snapshot map[string]string

// read is the folder as the job sees it: Go files only.
func (d *desk) read() snapshot {
	files := snapshot{}
	filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(path) == ".go" {
			if data, err := os.ReadFile(path); err == nil {
				rel, _ := filepath.Rel(d.dir, path)
				files[filepath.ToSlash(rel)] = string(data)
			}
		}
		return nil
	})
	return files
}

func verdict(files snapshot) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "%s=%s ", name, files[name])
	}
	return b.String()
}

func (d *desk) loop() watch.Loop[snapshot, string] {
	return watch.Loop[snapshot, string]{
		Folder: d.dir, Again: d.again, Settle: 2 * time.Millisecond, Sweep: 100 * time.Millisecond,
		Read: func() (snapshot, string, error) {
			files := d.read()
			return files, fmt.Sprintf("%x", sha256.Sum256([]byte(verdict(files)))), nil
		},
		Start: func(snapshot) { d.locked(func() { d.starts++; d.resting = false }) },
		Run: func(ctx context.Context, files snapshot) (string, error) {
			d.locked(func() { d.running++; d.most = max(d.most, d.running) })
			defer d.locked(func() { d.running-- })
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(d.slow()):
				return verdict(files), nil
			}
		},
		Done:     func(_ snapshot, v string) { d.locked(func() { d.told = append(d.told, v); d.resting = true }) },
		Outdated: func() {},
	}
}

func (d *desk) locked(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// sit begins to watch a folder with one file.
func sit(t *testing.T, slow func() time.Duration) *desk {
	t.Helper()
	d := &desk{dir: filepath.Join(t.TempDir(), "phase"), slow: slow, again: make(chan struct{})}
	require.NoError(t, os.Mkdir(d.dir, 0o755))
	d.write(t, "main.go", "0")
	d.watch(t, d.loop())
	return d
}

func (d *desk) watch(t *testing.T, l watch.Loop[snapshot, string]) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Watch(ctx) }()
	d.end = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { d.end() })
}

func (d *desk) write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o644))
}

// rests waits until what was told last is the verdict of the files as they are.
func (d *desk) rests(t *testing.T) {
	t.Helper()
	want := verdict(d.read())
	var last string
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(time.Millisecond) {
		ok := false
		d.locked(func() {
			if len(d.told) > 0 {
				last, ok = d.told[len(d.told)-1], d.resting
			}
		})
		if ok && last == want {
			return
		}
	}
	t.Fatalf("the files are %q, and the last verdict is of %q", want, last)
}

func (d *desk) count() (n int) {
	d.locked(func() { n = d.starts })
	return n
}

func quick() time.Duration { return 0 }

// TestNoSaveIsDropped saves at random moments, in all the ways that editors and git
// do. Whenever there is a pause, what was told last is the verdict of the last save.
func TestNoSaveIsDropped(t *testing.T) {
	n := *saves
	if testing.Short() {
		n /= 10
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	d := sit(t, func() time.Duration { return time.Duration(rand.IntN(8)) * time.Millisecond })
	for i := range n {
		save(t, d, rng, fmt.Sprint(i+1))
		if rng.IntN(3) > 0 {
			time.Sleep(time.Duration(rng.IntN(12)) * time.Millisecond)
		}
		if rng.IntN(20) == 0 {
			d.rests(t)
		}
	}
	d.rests(t)
	require.ErrorIs(t, d.end(), context.Canceled)
	d.locked(func() {
		require.Equal(t, 1, d.most, "runs never overlap")
		require.Zero(t, d.running, "none is left")
		require.Equal(t, verdict(d.read()), d.told[len(d.told)-1])
	})
}

func save(t *testing.T, d *desk, rng *rand.Rand, text string) {
	t.Helper()
	at := func(name string) string { return filepath.Join(d.dir, name) }
	switch rng.IntN(9) {
	case 0: // a temporary file, renamed
		d.write(t, ".main.go.tmp", text)
		require.NoError(t, os.Rename(at(".main.go.tmp"), at("main.go")))
	case 1: // the old file moved away first, and kept
		os.Rename(at("main.go"), at("main.go~"))
		d.write(t, "main.go", text)
	case 2: // a file in a new folder
		sub := fmt.Sprintf("store%d", rng.IntN(4))
		require.NoError(t, os.MkdirAll(at(filepath.Join(sub, "sql")), 0o755))
		d.write(t, filepath.Join(sub, "sql", "rows.go"), text)
	case 3: // a folder removed
		require.NoError(t, os.RemoveAll(at(fmt.Sprintf("store%d", rng.IntN(4)))))
	case 4: // many files at once
		for k := range 20 {
			d.write(t, fmt.Sprintf("part%d.go", k), text)
		}
	case 5: // the whole folder put in the place of the old one
		next := d.dir + ".next"
		require.NoError(t, os.Mkdir(next, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(next, "main.go"), []byte(text), 0o644))
		require.NoError(t, os.Rename(d.dir, d.dir+".old"))
		require.NoError(t, os.Rename(next, d.dir))
		require.NoError(t, os.RemoveAll(d.dir+".old"))
	case 6: // written in two parts
		f, err := os.Create(at("main.go"))
		require.NoError(t, err)
		f.WriteString(text)
		time.Sleep(time.Duration(rng.IntN(6)) * time.Millisecond)
		f.WriteString(" and more")
		require.NoError(t, f.Close())
	default:
		d.write(t, "main.go", text)
	}
}

// What is read decides: a touch, and a file that the job does not read, start nothing.
func TestNothingChanged(t *testing.T) {
	t.Parallel()
	d := sit(t, quick)
	d.rests(t)
	before := d.count()
	now := time.Now()
	for _, name := range []string{"4913", ".main.go.swp", "main.go~", "notes.txt"} {
		d.write(t, name, "x")
		require.NoError(t, os.Chtimes(filepath.Join(d.dir, "main.go"), now, now))
		d.write(t, ".main.go.tmp", "0") // renamed, so that the file is never seen empty
		require.NoError(t, os.Rename(filepath.Join(d.dir, ".main.go.tmp"), filepath.Join(d.dir, "main.go")))
		require.NoError(t, os.Remove(filepath.Join(d.dir, name)))
		time.Sleep(20 * time.Millisecond) // longer than Settle
	}
	time.Sleep(250 * time.Millisecond) // two sweeps
	require.Equal(t, before, d.count())
	d.write(t, "main.go", "1")
	d.rests(t)
	require.Greater(t, d.count(), before)
}

// A save during a run ends that run, and its result is never told.
func TestOutdated(t *testing.T) {
	t.Parallel()
	var slow sync.Map
	slow.Store("for", time.Hour)
	d := sit(t, func() time.Duration { v, _ := slow.Load("for"); return v.(time.Duration) })
	require.Eventually(t, func() bool { return d.count() == 1 }, deadline, time.Millisecond)
	slow.Store("for", time.Duration(0))
	d.write(t, "main.go", "1")
	d.rests(t)
	d.locked(func() { require.Equal(t, []string{"main.go=1 "}, d.told) })
}

// Without one event the sweep finds a change.
func TestSweep(t *testing.T) {
	t.Parallel()
	d := &desk{dir: filepath.Join(t.TempDir(), "phase"), slow: quick}
	require.NoError(t, os.Mkdir(d.dir, 0o755))
	l := d.loop()
	l.Folder = filepath.Join(t.TempDir(), "elsewhere", "phase")
	d.watch(t, l)
	d.write(t, "main.go", "1")
	d.rests(t)
	require.NoError(t, os.RemoveAll(d.dir))
	d.rests(t)
}

func TestAgain(t *testing.T) {
	t.Parallel()
	d := sit(t, quick)
	d.rests(t)
	before := d.count()
	d.again <- struct{}{}
	require.Eventually(t, func() bool { return d.count() == before+1 }, deadline, time.Millisecond)
	d.rests(t)
}

// An error of the job, or of a read, ends the watch.
func TestErrors(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for _, tc := range []struct {
		name  string
		spoil func(*watch.Loop[snapshot, string])
	}{
		{"Read", func(l *watch.Loop[snapshot, string]) {
			l.Read = func() (snapshot, string, error) { return nil, "", boom }
		}},
		{"Run", func(l *watch.Loop[snapshot, string]) {
			l.Run = func(context.Context, snapshot) (string, error) { return "", boom }
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := &desk{dir: t.TempDir(), slow: quick}
			l := d.loop()
			tc.spoil(&l)
			require.ErrorIs(t, l.Watch(context.Background()), boom)
		})
	}
}

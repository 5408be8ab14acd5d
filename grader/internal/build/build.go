// Package build turns a phase's files into a binary, or into compile errors that
// a learner can act on. It is the only caller of the go command.
//
// A graded build sees only the files it is given and the course's own go.mod and
// go.sum, in an environment made from scratch, without the network; the modules
// it needs are fetched before, with the user's settings. Binaries are kept in a
// cache by the hash of everything that goes into them.
package build

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"echofromzero/grader/internal/catalog"
)

// Limit is how long one graded build may take. Fetching modules and the first
// compilation of what they bring do not count.
const Limit = 60 * time.Second

// Memory is how many bytes one graded build may take, on systems that tell. What the
// course asks for takes a tenth of it.
const Memory = 4 << 30

// vetLimit is how long `go vet` may take, for authors only: the first time it looks
// at all that a phase imports.
const vetLimit = 10 * time.Minute

// The cache keeps at most this much, the least recently used goes first. What was
// used a moment ago stays: another grader may be about to start it.
const (
	maxCached      = 200
	maxCachedBytes = 2 << 30
	inUse          = 5 * time.Minute
)

// ErrTimeout is returned when a build takes longer than Limit.
var ErrTimeout = fmt.Errorf("the build took longer than %v", Limit)

// ErrMemory is returned when a build takes more than Memory.
var ErrMemory = fmt.Errorf("the build took more than %d GiB of memory", Memory>>30)

// Progress tells what takes long: a stage ("downloading modules") and a detail,
// which may be empty. It is called from several goroutines.
type Progress func(stage, detail string)

// A Builder builds phases of one course.
type Builder struct {
	course   *catalog.Course
	tool     *Toolchain
	cache    string
	bin      string
	scratch  string
	progress Progress
	slots    chan struct{}

	noC func() string // why the C compiler makes no program, or ""
}

// Options of a Builder.
type Options struct {
	Course    *catalog.Course
	Toolchain *Toolchain
	Cache     string // folder for what builds share; made when missing
	Bin       string // folder for binaries; "" for one in Cache

	// Slots is how many go commands run at once, and who shares that bound; nil for as
	// many as there are cores, for this Builder alone.
	Slots    chan struct{}
	Scratch  string // existing folder for temporary files
	Progress Progress
}

// New returns a Builder.
func New(o Options) (*Builder, error) {
	o.Bin = cmp.Or(o.Bin, filepath.Join(o.Cache, "bin"))
	for _, dir := range []string{o.Cache, o.Bin} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("make the build cache: %w", err)
		}
	}
	if o.Progress == nil {
		o.Progress = func(string, string) {}
	}
	b := &Builder{course: o.Course, tool: o.Toolchain, cache: o.Cache, bin: o.Bin, scratch: o.Scratch,
		progress: o.Progress, slots: o.Slots}
	if b.slots == nil {
		b.slots = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	}
	b.noC = sync.OnceValue(b.probeC)
	return b, nil
}

// A Source is what goes into one binary.
type Source struct {
	Phase string // folder below phases/: "01-hello"
	Files catalog.Files
	Race  bool // with the race detector; see [Builder.NoRace]

	// Version, if it is not "", asks for a build that can be shipped: stripped, and with
	// main.version set to it.
	Version string
	Test    bool // the tests among Files, not the program
	Fuzz    bool // of Test: the phase's own code is compiled for fuzzing
}

// A Program is a built binary, or the reasons why there is none.
type Program struct {
	Path   string // "" if there are Errors
	Cached bool
	Took   time.Duration
	Errors []Error
	More   int // how many further errors there were
}

// Key is the hash of everything that goes into the binary of src: files, modules,
// Go's version and the flags.
func (b *Builder) Key(src Source) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s/%s\n%s\n", b.tool.Version, runtime.GOOS, runtime.GOARCH, strings.Join(src.flags(), " "))
	add := func(name string, data []byte) { fmt.Fprintf(h, "%d %s %d\n%s", len(name), name, len(data), data) }
	add("go.mod", b.course.GoMod)
	add("go.sum", b.course.GoSum)
	for _, name := range slices.Sorted(maps.Keys(src.Files)) {
		add(src.Phase+"/"+name, src.Files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Without DWARF the linker, which takes most of a build, has a third less to do; panics
// keep their line numbers.
var flags = []string{"-trimpath", "-buildvcs=false", "-pgo=off", "-ldflags=-w"}

func flagsOf(race bool) []string {
	if race {
		return append([]string{"-race"}, flags...)
	}
	return flags
}

// flags are the go command's verb and its flags for src.
func (src Source) flags() []string {
	verb := []string{"build"}
	if src.Test {
		verb = []string{"test", "-c"}
	}
	list := append(verb, flagsOf(src.Race)...)
	if src.Version != "" {
		list = append(list, "-ldflags=-s -w -X main.version="+src.Version)
	}
	if src.Test { // many are linked for one exercise, and nobody looks up their symbols
		list = append(list, "-ldflags=-s -w")
	}
	if src.Fuzz { // for this package alone: to compile all that it imports once more takes a minute
		list = append(list, "-gcflags=-d=libfuzzer")
	}
	return list
}

// Build returns the program of src, from the cache if it was built before. The
// error is ctx's, ErrTimeout, ErrMemory, or a fault of the machine.
func (b *Builder) Build(ctx context.Context, src Source) (*Program, error) {
	began := time.Now()
	key := b.Key(src)
	path := filepath.Join(b.bin, key)
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		b.Use(path)
		return &Program{Path: path, Cached: true, Took: time.Since(began)}, nil
	}
	if refused := b.refuse(src); len(refused) > 0 {
		return &Program{Errors: refused, Took: time.Since(began)}, nil
	}
	if err := b.warm(ctx, src.Phase, src.Race); err != nil {
		return nil, err
	}
	p, err := b.compile(ctx, src, path)
	if errors.Is(err, ErrTimeout) && ctx.Err() == nil {
		// The caches may have been emptied since the stamp was set.
		b.unstamp(src.Phase)
		if err = b.warm(ctx, src.Phase, src.Race); err == nil {
			p, err = b.compile(ctx, src, path)
		}
	}
	if err != nil {
		return nil, err
	}
	p.Took = time.Since(began)
	return p, nil
}

// compile builds src into path.
func (b *Builder) compile(ctx context.Context, src Source, path string) (*Program, error) {
	root, err := b.root(src)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	out := filepath.Join(root, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		return nil, fmt.Errorf("make a folder for the build: %w", err)
	}
	args := append(src.flags(), "-o", out+string(filepath.Separator), "./phases/"+src.Phase)
	res, err := b.offline(ctx, root, src, args, Limit)
	if err != nil {
		return nil, err
	}
	if res.Code != 0 {
		list, more, err := b.diagnose(res.output, src)
		return &Program{Errors: list, More: more}, err
	}
	name := filepath.Base(src.Phase)
	if src.Test {
		name += ".test"
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if err := b.keep(filepath.Join(out, name), path); err != nil {
		return nil, err
	}
	return &Program{Path: path}, nil
}

// root writes a module that holds just the course's go.mod and the phase's files.
func (b *Builder) root(src Source) (string, error) {
	root, err := os.MkdirTemp(b.scratch, "build-")
	if err == nil {
		err = os.Mkdir(tmpOf(root), 0o755)
	}
	if err != nil {
		return "", fmt.Errorf("make a folder for the build: %w", err)
	}
	files := catalog.Files{"go.mod": b.course.GoMod, "go.sum": b.course.GoSum}
	for name, data := range src.Files {
		files["phases/"+src.Phase+"/"+name] = data
	}
	for name, data := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, data, 0o644)
		}
		if err != nil {
			os.RemoveAll(root)
			return "", fmt.Errorf("write the files to build: %w", err)
		}
	}
	return root, nil
}

// tmpOf is where the go command keeps its temporary files: what a killed one leaves
// goes with root.
func tmpOf(root string) string { return filepath.Join(root, ".tmp") }

// kept counts the binaries that were moved into a cache.
var kept atomic.Int64

// keep moves a binary into the cache. Two graders that build the same at once
// both succeed: the bytes are the same.
func (b *Builder) keep(built, path string) error {
	tmp := fmt.Sprintf("%s.%d-%d.tmp", path, os.Getpid(), kept.Add(1)) // two goroutines may build the same
	if err := os.Rename(built, tmp); err != nil {                      // another file system
		data, err := os.ReadFile(built)
		if err == nil {
			err = os.WriteFile(tmp, data, 0o755)
		}
		if err != nil {
			os.Remove(tmp)
			return fmt.Errorf("keep the binary: %w", err)
		}
	}
	if err := os.Rename(tmp, path); err != nil {
		os.Remove(tmp)
		return fmt.Errorf("keep the binary: %w", err)
	}
	b.evict()
	return nil
}

// evict removes the least recently used binaries beyond the cache's limits, and
// what a killed grader left half written.
func (b *Builder) evict() {
	dir := b.bin
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var infos []os.FileInfo
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue
		}
		if strings.HasSuffix(e.Name(), ".tmp") && time.Since(info.ModTime()) > time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
			continue
		}
		infos = append(infos, info)
		total += info.Size()
	}
	sort.Slice(infos, func(i, j int) bool { return infos[i].ModTime().Before(infos[j].ModTime()) })
	for n := len(infos); len(infos) > 1 && (n > maxCached || total > maxCachedBytes) && time.Since(infos[0].ModTime()) > inUse; n-- {
		os.Remove(filepath.Join(dir, infos[0].Name()))
		total -= infos[0].Size()
		infos = infos[1:]
	}
}

// Use says that a binary is about to be started: for the next minutes it is not evicted.
func (b *Builder) Use(path string) {
	now := time.Now()
	os.Chtimes(path, now, now)
}

// Clear removes the binaries that were built: for a Builder with a Bin of its own, when
// none of them runs.
func (b *Builder) Clear() error {
	if err := os.RemoveAll(b.bin); err != nil {
		return err
	}
	return os.MkdirAll(b.bin, 0o755)
}

// Vet runs `go vet` over src and returns what it found.
func (b *Builder) Vet(ctx context.Context, src Source) ([]Error, error) {
	if err := b.warm(ctx, src.Phase, false); err != nil {
		return nil, err
	}
	root, err := b.root(src)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	res, err := b.offline(ctx, root, src, []string{"vet", "./phases/" + src.Phase + "/..."}, vetLimit)
	if err != nil || res.Code == 0 {
		return nil, err
	}
	list, _, err := b.diagnose(res.output, src)
	return list, err
}

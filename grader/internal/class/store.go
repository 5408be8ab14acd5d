package class

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/gofrs/flock"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/durable"
	"echofromzero/grader/internal/report"
)

const (
	resultsDir = "results"
	gradescope = "gradescope"
	stateFile  = "class.json"
	lockFile   = "class.lock"
)

// ErrBusy means that another grader works on the same folder of results.
var ErrBusy = errors.New("another grader is grading into this folder")

// store is the folder of a class's results.
type store struct {
	dir  string
	lock *flock.Flock
	seed uint64
}

// openStore opens a class's results, or makes them, for this process alone.
func openStore(dir string, seed uint64, fresh bool) (*store, error) {
	s := &store{dir: dir, lock: flock.New(filepath.Join(dir, lockFile))}
	for _, d := range []string{dir, s.path(resultsDir), s.path(gradescope)} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			return nil, s.trouble(err)
		}
	}
	ok, err := s.lock.TryLock()
	if err != nil {
		return nil, s.trouble(err)
	}
	if !ok {
		return nil, fmt.Errorf("%w: %s; wait until it ends, or name another folder with --out", ErrBusy, dir)
	}
	if err := s.begin(seed, fresh); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// close lets another grader have the folder.
func (s *store) close() { s.lock.Unlock() }

func (s *store) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// leftover is what a killed grader leaves of a file that it was writing.
var leftover = regexp.MustCompile(`^\..+\.(json|csv|xml|html)[0-9]+$`)

// begin removes what a killed grader left and, if fresh, the results of before, and
// settles the seed: the one given, else the one of before.
func (s *store) begin(seed uint64, fresh bool) error {
	for _, dir := range []string{s.dir, s.path(resultsDir), s.path(gradescope)} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return s.trouble(err)
		}
		for _, e := range entries {
			if leftover.MatchString(e.Name()) || fresh && dir != s.dir && filepath.Ext(e.Name()) == ".json" {
				if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
					return s.trouble(err)
				}
			}
		}
	}
	var state struct {
		Format int    `json:"format"`
		Seed   string `json:"seed"` // as text, for it has 64 bits
	}
	if data, err := os.ReadFile(s.path(stateFile)); err == nil && json.Unmarshal(data, &state) == nil && !fresh {
		s.seed, _ = strconv.ParseUint(state.Seed, 10, 64)
	}
	old := s.seed
	if seed != 0 {
		s.seed = seed
	}
	for s.seed == 0 {
		var b [8]byte
		rand.Read(b[:])
		s.seed = binary.LittleEndian.Uint64(b[:])
	}
	if s.seed == old {
		return nil
	}
	return s.write(fmt.Appendf(nil, "{\n  \"format\": 1,\n  \"seed\": \"%d\"\n}\n", s.seed), stateFile)
}

// find returns the record of a submission if it was graded already, from the same
// files by the same grader; one with something broken was not.
func (s *store) find(name, key string) (report.Record, bool) {
	r, err := s.read(name)
	return r, err == nil && r.Name == name && r.Key == key && !r.Broken()
}

func (s *store) read(name string) (report.Record, error) {
	data, err := os.ReadFile(s.path(resultsDir, name+".json"))
	if err != nil {
		return report.Record{}, err
	}
	return report.ReadRecord(data)
}

// keep writes a submission's record. The one that counts is written last, so that it
// is there only if all is.
func (s *store) keep(r report.Record) error {
	var b bytes.Buffer
	if err := r.Gradescope(&b); err != nil {
		return err
	}
	if err := s.write(b.Bytes(), gradescope, r.Name+".json"); err != nil {
		return err
	}
	b.Reset()
	if err := r.Write(&b); err != nil {
		return err
	}
	return s.write(b.Bytes(), resultsDir, r.Name+".json")
}

func (s *store) write(data []byte, elem ...string) error {
	return s.trouble(durable.Replace(s.path(elem...), data))
}

// fill writes a file through fn.
func (s *store) fill(name string, fn func(io.Writer) error) error {
	return s.trouble(durable.Write(s.path(name), fn))
}

// trouble says why something could not be written, and what to do.
func (s *store) trouble(err error) error {
	switch {
	case err == nil:
		return nil
	case durable.IsFull(err):
		return fmt.Errorf("the disk is full: %w; what was graded is kept: free some space and run the same command again", err)
	case durable.IsReadOnly(err):
		return fmt.Errorf("%s cannot be written: %w; what was graded is kept: make it writable and run the same command again, or name another folder with --out", s.dir, err)
	case durable.IsNotDir(err):
		return fmt.Errorf("%s is no folder: %w; name another one with --out", s.dir, err)
	}
	return fmt.Errorf("write the results: %w; what was graded is kept: run the same command again", err)
}

// keyOf is the hash of all that the results of a submission depend on.
func keyOf(version string, seed uint64, level string, c *catalog.Course, parts []part) string {
	h := sha256.New()
	line := func(what ...any) { fmt.Fprintf(h, "%q\n", what) }
	line(version, seed, level, c.GoMod, c.GoSum)
	for _, p := range parts {
		line(p.phase.Name, p.phase.Title, p.refused, p.source.Notes)
		for _, e := range p.phase.Exercises {
			line(e.ID, e.Title, e.Level, e.Kind, e.Needs)
			if e.Suite != nil {
				line(e.Suite.Hash)
			}
		}
		hashFiles(h, p.source.Files) // pinned files are the course's already
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashFiles(h hash.Hash, files catalog.Files) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %d\n", name, len(files[name]))
		h.Write(files[name])
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

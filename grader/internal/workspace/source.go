package workspace

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"echofromzero/grader/internal/catalog"
)

// A Source is what is graded of one phase.
type Source struct {
	Files  catalog.Files // the learner's, with pinned files replaced by the reference's
	Notes  []string      // what the learner should know: sentences with the next step
	Edited []string      // pinned files that the learner has changed
}

// ReadPhase reads the learner's files of a phase: regular files of its folder
// and of the folders below it. Left out are names that begin with a dot, the
// lesson, manifests, capstones, what editors leave behind, and what skipRule names. The error is ErrSource
// when the learner can mend it, else it says what could not be read.
func (w *Workspace) ReadPhase(p *catalog.Phase) (Source, error) {
	root, err := w.phaseRoot(p)
	if err != nil {
		return Source{}, err
	}
	defer root.Close()
	return ReadTree(Folder{root}, p, w.Course)
}

// A Tree is the folder of a phase, on disk or handed in as an archive. Names are as
// in [fs.FS]; a folder that it opens is an [fs.ReadDirFile].
type Tree interface {
	Open(name string) (fs.File, error)
	Lstat(name string) (fs.FileInfo, error)
}

// A Folder is a Tree on disk, with names that need not be UTF-8.
type Folder struct{ *os.Root }

func (t Folder) Open(name string) (fs.File, error) { return t.Root.Open(name) }

// ReadTree reads the files of a phase as ReadPhase does. The course, which may be
// nil, tells the capstones of the phase.
func ReadTree(t Tree, p *catalog.Phase, c *catalog.Course) (Source, error) {
	r := &reader{course: c, phase: p, tree: t, folded: map[string]string{}, src: Source{Files: catalog.Files{}}}
	if err := r.folder("."); err != nil {
		return Source{}, err
	}
	if !hasGo(r.src.Files) {
		return Source{}, problemf(ErrSource, "%s holds no Go file; run `grader reset %s` to get the starter back", p.Dir(), p.Number)
	}
	r.pin()
	if r.dropped > 0 {
		r.src.Notes = append(r.src.Notes, fmt.Sprintf("%d more files of %s are skipped for such reasons.", r.dropped, p.Dir()))
	}
	return r.src, nil
}

// hasGo reports whether the phase's own package has a file.
func hasGo(files catalog.Files) bool {
	for name := range files {
		if path.Dir(name) == "." && path.Ext(name) == ".go" {
			return true
		}
	}
	return false
}

// A reader reads one phase within the limits.
type reader struct {
	course *catalog.Course
	phase  *catalog.Phase
	tree   Tree
	src    Source

	folded  map[string]string // path in lower case -> path
	entries int               // names seen
	total   int64             // bytes read
	dropped int               // notes over the limit
}

// full is a phase's path as a learner knows it.
func (r *reader) full(name string) string { return shown(path.Join(r.phase.Dir(), name)) }

func (r *reader) notef(format string, args ...any) {
	if len(r.src.Notes) == maxNotes {
		r.dropped++
		return
	}
	r.src.Notes = append(r.src.Notes, fmt.Sprintf(format, args...))
}

func (r *reader) tooMuch(what string) error {
	return problemf(ErrSource, "%s holds more than %s; move what is not part of the program out of it", r.phase.Dir(), what)
}

func (r *reader) folder(dir string) error {
	entries, err := ReadDir(r.tree, dir, maxEntries-r.entries+1)
	if err != nil {
		return r.unreadable(dir, err)
	}
	for _, e := range entries {
		if r.entries++; r.entries > maxEntries {
			return r.tooMuch(fmt.Sprintf("%d files and folders", maxEntries))
		}
		if err := r.entry(path.Join(dir, e.Name()), e); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) entry(name string, e fs.DirEntry) error {
	lower := strings.ToLower(name)
	twin := r.folded[lower]
	r.folded[lower] = name
	switch {
	case isCourses(name):
		return nil
	case !utf8.ValidString(e.Name()):
		r.notef("skipped %s: its name is not valid UTF-8; rename it.", r.full(name))
	case !portable(name):
		r.notef("skipped %s: a name that other systems do not take; rename it.", r.full(name))
	case twin != "":
		r.notef("skipped %s: on other systems it is the same name as %s; rename it.", r.full(name), r.full(twin))
	case e.Type()&fs.ModeSymlink != 0:
		r.notef("skipped %s: a symbolic link, which the grader does not follow; put a copy of the file there.", r.full(name))
	case e.IsDir() && e.Name() == "vendor":
		r.notef("skipped %s: the grader builds with the course's own modules; remove it.", r.full(name))
	case e.IsDir():
		if !nested(r.tree, r.phase, r.course, name) {
			return r.folder(name)
		}
	case skipRule(name) != "":
		r.notef("%s %s", r.full(name), skipRule(name))
	case slices.Contains(silent, e.Name()), leftover(e.Name()):
	default:
		return r.file(name)
	}
	return nil
}

// file reads one regular file. One that vanishes meanwhile was never there:
// editors save by renaming.
func (r *reader) file(name string) error {
	data, length, err := readFile(r.tree, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, errIrregular):
		r.notef("skipped %s: not a regular file; remove it.", r.full(name))
		return nil
	case err != nil:
		return r.unreadable(name, err)
	case isProgram(data) || length > maxFileSize && !isText(data):
		r.notef("skipped %s: not text, %s.", r.full(name), size(length))
		return nil
	case length > maxFileSize:
		r.notef("skipped %s: %s is more than the 1 MiB that the grader takes of one file; make it smaller.", r.full(name), size(length))
		return nil
	}
	r.src.Files[name] = data
	if len(r.src.Files) > maxFiles {
		return r.tooMuch(fmt.Sprintf("%d files", maxFiles))
	}
	if r.total += length; r.total > maxTotal {
		return r.tooMuch(fmt.Sprintf("%d MiB of files", maxTotal>>20))
	}
	return nil
}

func (r *reader) unreadable(name string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return problemf(ErrSource, "%s cannot be read (permission denied); make it readable: chmod -R u+rX %[1]s", r.full(name))
	}
	return fmt.Errorf("read %s: %w", r.full(name), err)
}

// pin puts the reference's copy of each pinned file in the learner's place.
func (r *reader) pin() {
	for _, name := range r.phase.Pinned {
		ref, ok := r.phase.Solution[name]
		if !ok {
			continue
		}
		r.unblock(name)
		mine, there := r.src.Files[name]
		again := fmt.Sprintf("To put it back: grader reset %s %s", r.phase.Number, name)
		switch {
		case !there:
			r.notef("%s is missing: it is pinned, and the grader builds with its own copy. %s", r.full(name), again)
		case !bytes.Equal(unixLines(mine), unixLines(ref)):
			r.src.Edited = append(r.src.Edited, name)
			r.notef("%s is pinned: the grader builds with its own copy; your edit is not graded. %s", r.full(name), again)
		}
		r.src.Files[name] = ref
	}
}

// unblock leaves out what stands where a pinned file or its folder must be.
func (r *reader) unblock(pinned string) {
	for _, name := range slices.Sorted(maps.Keys(r.src.Files)) {
		again := name != pinned && strings.EqualFold(name, pinned)
		if again || strings.HasPrefix(name, pinned+"/") || strings.HasPrefix(pinned, name+"/") {
			delete(r.src.Files, name)
			r.notef("skipped %s: %s is pinned, and needs its place; move it away.", r.full(name), pinned)
		}
	}
}

// unixLines undoes what git does to line ends on Windows.
func unixLines(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}

var errIrregular = errors.New("not a regular file")

// readFile reads a regular file, its first maxFileSize bytes at most, and
// returns its length.
func readFile(t Tree, name string) (data []byte, length int64, err error) {
	info, err := t.Lstat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() { // opening a FIFO would block
		return nil, 0, errIrregular
	}
	f, err := t.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if length = int64(len(data)); length > maxFileSize || info.Size() > maxFileSize {
		length = max(length, info.Size()) // of a long file a Tree may have the beginning only
	}
	return data, length, err
}

// ReadDir lists a folder of a tree by name, n entries at most.
func ReadDir(t Tree, dir string, n int) ([]fs.DirEntry, error) {
	f, err := t.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "read folder", Path: dir, Err: errIrregular}
	}
	entries, err := d.ReadDir(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}

// isCourses tells the course's own files and hidden ones, which are neither
// graded nor reset.
func isCourses(name string) bool {
	return name == "README.md" || name == "phase.toml" || strings.HasPrefix(path.Base(name), ".")
}

// Package workspace finds and lays out a learner's files: the folder that
// `grader init` made, or a clone of the course that is worked in directly.
//
// It reads a phase's files for grading, makes a fresh workspace, and puts a
// phase back to its starter after a backup. It builds and runs nothing, never
// follows a symbolic link, never calls git, and writes only what Init and Reset
// say. What a learner should be told comes back as sentences.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/modfile"

	"echofromzero/grader/internal/catalog"
)

// Module is the module path of the course and of every workspace.
const Module = "echofromzero"

// What is read of one phase. A folder over one of the first three limits is not
// graded; a file over maxFileSize is skipped with a note.
const (
	maxFiles    = 500     // files
	maxTotal    = 8 << 20 // bytes of all files
	maxEntries  = 5000    // names looked at, skipped ones too
	maxFileSize = 1 << 20 // bytes of one file
	maxNotes    = 20      // notes; the last one says how many more there are
)

// Dir is the grader's own folder in a workspace.
const Dir = ".grader"

var (
	// ErrNone means that a folder is in no workspace.
	ErrNone = errors.New("no workspace here")
	// ErrSource means that a phase's folder cannot be graded as it is, for a
	// reason in the learner's hands: it is missing, has no Go file, is too large.
	ErrSource = errors.New("nothing to grade")

	// ErrNoFile means that a phase's starter has no file of the name asked for.
	ErrNoFile = errors.New("no file of the starter")

	errMissing = fmt.Errorf("%w: no folder", ErrSource)
)

// A problem is a whole message for a user, of one of the kinds above.
type problem struct {
	kind error
	msg  string
}

func (p *problem) Error() string { return p.msg }
func (p *problem) Unwrap() error { return p.kind }

func problemf(kind error, format string, args ...any) error {
	return &problem{kind, fmt.Sprintf(format, args...)}
}

// A Workspace is where a learner works.
type Workspace struct {
	Root  string // absolute
	Clone bool   // a clone of the course's repository: the grader's source is there

	// Course may be set to tell a capstone's folder from a learner's package:
	// in a workspace a capstone has no phase.toml to be known by.
	Course *catalog.Course
}

// Find returns the workspace that holds dir: the nearest folder, from dir
// upwards, with a phases folder and a go.mod whose module is Module. The error
// is ErrNone with the next step, or says what could not be read.
func Find(dir string) (*Workspace, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find workspace: %w", err)
	}
	if info, err := os.Stat(start); err != nil {
		return nil, fmt.Errorf("find workspace: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("find workspace: %s is not a folder", start)
	}
	var foreign string // a go.mod beside a phases folder, of another module
	for at := start; ; at = filepath.Dir(at) {
		module, err := moduleAt(at)
		if err != nil {
			return nil, err
		}
		if module == Module {
			_, err := os.Stat(filepath.Join(at, "grader", "main.go"))
			return &Workspace{Root: at, Clone: err == nil}, nil
		}
		if module != "" && foreign == "" {
			foreign = fmt.Sprintf("; %s names the module %s, where a workspace has `module %s`",
				filepath.Join(at, "go.mod"), shown(module), Module)
		}
		if at == filepath.Dir(at) {
			return nil, problemf(ErrNone, "no workspace here: %s is in none%s; make one with `grader init DIR`, or change into yours with cd", start, foreign)
		}
	}
}

// moduleAt returns the module of the go.mod in dir, or "" where dir cannot be a
// workspace.
func moduleAt(dir string) (string, error) {
	if info, err := os.Stat(filepath.Join(dir, "phases")); err != nil || !info.IsDir() {
		return "", nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find workspace: %w", err)
	}
	return modfile.ModulePath(data), nil
}

// phaseRoot opens a phase's folder, which must be a real one all the way: a
// link could lead anywhere.
func (w *Workspace) phaseRoot(p *catalog.Phase) (*os.Root, error) {
	again := "run `grader reset " + p.Number + "` to get the starter back"
	top, err := os.OpenRoot(w.Root)
	if err != nil {
		return nil, fmt.Errorf("open workspace: %w", err)
	}
	defer top.Close()
	at := ""
	for part := range strings.SplitSeq(p.Dir(), "/") {
		at = path.Join(at, part)
		info, err := top.Lstat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, problemf(errMissing, "%s is missing in %s; %s", at, w.Root, again)
		case err != nil:
			return nil, fmt.Errorf("open phase %s: %w", p.Number, err)
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, problemf(ErrSource, "%s is a symbolic link, which the grader does not follow; put the real folder there, or remove the link and %s", at, again)
		case !info.IsDir():
			return nil, problemf(ErrSource, "%s is not a folder; move it away and %s", at, again)
		}
	}
	root, err := top.OpenRoot(p.Dir())
	if err != nil {
		return nil, fmt.Errorf("open phase %s: %w", p.Number, err)
	}
	return root, nil
}

// nested reports whether a folder of a phase is a phase of its own (a capstone).
func nested(t Tree, p *catalog.Phase, c *catalog.Course, dir string) bool {
	if _, err := t.Lstat(path.Join(dir, "phase.toml")); err == nil {
		return true
	}
	if c == nil {
		return false
	}
	for _, other := range c.Phases {
		if other.Dir() == path.Join(p.Dir(), dir) {
			return true
		}
	}
	return false
}

// shown is a name as a message may hold it: quoted when it has characters that
// do not print.
func shown(name string) string {
	if utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return name
	}
	return strconv.Quote(name)
}

// size is a number of bytes in words.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	default:
		return fmt.Sprintf("%.1f MB", float64(n)/1000/1000)
	}
}

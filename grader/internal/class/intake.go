package class

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/workspace"
)

// kinds are the archives that are taken, by the end of their name.
var kinds = []string{".zip", ".tar.gz", ".tgz"}

// strange are the ends of archives that are not taken. They are submissions: nobody
// is lost because of a packer.
var strange = []string{".7z", ".rar", ".tar", ".gz", ".bz2", ".xz", ".zst", ".zipx", ".lzh"}

// submission is one entry of the class's folder.
type submission struct {
	name string // of the results: the entry's name without its end, printable
	file string // the entry
	kind string // of an archive; "" for a folder or what cannot be taken
}

// submissions lists a class's folder, by name, without the folder out; ignored are the
// entries that are no submissions.
func submissions(dir, out string) (list []submission, ignored []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	short := map[string]int{} // names in lower case -> how many have it
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || filepath.Join(dir, e.Name()) == filepath.Clean(out) {
			continue
		}
		s := submission{name: e.Name(), file: e.Name()}
		end := endOf(e.Name(), kinds)
		switch {
		case e.IsDir():
		case e.Type().IsRegular() && end != "":
			s.kind = strings.ToLower(end)
			s.name = strings.TrimSuffix(e.Name(), end)
		case e.Type().IsRegular() && endOf(e.Name(), strange) == "":
			ignored = append(ignored, printable(e.Name()))
			continue
		}
		short[strings.ToLower(s.name)]++
		list = append(list, s)
	}
	for i, s := range list {
		if short[strings.ToLower(s.name)] > 1 {
			s.name = s.file
		}
		list[i].name = printable(s.name)
	}
	slices.SortFunc(list, func(a, b submission) int { return strings.Compare(a.name, b.name) })
	return list, ignored, nil
}

// endOf returns the end of a file's name that is one of ends, as it is written there.
func endOf(name string, ends []string) string {
	for _, end := range ends {
		if cut := len(name) - len(end); cut > 0 && strings.EqualFold(name[cut:], end) {
			return name[cut:]
		}
	}
	return ""
}

// printable is a name as results and screens have it: what does not print, and what
// some system does not take in a file's name, is %XX. Different names stay different.
func printable(name string) string {
	const most = 150 // bytes, so that a file of that name can be made
	var b strings.Builder
	for i, r := range name {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) || strings.ContainsRune(`%/\:*?"<>|`, r) {
			size := 1
			if r != unicode.ReplacementChar || strings.HasPrefix(name[i:], string(unicode.ReplacementChar)) {
				size = len(string(r))
			}
			for _, c := range []byte(name[i : i+size]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
			continue
		}
		b.WriteRune(r)
	}
	out := b.String()
	if len(out) > most {
		out = strings.ToValidUTF8(out[:most-17], "") + "%" + hashOf(name)[:16]
	}
	return out
}

// part is a phase of a submission.
type part struct {
	phase   *catalog.Phase
	source  workspace.Source
	refused string // why there is nothing to grade, in the learner's hands
}

// reader reads submissions of one class.
type reader struct {
	course *catalog.Course
	dir    string
	phases []*catalog.Phase // asked for
	named  bool             // by their names: one that is not there scores nothing
}

// read reads what a submission holds of the phases. The error is the machine's; what
// the learner did is in the parts.
func (in *reader) read(s submission) ([]part, error) {
	tree, notes, closer, err := in.open(s)
	var refused refusal
	if errors.As(err, &refused) {
		return in.refuse(string(refused)), nil
	}
	if err != nil {
		return nil, err
	}
	defer closer()
	parts, err := in.parts(tree)
	if errors.As(err, &refused) {
		parts, err = in.refuse(string(refused)), nil
	}
	for i := range parts {
		parts[i].source.Notes = slices.Concat(notes, parts[i].source.Notes)
	}
	return parts, err
}

// refuse gives every phase the one reason.
func (in *reader) refuse(why string) []part {
	var parts []part
	for _, p := range in.phases {
		parts = append(parts, part{phase: p, refused: why})
	}
	return parts
}

// open opens a folder or an archive.
func (in *reader) open(s submission) (workspace.Tree, []string, func(), error) {
	file := filepath.Join(in.dir, s.file)
	info, err := os.Lstat(file)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case info.IsDir():
		root, err := os.OpenRoot(file)
		if err != nil {
			return nil, nil, nil, err
		}
		return workspace.Folder{Root: root}, nil, func() { root.Close() }, nil
	case !info.Mode().IsRegular():
		return nil, nil, nil, refusef("the submission is a link or a device, and not a folder or an archive")
	case s.kind == "":
		return nil, nil, nil, refusef("the submission is no archive that the grader takes: hand in a folder, or one of %s", strings.Join(kinds, ", "))
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	tree, notes, err := unpack(f, info.Size(), s.kind)
	return tree, notes, func() {}, err
}

// parts finds the phases in a tree and reads them.
func (in *reader) parts(t workspace.Tree) ([]part, error) {
	base, direct, err := in.base(t)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, p := range in.phases {
		dir := base
		if !direct {
			dir = path.Join(base, p.Dir())
		}
		if !isFolder(t, dir) {
			if in.named {
				parts = append(parts, part{phase: p, refused: p.Dir() + " is missing, or is no folder"})
			}
			continue
		}
		src, err := workspace.ReadTree(below{t, dir}, p, in.course)
		switch {
		case errors.Is(err, workspace.ErrSource):
			parts = append(parts, part{phase: p, source: src, refused: err.Error()})
		case err != nil:
			return nil, err
		default:
			parts = append(parts, part{phase: p, source: src})
		}
	}
	if len(parts) == 0 {
		return nil, refusef("the folder phases holds no phase of the course")
	}
	return parts, nil
}

// crowd is how many entries of a folder are looked at to find the phases.
const crowd = 1000

// base finds the folder that holds phases/, at the top or one folder deep; or, where
// one phase is asked for by its name, the folder of its Go files: direct.
func (in *reader) base(t workspace.Tree) (dir string, direct bool, err error) {
	if isFolder(t, "phases") {
		return ".", false, nil
	}
	top, err := workspace.ReadDir(t, ".", crowd)
	if err != nil {
		return "", false, err
	}
	places := []string{"."}
	for _, e := range top {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "__MACOSX" {
			places = append(places, e.Name())
		}
	}
	var holders, programs []string
	for _, place := range places {
		if isFolder(t, path.Join(place, "phases")) {
			holders = append(holders, place)
		}
		if entries, err := workspace.ReadDir(t, place, crowd); err == nil && slices.ContainsFunc(entries, isGo) {
			programs = append(programs, place)
		}
	}
	one := in.named && len(in.phases) == 1
	switch {
	case len(holders) == 1:
		return holders[0], false, nil
	case len(holders) > 1:
		return "", false, refusef("several folders hold phases (%s and %s): hand in one workspace", holders[0], holders[1])
	case one && len(programs) > 0 && (programs[0] == "." || len(programs) == 1):
		return programs[0], true, nil
	case one:
		return "", false, refusef("neither %s nor its Go files are at the top, or one folder deep", in.phases[0].Dir())
	}
	return "", false, refusef("there is no folder phases, neither at the top nor one folder deep")
}

func isGo(e fs.DirEntry) bool { return e.Type().IsRegular() && path.Ext(e.Name()) == ".go" }

// isFolder reports whether name is a folder, and reached through folders only: a link
// could lead anywhere.
func isFolder(t workspace.Tree, name string) bool {
	for at := name; ; at = path.Dir(at) {
		info, err := t.Lstat(at)
		if err != nil || !info.IsDir() {
			return false
		}
		if at == "." {
			return true
		}
	}
}

// below is the part of a tree that is in a folder.
type below struct {
	workspace.Tree
	dir string
}

func (b below) Open(name string) (fs.File, error) { return b.Tree.Open(path.Join(b.dir, name)) }

func (b below) Lstat(name string) (fs.FileInfo, error) { return b.Tree.Lstat(path.Join(b.dir, name)) }

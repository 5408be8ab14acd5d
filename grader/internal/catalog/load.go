package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/txtar"
)

// Hidden is the folder of a phase that holds the course's own files.
const Hidden = ".hidden"

var phaseName = regexp.MustCompile(`^[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*$`)

func load(fsys fs.FS) (*Course, error) {
	c := &Course{}
	var errs []error
	c.GoMod, errs = readFile(fsys, "go.mod", errs)
	c.GoSum, errs = readFile(fsys, "go.sum", errs)
	dirs, err := phaseDirs(fsys)
	if err != nil {
		errs = append(errs, err)
	}
	c.Phases = make([]*Phase, len(dirs))
	phaseErrs := make([]error, len(dirs))
	var wg sync.WaitGroup
	for i, dir := range dirs {
		wg.Go(func() { c.Phases[i], phaseErrs[i] = loadPhase(fsys, dir) })
	}
	wg.Wait()
	if err := errors.Join(append(errs, phaseErrs...)...); err != nil {
		return nil, err
	}
	if len(c.Phases) == 0 {
		return nil, &Error{File: "phases", Msg: "no phase found: each is a folder such as phases/01-hello with a phase.toml"}
	}
	if err := checkQuizFiles(fsys, c); err != nil {
		return nil, err
	}
	return c, nil
}

func readFile(fsys fs.FS, name string, errs []error) ([]byte, []error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		errs = append(errs, &Error{File: name, Msg: reason(err)})
	}
	return data, errs
}

func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		if errors.Is(err, fs.ErrNotExist) {
			return "is missing"
		}
		return pe.Err.Error()
	}
	return err.Error()
}

// phaseDirs lists the phases and, after each, its capstones (folders of a phase
// with a manifest of their own), in name order.
func phaseDirs(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, "phases")
	if err != nil {
		return nil, &Error{File: "phases", Msg: reason(err)}
	}
	var dirs []string
	var errs []error
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		dir := "phases/" + e.Name()
		if !phaseName.MatchString(e.Name()) {
			errs = append(errs, &Error{File: dir, Msg: "a phase's folder is named like 03-extractors: two digits, a hyphen, lower-case words"})
			continue
		}
		dirs = append(dirs, dir)
		subs, err := fs.ReadDir(fsys, dir)
		if err != nil {
			errs = append(errs, &Error{File: dir, Msg: reason(err)})
			continue
		}
		for _, s := range subs {
			if s.IsDir() && s.Name() != Hidden {
				if _, err := fs.Stat(fsys, path.Join(dir, s.Name(), "phase.toml")); err == nil {
					dirs = append(dirs, path.Join(dir, s.Name()))
				}
			}
		}
	}
	return dirs, errors.Join(errs...)
}

func loadPhase(fsys fs.FS, dir string) (*Phase, error) {
	p := &Phase{Name: strings.TrimPrefix(dir, "phases/")}
	capstone := p.Capstone()
	p.Number = p.Name[:2]
	if capstone {
		p.Number = path.Base(p.Name)
	}
	var errs []error
	data, errs := readFile(fsys, dir+"/phase.toml", errs)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	err := parseManifest(p, dir+"/phase.toml", data)
	if err != nil {
		return nil, err
	}
	p.Lesson, errs = readFile(fsys, dir+"/README.md", errs)
	hidden := path.Join(dir, Hidden)
	starter, errs := readFile(fsys, hidden+"/starter.txtar", errs)
	if p.Starter, err = unpack(hidden+"/starter.txtar", starter); err != nil {
		errs = append(errs, err)
	}
	p.Solution, errs = readTree(fsys, hidden+"/solution", errs)
	p.Second, errs = readTree(fsys, hidden+"/second", errs)
	for _, name := range p.Pinned {
		if _, ok := p.Solution[name]; !ok {
			errs = append(errs, &Error{File: dir + "/phase.toml", Msg: fmt.Sprintf("pinned file %q is not in %s/solution", name, hidden)})
		}
	}
	errs = loadSuites(fsys, p, hidden+"/suite", errs)
	errs = loadMutants(fsys, p, hidden+"/mutants", errs)
	errs = loadVariants(fsys, p, hidden+"/variants", errs)
	p.QuizFile = "quiz/" + path.Base(p.Name) + ".json"
	if quiz, err := fs.ReadFile(fsys, p.QuizFile); err == nil {
		p.Quiz, err = ParseQuiz(p.QuizFile, quiz)
		if err != nil {
			errs = append(errs, err)
		}
	} else if !capstone {
		errs = append(errs, &Error{File: p.QuizFile, Msg: reason(err)})
	}
	return p, errors.Join(errs...)
}

// archive reads a txtar. A line that is a file's marker without a name is refused:
// the library panics at it.
func archive(file string, data []byte) (*txtar.Archive, error) {
	if line := bareMarker(data); line > 0 {
		return nil, &Error{File: file, Line: line, Msg: "`-- --` would begin a file without a name"}
	}
	return txtar.Parse(data), nil
}

// bareMarker is the number of the first line that is `-- --`, or 0.
func bareMarker(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if string(bytes.TrimRight(line, "\r\n")) == "-- --" {
			return n
		}
	}
	return 0
}

// UnpackStarter reads the archive that PackStarter made.
func UnpackStarter(data []byte) Files {
	files, _ := unpack("", data) // what PackStarter made can be read
	return files
}

func unpack(file string, data []byte) (Files, error) {
	a, err := archive(file, data)
	if err != nil {
		return nil, err
	}
	files := Files{}
	for _, f := range a.Files {
		if body, err := txtar.Unquote(f.Data); err == nil && strings.HasSuffix(f.Name, quotedSuffix) {
			files[strings.TrimSuffix(f.Name, quotedSuffix)] = body
			continue
		}
		files[f.Name] = f.Data
	}
	return files, nil
}

// A starter file whose text would read as part of the archive is quoted, and its
// name says so.
const quotedSuffix = ".quoted"

// PackStarter makes .hidden/starter.txtar of a phase's top-level files: sorted,
// so that the same files always give the same bytes.
func PackStarter(files Files) ([]byte, error) {
	a := &txtar.Archive{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		if len(data) > 0 && data[len(data)-1] != '\n' {
			return nil, fmt.Errorf("%s: the last line has no newline", name)
		}
		if bytes.ContainsRune(data, '\r') {
			return nil, fmt.Errorf("%s: has carriage returns; a course file ends its lines with a newline only", name)
		}
		if bareMarker(data) > 0 || txtar.NeedsQuote(data) || strings.HasSuffix(name, quotedSuffix) {
			quoted, err := txtar.Quote(data)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			data, name = quoted, name+quotedSuffix
		}
		a.Files = append(a.Files, txtar.File{Name: name, Data: data})
	}
	return txtar.Format(a), nil
}

// readTree reads every regular file below dir.
func readTree(fsys fs.FS, dir string, errs []error) (Files, []error) {
	files := Files{}
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		files[strings.TrimPrefix(name, dir+"/")] = data
		return err
	})
	if err != nil {
		errs = append(errs, &Error{File: dir, Msg: reason(err)})
	} else if len(files) == 0 {
		errs = append(errs, &Error{File: dir, Msg: "holds no file"})
	}
	return files, errs
}

// txtarFiles lists the archives of a folder; a missing folder has none, and any
// other file in it is an error.
func txtarFiles(fsys fs.FS, dir string, errs []error) ([]string, []error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, &Error{File: dir, Msg: reason(err)})
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".txtar" {
			errs = append(errs, &Error{File: path.Join(dir, e.Name()), Msg: "is no .txtar file: nothing reads it here"})
			continue
		}
		names = append(names, path.Join(dir, e.Name()))
	}
	sort.Strings(names)
	return names, errs
}

// checkQuizFiles rejects a quiz that belongs to no phase.
func checkQuizFiles(fsys fs.FS, c *Course) error {
	entries, err := fs.ReadDir(fsys, "quiz")
	if err != nil {
		return &Error{File: "quiz", Msg: reason(err)}
	}
	for _, e := range entries {
		name := "quiz/" + e.Name()
		known := name == "quiz/schema.json" || slices.ContainsFunc(c.Phases, func(p *Phase) bool { return p.QuizFile == name })
		if !known {
			return &Error{File: name, Msg: "belongs to no phase: a quiz is named like its phase's folder"}
		}
	}
	return nil
}

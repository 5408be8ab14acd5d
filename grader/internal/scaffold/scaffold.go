// Package scaffold starts a new phase of the course: a folder and a quiz that load,
// build and run, with an example pair of exercises to write one's own over.
//
// What it writes is data: the files below template/ are laid out as the result is,
// and filled in by text/template. The package decides nothing about a phase that
// exists, runs nothing, and does not know whether the texts were written since:
// that is for package verify, which rejects each line that still has "TODO:".
package scaffold

import (
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"echofromzero/grader/internal/catalog"
)

// phaseName is the catalog's rule for the folders of phases/.
var phaseName = regexp.MustCompile(`^[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*$`)

// A phase is what the templates are filled in with.
type phase struct {
	Name    string // "09-caching"
	Number  string // "09"
	Prefix  string // "9", as exercise ids begin
	Slug    string // "caching"
	File    string // the phase's own Go file: "caching.go"
	Handler string // the type in it: "cachingHandler"
	Before  string // "08-next", whose reference is the starter

	App       string // file of the reference where the example's routes are called; "" if no place was found
	SecondApp string // likewise of the second solution

	Echo, SecondEcho string // the import path of Echo in the two programs
}

// Phase makes the phase called name, such as "09-caching", of the course in the
// folder dir, and returns the files it wrote, sorted, by slash-separated path
// relative to dir. The starter is the reference of the phase before, with one
// new file. On an error nothing is left behind.
func Phase(dir, name string) ([]string, error) {
	fsys := os.DirFS(dir)
	p, err := newPhase(fsys, name)
	if err != nil {
		return nil, err
	}
	files, err := p.files(fsys)
	if err != nil {
		return nil, fmt.Errorf("new phase %s: %w", name, err)
	}
	made, err := p.write(dir, files)
	if err != nil {
		return nil, fmt.Errorf("new phase %s: %w", name, err)
	}
	return made, nil
}

// newPhase checks that the name is good and free, and finds the phase before it.
func newPhase(fsys fs.FS, name string) (*phase, error) {
	if !phaseName.MatchString(name) {
		return nil, fmt.Errorf("%q is no name for a phase: two digits, a hyphen, lower-case words, such as 09-caching", name)
	}
	entries, err := fs.ReadDir(fsys, "phases")
	if err != nil {
		return nil, fmt.Errorf("no course here, a folder phases/ is missing: call it in a clone of the repository, or with --course DIR")
	}
	p := &phase{Name: name, Number: name[:2], Prefix: strings.TrimLeft(name[:2], "0"), Slug: name[3:]}
	for _, e := range entries {
		switch {
		case e.Name() == name:
			return nil, fmt.Errorf("phases/%s is there already: go on in it, or remove it first", name)
		case strings.HasPrefix(e.Name(), p.Number+"-"):
			return nil, fmt.Errorf("number %s is taken by phases/%s: take a free one, such as %s", p.Number, e.Name(), freeNumber(entries)+name[2:])
		case e.IsDir() && phaseName.MatchString(e.Name()) && e.Name() < name:
			p.Before = max(p.Before, e.Name())
		}
	}
	if p.Before == "" {
		return nil, fmt.Errorf("no phase comes before %s, and its reference would be the starter: take a higher number, such as %s", p.Number, freeNumber(entries)+name[2:])
	}
	if _, err := fs.Stat(fsys, p.quiz()); err == nil {
		return nil, fmt.Errorf("%s is there already: remove it, or name the phase otherwise", p.quiz())
	}
	if _, err := fs.Stat(fsys, "quiz"); err != nil {
		return nil, fmt.Errorf("no course here, a folder quiz/ is missing: call it in a clone of the repository, or with --course DIR")
	}
	return p, nil
}

// freeNumber is the number after the last phase.
func freeNumber(entries []fs.DirEntry) string {
	last := "00"
	for _, e := range entries {
		if phaseName.MatchString(e.Name()) {
			last = max(last, e.Name()[:2])
		}
	}
	var n int
	fmt.Sscanf(last, "%d", &n)
	return fmt.Sprintf("%02d", n+1)
}

func (p *phase) quiz() string { return "quiz/" + p.Name + ".json" }

// files makes the phase's files: what the phase before ends with, and the
// templates. Their paths are relative to the course's folder.
func (p *phase) files(fsys fs.FS) (catalog.Files, error) {
	before := path.Join("phases", p.Before, catalog.Hidden)
	solution, err := program(fsys, before+"/solution")
	if err != nil {
		return nil, err
	}
	second, err := program(fsys, before+"/second")
	if err != nil {
		return nil, err
	}
	if err := p.choose(solution, second); err != nil {
		return nil, fmt.Errorf("%s: %w", before, err)
	}
	if p.App, err = register(solution, p.Handler); err != nil {
		return nil, fmt.Errorf("%s/solution: %w", before, err)
	}
	if p.SecondApp, err = register(second, p.Handler); err != nil {
		return nil, fmt.Errorf("%s/second: %w", before, err)
	}
	p.Echo, p.SecondEcho = echoOf(solution), echoOf(second)
	top := "phases/" + p.Name + "/"
	files := catalog.Files{}
	for name, data := range solution {
		files[top+name], files[top+catalog.Hidden+"/solution/"+name] = data, data
	}
	for name, data := range second {
		files[top+catalog.Hidden+"/second/"+name] = data
	}
	return files, p.fill(files)
}

// program reads one of the programs of the phase before.
func program(fsys fs.FS, dir string) (catalog.Files, error) {
	files := catalog.Files{}
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file", name)
		}
		files[strings.TrimPrefix(name, dir+"/")], err = fs.ReadFile(fsys, name)
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s holds no file", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read the phase before: %w. Finish that phase first", err)
	}
	return files, nil
}

// choose names the phase's own file and type after it, or after its number where
// the programs have that name already, or Go keeps it for itself.
func (p *phase) choose(programs ...catalog.Files) error {
	var taken []string
	for _, files := range programs {
		names, err := declared(files)
		if err != nil {
			return err
		}
		taken = append(taken, names...)
		for name := range files {
			taken = append(taken, name)
		}
	}
	free := func(names ...string) string {
		i := slices.IndexFunc(names, func(n string) bool {
			return !slices.Contains(taken, n) && (strings.HasSuffix(n, ".go") || token.IsIdentifier(n))
		})
		return names[max(i, 0)]
	}
	words := strings.Split(p.Slug, "-")
	p.File = free(strings.Join(words, "")+".go", "phase"+p.Number+".go")
	for i := range words[1:] {
		words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
	}
	p.Handler = free(strings.Join(words, "")+"Handler", "phase"+p.Number+"Handler")
	return nil
}

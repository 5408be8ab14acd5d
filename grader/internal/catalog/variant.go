package catalog

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Variant is the reference program with an edit, for exercises that grade a
// learner's own tests: a wrong one must be caught by them, a right one must not.
type Variant struct {
	Name  string   // file name without extension
	File  string   // path in the course
	Title string   // what it does, as a learner reads it: "PUT answers 201 for an article that is not there"
	Wrong []string // the exercises that it is a wrong program for
	Right []string // the exercises that it is a right program for
	Files Files    // the edited reference
}

func loadVariants(fsys fs.FS, p *Phase, dir string, errs []error) []error {
	names, errs := txtarFiles(fsys, dir, errs)
	for _, name := range names {
		var data []byte
		n := len(errs)
		if data, errs = readFile(fsys, name, errs); len(errs) > n {
			continue
		}
		v, err := ParseVariant(name, data, p.Solution)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, id := range slices.Concat(v.Wrong, v.Right) {
			switch e := p.Exercise(id); {
			case e == nil:
				errs = append(errs, &Error{File: name, Msg: fmt.Sprintf("names %q, which is no exercise of %s", id, p.Name)})
			case e.Suite != nil && len(e.Suite.Tests) == 0:
				errs = append(errs, &Error{File: name, Msg: fmt.Sprintf("names %s, whose suite has no `gotest`: nothing would run it", id)})
			}
		}
		p.Variants = append(p.Variants, v)
	}
	for _, e := range p.Exercises {
		caught := func(v *Variant) bool { return slices.Contains(v.Wrong, e.ID) }
		if e.Suite != nil && len(e.Suite.Tests) > 0 && !slices.ContainsFunc(p.Variants, caught) {
			errs = append(errs, &Error{File: e.Suite.File, Msg: fmt.Sprintf("`gotest` has no wrong program to catch: write one into %s, with a line `wrong: %s`", dir, e.ID)})
		}
		errs = checkWith(p, e, errs)
	}
	return errs
}

// checkWith looks for what `gotest -with` names.
func checkWith(p *Phase, e *Exercise, errs []error) []error {
	if e.Suite == nil {
		return errs
	}
	for _, t := range e.Suite.Tests {
		for _, name := range t.With {
			if _, ok := p.Solution[name]; !ok {
				errs = append(errs, &Error{File: e.Suite.File, Msg: fmt.Sprintf("`gotest -with %s`: the reference has no such file", name)})
			}
		}
	}
	return errs
}

// ParseVariant reads one variant of the program: a title line, a line
// `wrong: 7.1, 7.3` or `right: 7.1` or both, and edits as a mutant has them.
func ParseVariant(file string, data []byte, program Files) (*Variant, error) {
	a, err := archive(file, data)
	if err != nil {
		return nil, err
	}
	v := &Variant{File: file, Name: strings.TrimSuffix(path.Base(file), ".txtar")}
	for i, line := range strings.Split(string(a.Comment), "\n") {
		line = strings.TrimSpace(line)
		key, list, ok := strings.Cut(line, ":")
		ids := map[string]*[]string{"wrong": &v.Wrong, "right": &v.Right}[key]
		if !ok || ids == nil {
			if v.Title == "" {
				v.Title = line
			}
			continue
		}
		for id := range strings.SplitSeq(list, ",") {
			if id = strings.TrimSpace(id); slices.Contains(slices.Concat(v.Wrong, v.Right), id) {
				return nil, &Error{File: file, Line: i + 1, Msg: fmt.Sprintf("names %q twice", id)}
			}
			*ids = append(*ids, id)
		}
	}
	if all := slices.Concat(v.Wrong, v.Right); v.Title == "" || len(all) == 0 || slices.Contains(all, "") {
		return nil, &Error{File: file, Line: 1, Msg: "begins with a title and a line such as `wrong: 7.1, 7.3` or `right: 7.1`"}
	}
	edits, err := parseEdits(file, a.Files)
	if err != nil {
		return nil, err
	}
	v.Files, err = program.Edited(file, edits)
	return v, err
}

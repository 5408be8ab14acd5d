package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"echofromzero/grader/internal/catalog"
)

// partial is a course of which some phases are not shown.
type partial struct {
	fs.FS
	hidden []string // folders below phases/
}

// ReadDir leaves out what belongs to a hidden phase.
func (p partial) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(p.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		switch name {
		case "phases":
			return slices.Contains(p.hidden, e.Name())
		case "quiz":
			return slices.Contains(p.hidden, strings.TrimSuffix(e.Name(), ".json"))
		}
		return false
	}), err
}

var defectOf = regexp.MustCompile(`^(?:phases|quiz)/([0-9]{2}-[a-z0-9-]+)`)

// loadFor loads the course for an author who asks about some phases: another phase
// that has defects, because it is being written too, is left out.
func (g *global) loadFor(args []string) (*catalog.Course, []string, error) {
	c, err := g.loadCourse()
	if err == nil || len(args) == 0 || g.courseDir == "" {
		return c, nil, err
	}
	var out []string
	for _, defect := range defects(err) {
		m := defectOf.FindStringSubmatch(defect.File)
		if m == nil || asksFor(args, m[1]) {
			return nil, nil, err
		}
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	if len(out) == 0 {
		return nil, nil, err
	}
	slices.Sort(out)
	full := g.Course
	g.Course = partial{full, out}
	if c, err = g.loadCourse(); err != nil {
		g.Course = full
	}
	return c, out, err
}

// asksFor reports whether one of the arguments means the phase in this folder.
func asksFor(args []string, folder string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return arg == folder || arg == folder[:2] || "0"+arg == folder[:2] || arg == "all"
	})
}

// defects lists what catalog.Load found, in its order.
func defects(err error) []*catalog.Error {
	switch e := err.(type) {
	case nil:
		return nil
	case *catalog.Error:
		return []*catalog.Error{e}
	case interface{ Unwrap() []error }:
		var list []*catalog.Error
		for _, inner := range e.Unwrap() {
			list = append(list, defects(inner)...)
		}
		return list
	}
	return defects(errors.Unwrap(err))
}

// leftOut says which phases were not looked at.
func leftOut(phases []string) string {
	return fmt.Sprintf("Left out, because of defects of their own: %s. `grader verify` without an argument names them.",
		strings.Join(phases, ", "))
}

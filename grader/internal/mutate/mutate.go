// Package mutate applies a mutant's edits to the reference program. A mutant is one
// mistake that people make; an edit that no longer fits is an error, so that mutants
// cannot rot while the program they edit changes.
package mutate

import (
	"bytes"
	"errors"
	"fmt"

	"echofromzero/grader/internal/catalog"
)

// Apply returns a copy of files with the mutant's edits made, in order. The text to
// find must occur exactly once, and each edit must change something.
func Apply(m *catalog.Mutant, files catalog.Files) (catalog.Files, error) {
	out := files.Clone()
	var errs []error
	for _, e := range m.Edits {
		bad := func(format string, args ...any) {
			errs = append(errs, &catalog.Error{File: m.File, Msg: fmt.Sprintf(format, args...)})
		}
		data, ok := out[e.File]
		if !ok {
			bad("edits %s, which the reference does not have", e.File)
			continue
		}
		switch n := bytes.Count(data, []byte(e.Find)); {
		case e.Find == "":
			bad("the text to find in %s is empty", e.File)
		case e.Find == e.Replace:
			bad("the edit of %s changes nothing", e.File)
		case n != 1:
			bad("the text to find occurs %d times in %s: it must occur exactly once", n, e.File)
		default:
			out[e.File] = bytes.Replace(data, []byte(e.Find), []byte(e.Replace), 1)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return out, nil
}

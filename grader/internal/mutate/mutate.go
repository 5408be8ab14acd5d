// Package mutate applies a mutant's edits to the reference program. A mutant is one
// mistake that people make; an edit that no longer fits is an error, so that mutants
// cannot rot while the program they edit changes.
package mutate

import "echofromzero/grader/internal/catalog"

// Apply returns a copy of files with the mutant's edits made, in order. The text to
// find must occur exactly once, and each edit must change something.
func Apply(m *catalog.Mutant, files catalog.Files) (catalog.Files, error) {
	return files.Edited(m.File, m.Edits)
}

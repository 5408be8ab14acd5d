// Package course holds the course's files, as they were when the grader was
// built: lessons, manifests, quizzes and what lies in .hidden. The Go files at
// the top of a phase are the learner's and are not part of it, so an edit of
// them does not relink the grader.
package course

import (
	"embed"
	"io/fs"
)

//go:embed all:phases/*/.hidden phases/*/phase.toml phases/*/README.md quiz/*.json go.mod go.sum
//go:embed all:phases/*/*/.hidden phases/*/*/phase.toml phases/*/*/README.md
var files embed.FS

// FS returns the course's files, laid out as in the repository.
func FS() fs.FS { return files }

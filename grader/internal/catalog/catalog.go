// Package catalog turns a course directory into a Course: phases in order, each
// with its manifest, lesson, starter, reference programs, suites, mutants and quiz.
//
// Load validates everything that can be known without running anything, and its
// errors name the file, and the line and column where there is one. The package
// runs nothing, writes nothing and imports no other package of the grader.
package catalog

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Points is what one exercise is worth.
const Points = 10

// HintRungs is the number of hints every exercise has: where, the idea, the
// API's signature, nearly the line.
const HintRungs = 4

// Levels of an exercise. Stretch exercises have a total of their own: a phase is
// done without them.
const (
	Core    = "core"
	Stretch = "stretch"
)

// Kinds of an exercise: what decides whether it passes.
const (
	KindSuite = "suite" // a suite of HTTP checks against the learner's program
	KindQuiz  = "quiz"  // the phase's quiz
)

// A Course is everything the grader knows of the course.
type Course struct {
	Phases []*Phase
	GoMod  []byte // go.mod, used verbatim for every graded build
	GoSum  []byte // go.sum, likewise
}

// Files is a set of regular files by slash-separated relative path.
type Files map[string][]byte

// A Phase is one directory of phases/ and one file of quiz/.
type Phase struct {
	Name      string // directory name: "01-hello"
	Number    string // "01"
	Title     string
	Summary   string
	Minutes   int      // how long the phase takes a learner, about
	Pinned    []string // files the grader builds with its own copy of
	Rewritten []string // starter files that differ from the previous reference on purpose
	Try       []string // sample commands that `grader run` prints; :8080 is replaced
	Exercises []*Exercise

	Lesson   []byte // README.md
	Starter  Files  // what a learner begins with: Go files and their data, without README.md
	Solution Files  // the reference program
	Second   Files  // another right program, in another style
	Mutants  []*Mutant
	Variants []*Variant
	Quiz     []Question
	QuizFile string // "quiz/01-hello.json"
	Bench    *Bench // what `grader bench` measures, or nil
}

// A Bench says how the throughput of a phase's program is compared with the reference's.
type Bench struct {
	Path string   `toml:"path"` // asked for by GET, answered with 200
	Env  []string `toml:"env"`  // NAME=value, of both programs
}

// An Exercise is one suite, worth Points.
type Exercise struct {
	ID    string // "3.2"; stable: progress is kept by it
	Title string
	Level string   // Core or Stretch
	Kind  string   // KindSuite or KindQuiz
	Needs []string // ids that must pass before this one is asked
	Hints []string // HintRungs of them, from vague to nearly the answer
	After string   // shown after a pass: why it works, and one what-if
	Suite *Suite   // nil for KindQuiz
	Smoke *Suite   // what is asked of a deployed program, or nil
}

// A Suite is the script that scores one exercise.
type Suite struct {
	File    string   // path in the course: "phases/01-hello/.hidden/suite/1.1-hello.txtar"
	Checks  []string // the sentences a learner may see, in order
	Script  []byte   // ready to run: each section comment is a `check` command on the same line
	Hash    string   // hex SHA-256 of the file as the author wrote it
	Serves  bool     // it has `serve`: the learner's program is needed
	Race    bool     // it has `serve -race`: the program is built with the race detector too
	Release bool     // it has `serve -release`: the program is built as it is shipped, too
	Tests   []Test   // of its `gotest` lines: test files of the learner's that are run

	Commands []Command // as they stand in it

	Postgres bool // it has `[postgres]`: what it asks depends on whether PostgreSQL is there
}

// A Command is one line of a suite.
type Command struct {
	Name string
	Line int // of the file, from 1
}

// A Mutant is one edit of the reference program: a mistake people make.
type Mutant struct {
	Name  string // file name without extension
	File  string // path in the course
	Title string
	Kills []string // exactly the exercises that must fail
	Edits []Edit
}

// An Edit replaces the only occurrence of Find in File.
type Edit struct {
	File, Find, Replace string
}

// A Question is one item of a quiz. Code and Output are optional; where both
// are there, Output is exactly what running Code prints.
type Question struct {
	Q       string   `json:"q"`
	Kind    string   `json:"kind,omitempty"` // "" (choose) or "predict" (type what Code prints)
	Choices []string `json:"choices"`
	Answer  int      `json:"answer"` // index into Choices
	Explain string   `json:"explain"`
	Why     []string `json:"why,omitempty"` // optional: a word on each choice
	Code    string   `json:"code,omitempty"`
	Output  string   `json:"output,omitempty"`
}

// Phase returns the phase with the given number or directory name, or nil.
func (c *Course) Phase(name string) *Phase {
	for _, p := range c.Phases {
		if p.Name == name || p.Number == name || strings.TrimLeft(p.Number, "0") == name {
			return p
		}
	}
	return nil
}

// Exercise returns the exercise with the given id and its phase, or nils.
func (c *Course) Exercise(id string) (*Phase, *Exercise) {
	for _, p := range c.Phases {
		if e := p.Exercise(id); e != nil {
			return p, e
		}
	}
	return nil, nil
}

// Exercise returns the phase's exercise with the given id, or nil.
func (p *Phase) Exercise(id string) *Exercise {
	for _, e := range p.Exercises {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// Capstone reports whether this is a program of its own beside a phase, whose points are
// no part of the course's.
func (p *Phase) Capstone() bool { return strings.Contains(p.Name, "/") }

// Race reports whether a suite of the phase wants the race detector.
func (p *Phase) Race() bool {
	return slices.ContainsFunc(p.Exercises, func(e *Exercise) bool {
		return e.Suite != nil && (e.Suite.Race || e.Suite.TestRace())
	})
}

// TestRace reports whether a test file is run with the race detector.
func (s *Suite) TestRace() bool {
	return slices.ContainsFunc(s.Tests, func(t Test) bool { return t.Race })
}

// Dir is the phase's directory in the course and in a workspace.
func (p *Phase) Dir() string { return "phases/" + p.Name }

// Clone returns a copy of the set whose map can be changed.
func (f Files) Clone() Files {
	c := make(Files, len(f))
	for name, data := range f {
		c[name] = data
	}
	return c
}

// An Error is a defect of the course itself: the author's to mend.
type Error struct {
	File      string // path in the course
	Line, Col int    // 1-based; 0 when not known
	Msg       string
}

func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	case e.Col == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	default:
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
	}
}

// Load reads the course in fsys. All defects found are joined into the error,
// each an *Error.
func Load(fsys fs.FS) (*Course, error) {
	return load(fsys)
}

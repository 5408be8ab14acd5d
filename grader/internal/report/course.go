package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// A PhaseRow is a phase as the screens over the course show it.
type PhaseRow struct {
	Name      string // "03-extractors"
	Title     string
	Summary   string
	Minutes   int
	Exercises []ExerciseRow
	Quiz      []QuizRun // runs through its quiz, oldest first
}

// An ExerciseRow is an exercise and how far the learner is with it.
type ExerciseRow struct {
	ID, Title, Level string
	Status           grade.Status // "" for one that was never tried
	Points, Max      int          // points it counts now
	Attempts, Hints  int          // tries that ran; hints taken
	GaveUp           bool         // the reference was shown before a pass
	FirstPass        time.Time    // zero: it never passed
	LastTry          time.Time
}

// done reports whether no core exercise of the phase is owed.
func (ph PhaseRow) done() bool {
	return !slices.ContainsFunc(ph.Exercises, func(e ExerciseRow) bool {
		return e.Level == catalog.Core && e.Status != grade.Pass && e.Status != grade.NotRun
	})
}

// capstone reports whether this is a program of its own, outside the course's points.
func (ph PhaseRow) capstone() bool { return strings.Contains(ph.Name, "/") }

// counted are the exercises whose points are the course's.
func counted(phases []PhaseRow) []ExerciseRow {
	var all []ExerciseRow
	for _, ph := range phases {
		if !ph.capstone() {
			all = append(all, ph.Exercises...)
		}
	}
	return all
}

// open are the stretch exercises that do not pass.
func (ph PhaseRow) open() []ExerciseRow {
	var list []ExerciseRow
	for _, e := range ph.Exercises {
		if e.Level == catalog.Stretch && e.Status != grade.Pass && e.Status != grade.NotRun {
			list = append(list, e)
		}
	}
	return list
}

// Streak counts quizzes in a row, in the order of the course: those whose last run had
// every answer right, back from the last quiz that was asked to one that was not, or
// that was not all right.
func Streak(phases []PhaseRow) int {
	n, streak := 0, 0
	for _, ph := range phases {
		if len(ph.Quiz) == 0 {
			n = 0
			continue
		}
		n++
		if last := ph.Quiz[len(ph.Quiz)-1]; last.Score < last.Of || last.Of == 0 {
			n = 0
		}
		streak = n
	}
	return streak
}

// A StatusScreen is what `grader` alone shows.
type StatusScreen struct {
	NoWorkspace bool // the folder is none: only GraderCmd and Notices matter
	Phases      []PhaseRow
	Current     string // name of the phase the learner is in; "" when all is done
	NextID      string // exercise to do next, "" when there is none
	NextCommand string // as it is to be typed; "" is chosen here
	GraderCmd   string // "" is "grader"
	Notices     []string
}

// Status writes where the learner is: a bar over the course, the exercises of the
// phase, the next exercise and the next command. In a folder that is no workspace
// it says what this is, and how to begin.
func Status(w io.Writer, s Style, in StatusScreen) error {
	p := newPage(s)
	if in.GraderCmd == "" {
		in.GraderCmd = "grader"
	}
	if in.NoWorkspace {
		p.welcome(in)
		return p.flush(w)
	}
	var current *PhaseRow
	place, phases := 0, 0
	for i, ph := range in.Phases {
		if !ph.capstone() {
			phases++
		}
		if ph.Name == in.Current {
			current, place = &in.Phases[i], phases
		}
	}
	score, most, stretch, stretchOf := sum(counted(in.Phases))
	p.head(CourseTitle, score, most, stretch, stretchOf)
	if n := Streak(in.Phases); n > 0 {
		p.text(2, dim, "Quizzes with every answer right, in a row: "+fmt.Sprint(n))
	}
	for _, n := range in.Notices {
		p.blank()
		p.hang(2, "Note: ", warn, plain, n)
	}
	if current == nil {
		p.finished(in)
	} else {
		where := fmt.Sprintf("phase %d of %d", place, phases)
		if current.capstone() {
			where = "a capstone"
		}
		p.current(in, *current, where)
	}
	return p.flush(w)
}

// current is for the phase that the learner is in.
func (p *page) current(in StatusScreen, current PhaseRow, place string) {
	p.blank()
	p.phaseHead(current, place)
	p.table(2, p.exerciseRows(current.Exercises, in.NextID))
	p.blank()
	p.text(2, dim, fmt.Sprintf("The lesson: `%s read %s`, or phases/%s/README.md.", in.GraderCmd, phaseNumber(current.Name), current.Name))
	p.leftOpen(in)
	why, cmd := "", in.GraderCmd+" check "+phaseNumber(current.Name)
	for _, e := range current.Exercises {
		if e.ID == in.NextID {
			why, cmd = e.ID+" "+e.Title, in.GraderCmd+" check "+e.ID
		}
	}
	if in.NextCommand != "" {
		cmd = in.NextCommand
	}
	p.next(why, cmd)
}

// leftOpen mentions a stretch exercise of the phase that was done last.
func (p *page) leftOpen(in StatusScreen) {
	for _, ph := range slices.Backward(in.Phases) {
		if open := ph.open(); ph.done() && len(open) > 0 {
			p.text(2, dim, fmt.Sprintf("Still open, if you want more: %s %s (stretch).", open[0].ID, open[0].Title))
			return
		}
	}
}

// welcome is for a folder that is no workspace.
func (p *page) welcome(in StatusScreen) {
	p.line(2, p.paint(strong, CourseTitle))
	p.text(2, plain, "A course: you grow one REST API in Go, from a greeting to a service. "+
		"The grader checks every step and tells you what to do next.")
	p.blank()
	p.text(2, plain, "This folder is no workspace of the course yet.")
	for _, n := range in.Notices {
		p.blank()
		p.hang(2, "Note: ", warn, plain, n)
	}
	cmd := in.NextCommand
	if cmd == "" {
		cmd = in.GraderCmd + " init articles"
	}
	p.next("make one, in a new folder", cmd)
}

// finished is for a course without an exercise left.
func (p *page) finished(in StatusScreen) {
	p.blank()
	p.hang(2, p.g.pass+" ", good, strong, "You have done the whole course. Well done.")
	p.text(4, plain, "What you built is a service that you can run, watch and change without fear.")
	p.leftOpen(in)
	why, cmd := "see what you have done", in.GraderCmd+" list"
	for _, ph := range in.Phases {
		if ph.capstone() && !ph.done() {
			why, cmd = "a program of your own, "+ph.Title, in.GraderCmd+" read "+phaseNumber(ph.Name)
			break
		}
	}
	p.next(why, cmp.Or(in.NextCommand, cmd))
}

// A ListScreen is what `grader list` shows.
type ListScreen struct {
	Phases      []PhaseRow
	NextID      string // exercise to do next, marked; "" when there is none
	NextCommand string // "" leaves the line out
}

// List writes the phases and their exercises, with points and state.
func List(w io.Writer, s Style, in ListScreen) error {
	p := newPage(s)
	score, most, stretch, stretchOf := sum(counted(in.Phases))
	p.head(CourseTitle, score, most, stretch, stretchOf)
	why := ""
	for _, ph := range in.Phases {
		p.blank()
		p.phaseHead(ph, "")
		p.table(2, p.exerciseRows(ph.Exercises, in.NextID))
		for _, e := range ph.Exercises {
			if e.ID == in.NextID {
				why = e.ID + " " + e.Title
			}
		}
	}
	p.next(why, in.NextCommand)
	return p.flush(w)
}

// sum adds up the points of exercises, core and stretch apart. What could not
// run here leaves the maximum.
func sum(exercises []ExerciseRow) (score, most, stretch, stretchOf int) {
	for _, e := range exercises {
		switch {
		case e.Status == grade.NotRun:
		case e.Level == catalog.Stretch:
			stretch, stretchOf = stretch+e.Points, stretchOf+e.Max
		default:
			score, most = score+e.Points, most+e.Max
		}
	}
	return score, most, stretch, stretchOf
}

// phaseHead adds a phase's number and title, and in brackets what else is to say.
func (p *page) phaseHead(ph PhaseRow, place string) {
	score, most, _, _ := sum(ph.Exercises)
	said := []string{fmt.Sprintf("%d of %d points", score, most)}
	if place == "" && ph.capstone() {
		place = "a capstone"
	}
	if place != "" {
		said = append([]string{place}, said...)
	}
	if ph.Minutes > 0 {
		said = append(said, "about "+about(ph.Minutes))
	}
	p.hang(2, phaseNumber(ph.Name)+" ", strong, strong, ph.Title)
	p.text(2, dim, strings.Join(said, ", "))
}

// exerciseRows are the rows of exercises by what is known of them.
func (p *page) exerciseRows(exercises []ExerciseRow, next string) []row {
	rows := make([]row, 0, len(exercises))
	for _, e := range exercises {
		mark, role, word := p.look(e.Status)
		if e.GaveUp && e.Status != grade.Pass {
			word = "given up"
		}
		r := row{
			mark: mark, role: role, word: word, quiet: role == dim,
			key: oneLine(e.ID), title: titled(e.Title, e.Level), value: fmt.Sprintf("%d/%d", e.Points, e.Max),
		}
		if e.Status == grade.NotRun {
			r.value = p.g.notRun
		}
		if e.ID == next {
			r.mark, r.role, r.quiet = p.g.next, command, false
			if !e.GaveUp {
				r.word = "next"
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// PhaseRowOf is a phase of the catalog with nothing done yet: the caller fills in
// Status and Points.
func PhaseRowOf(ph *catalog.Phase) PhaseRow {
	out := PhaseRow{Name: ph.Name, Title: ph.Title, Summary: ph.Summary, Minutes: ph.Minutes}
	for _, e := range ph.Exercises {
		out.Exercises = append(out.Exercises, ExerciseRow{ID: e.ID, Title: e.Title, Level: e.Level, Max: catalog.Points})
	}
	return out
}

package report

import (
	_ "embed"
	"html/template"
	"io"

	"echofromzero/grader/internal/grade"
)

//go:embed progress.html.tmpl
var progressPage string

// Sizes of the chart, in its own units: a row a phase, a cell an exercise.
const (
	chartLabel = 44
	chartCell  = 26
	chartRow   = 34
)

// ProgressHTML writes it as one page that needs nothing else: no script, no network.
func ProgressHTML(w io.Writer, in ProgressScreen) error {
	// Parsed here and not at start-up, which every other verb would wait for.
	t, err := template.New("progress").Parse(progressPage)
	if err != nil {
		return err
	}
	return t.Execute(w, in.page())
}

type pageHTML struct {
	Title, When, Points string
	Score, Max, Percent int
	Notices             []string
	Phases              []phaseHTML
	Width, Height       int
}

type phaseHTML struct {
	Number, Title, Points, Quiz string
	Y, Text                     int // of its row in the chart, and of the label's base line
	Exercises                   []exerciseHTML
}

type exerciseHTML struct {
	ID, Title, Word, Worth, Class, Mark, Passed string
	Attempts, Hints                             int
	X                                           int
}

func (in ProgressScreen) page() pageHTML {
	score, most, stretch, stretchOf := in.sum()
	out := pageHTML{Title: CourseTitle, When: in.Now.Format("2 January 2006, 15:04"), Points: points(score, most, stretch, stretchOf),
		Score: score, Max: most, Width: chartLabel, Height: chartRow * len(in.Phases)}
	if most > 0 {
		out.Percent = 100 * score / most
	}
	for _, n := range in.Notices {
		out.Notices = append(out.Notices, oneLine(n))
	}
	for i, ph := range in.Phases {
		score, most, stretch, stretchOf := sum(ph.Exercises)
		p := phaseHTML{Number: phaseNumber(ph.Name), Title: oneLine(ph.Title), Points: points(score, most, stretch, stretchOf),
			Quiz: ph.quizzed(), Y: i*chartRow + 4, Text: i*chartRow + 22}
		for k, e := range ph.Exercises {
			x := exerciseHTML{ID: oneLine(e.ID), Title: oneLine(titled(e.Title, e.Level)), Word: e.word(), Worth: e.worth(), Class: e.class(), Mark: marks[e.class()],
				Attempts: e.Attempts, Hints: e.Hints, X: chartLabel + k*(chartCell+4)}
			if !e.FirstPass.IsZero() {
				x.Passed = day(in.Now, e.FirstPass)
			}
			p.Exercises = append(p.Exercises, x)
			out.Width = max(out.Width, x.X+chartCell+4)
		}
		out.Phases = append(out.Phases, p)
	}
	return out
}

// marks say in the chart what its colours say.
var marks = map[string]string{"pass": "✓", "fail": "✗", "gaveup": "–", "open": ""}

// class is the look of an exercise on the page.
func (e ExerciseRow) class() string {
	switch {
	case e.Status == grade.Pass:
		return "pass"
	case e.GaveUp:
		return "gaveup"
	case e.Status == grade.Fail, e.Status == grade.Unstable:
		return "fail"
	}
	return "open"
}

package report

import (
	"fmt"
	"io"
	"time"

	"echofromzero/grader/internal/grade"
)

// A CheckAllScreen is what `grader check all` knows at its end. Its fields mean
// what those of [CheckScreen] mean.
type CheckAllScreen struct {
	Verdicts    []grade.Verdict
	Regressed   []Regression
	FirstPass   []Passed
	Notices     []string
	NextCommand string
	NextTitle   string
	GraderCmd   string
	Verbose     bool // the first failing phase's failures in full, the times and the seed
	Now         time.Time
}

// CheckAll writes the screen of several phases: a row a phase, the first failure
// in full, one command to go on with.
func CheckAll(w io.Writer, s Style, in CheckAllScreen) error {
	p := newPage(s)
	shown := newChecked(CheckScreen{
		Regressed: in.Regressed, FirstPass: in.FirstPass, Notices: in.Notices,
		NextCommand: in.NextCommand, NextTitle: in.NextTitle, GraderCmd: in.GraderCmd,
		Verbose: in.Verbose, Now: in.Now,
	})
	var rows []row
	var score, most, stretch, stretchOf int
	for _, v := range in.Verdicts {
		score, most = score+v.Score, most+v.Max
		stretch, stretchOf = stretch+v.Stretch, stretchOf+v.StretchOf
		each := shown.CheckScreen
		each.Verdict = v
		c := newChecked(each)
		rows = append(rows, p.phase(c, shown.worse(c)))
		if shown.worse(c) {
			shown = c
		}
	}
	p.head(CourseTitle, score, most, stretch, stretchOf)
	p.blank()
	p.table(2, rows)
	if shown.Verdict.Phase != "" {
		shown.all = true
		p.checked(shown)
	}
	return p.flush(w)
}

// worse says whether d is what the screen is about rather than c: the first phase
// that fails, else the first where something else is amiss, else the last.
func (c checked) worse(d checked) bool {
	rank := func(c checked) int {
		switch {
		case c.Verdict.Phase == "":
			return 0
		case c.outcome == passes:
			return 1
		case c.outcome == buildFails, c.outcome == fails:
			return 3
		default:
			return 2
		}
	}
	return rank(d) > rank(c) || rank(d) == 1 && rank(c) == 1
}

// phase is the row of a phase. Of those that fail, only the first that is shown
// says why: the others are ahead of the learner.
func (p *page) phase(c checked, first bool) row {
	v := c.Verdict
	r := row{
		mark: p.g.pass, role: good, word: "pass",
		key: oneLine(phaseNumber(v.Phase)), title: v.Title,
		value: fmt.Sprintf("%d/%d", v.Score, v.Max),
	}
	switch {
	case c.outcome == passes:
	case c.outcome == isBroken:
		r.mark, r.role, r.word = p.g.broken, warn, "broken"
	case c.outcome == nothingRan:
		r.mark, r.role, r.word = p.g.notRun, warn, "not run"
	case !first:
		r.mark, r.role, r.word, r.quiet = p.g.notYet, dim, "not yet", true
	case c.outcome == buildFails:
		r.mark, r.role, r.word = p.g.fail, bad, "does not build"
	case c.outcome == fails:
		e := v.Exercises[c.first]
		r.mark, r.role, r.word = p.g.fail, bad, oneLine(e.ID)+" fails"
		if e.Status == grade.Unstable {
			r.mark, r.role, r.word = p.g.unstable, warn, oneLine(e.ID)+" is unstable"
		}
	default:
		r.mark, r.role, r.word = p.g.notYet, dim, "waits"
	}
	return r
}

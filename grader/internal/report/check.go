package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// A CheckScreen is what `grader check` knows when it has a verdict.
type CheckScreen struct {
	Verdict grade.Verdict
	Partial bool // only some of the phase's exercises were asked for

	Regressed   []Regression // exercises that passed before and do not now
	FirstPass   []Passed     // exercises that pass for the first time
	Notices     []string     // more to tell than Verdict.Notes
	NextCommand string       // as it is to be typed; "" is chosen here
	NextTitle   string       // after a pass, what NextCommand leads to: "02 Routing"
	GraderCmd   string       // how the learner calls the grader; "" is "grader"
	Verbose     bool         // every failure in full, the times and the seed
	Now         time.Time    // what "2 h ago" counts from
}

// A Regression is an exercise that passed once and does not now.
type Regression struct {
	ID       string
	LastPass time.Time
	Diff     []byte // what has changed in the learner's files since, unified
}

// Passed is an exercise that passes for the first time.
type Passed struct {
	ID    string
	After string // why it works, and one what-if
}

// Check writes the screen of one phase: the score, a row an exercise, one
// failure in full, one command to go on with.
func Check(w io.Writer, s Style, in CheckScreen) error {
	p := newPage(s)
	v := in.Verdict
	p.head(phaseNumber(v.Phase)+" "+v.Title, v.Score, v.Max, v.Stretch, v.StretchOf)
	p.blank()
	c := newChecked(in)
	if c.outcome != buildFails {
		p.table(2, p.exercises(c))
	}
	p.checked(c)
	return p.flush(w)
}

// An outcome is what a verdict comes to: it decides what a screen says and what
// it asks for.
type outcome int

const (
	passes     outcome = iota // all that counts passes
	buildFails                // the program does not build
	fails                     // an exercise fails, or is unstable
	isBroken                  // nothing fails, but something here is broken
	waits                     // nothing fails, but something waits for an exercise that was not asked for
	nothingRan                // nothing could run here
)

// checked is a CheckScreen with what follows from it.
type checked struct {
	CheckScreen
	outcome outcome
	all     bool // of several phases
	first   int  // index of the exercise to show in full, -1 if none
}

func newChecked(in CheckScreen) checked {
	if in.GraderCmd == "" {
		in.GraderCmd = "grader"
	}
	c := checked{CheckScreen: in, first: -1}
	v := in.Verdict
	any := func(ok func(r grade.Result) bool) bool { return slices.ContainsFunc(v.Exercises, ok) }
	counts := func(r grade.Result) bool { return in.Partial || r.Level != catalog.Stretch }
	c.first = slices.IndexFunc(v.Exercises, func(r grade.Result) bool {
		return failed(r) && r.Level != catalog.Stretch
	})
	if c.first < 0 && in.Partial {
		c.first = slices.IndexFunc(v.Exercises, failed)
	}
	switch {
	case len(v.Build.Errors) > 0 || v.Build.More > 0:
		c.outcome = buildFails
	case c.first >= 0:
		c.outcome = fails
	case any(func(r grade.Result) bool { return r.Status == grade.Broken }):
		c.outcome = isBroken
	case any(func(r grade.Result) bool { return r.Status == grade.Waiting && counts(r) }):
		c.outcome = waits
	case !any(func(r grade.Result) bool { return r.Status == grade.Pass }),
		any(func(r grade.Result) bool { return counts(r) && r.Status != grade.Pass && r.Status != grade.NotRun }):
		c.outcome = nothingRan
	}
	return c
}

func failed(r grade.Result) bool { return r.Status == grade.Fail || r.Status == grade.Unstable }

// checked adds all that stands below the table.
func (p *page) checked(c checked) {
	p.said(c)
	if c.Verbose {
		p.blank()
		p.text(2, dim, figures(c.Verdict))
	}
	why, cmd := c.next()
	p.next(why, cmd)
}

// said adds what a verdict comes to.
func (p *page) said(c checked) {
	for _, n := range slices.Concat(c.Verdict.Notes, c.Notices) {
		p.blank()
		p.hang(2, "Note: ", warn, plain, n)
	}
	p.brokenOnes(c)
	if c.outcome == buildFails {
		p.buildErrors(c)
	} else {
		p.passed(c)
		p.regressed(c)
		p.failures(c)
	}
}

// exercises are the rows of a verdict.
func (p *page) exercises(c checked) []row {
	rows := make([]row, 0, len(c.Verdict.Exercises))
	for i, e := range c.Verdict.Exercises {
		mark, role, word := p.look(e.Status)
		r := row{
			mark: mark, role: role, word: word,
			key: oneLine(e.ID), title: titled(e.Title, e.Level),
			value: fmt.Sprintf("%d/%d", e.Points, e.Max),
			quiet: role == dim,
		}
		switch {
		case e.Status == grade.Fail && i != c.first && !c.Verbose:
			r.mark, r.role, r.word, r.quiet = p.g.notYet, dim, "not yet", true
			if was, ok := c.regression(e.ID); ok {
				r.mark, r.role, r.quiet = p.g.fail, bad, false
				r.word, r.long = "fail", "broke since "+since(c.Now, was.LastPass)
			}
		case e.Status == grade.Waiting && len(e.Needs) > 0:
			r.long = "waits for " + oneLine(list(e.Needs))
		case e.Status == grade.NotRun:
			r.value = p.g.notRun
		}
		if e.Reason != "" && (e.Status == grade.NotRun || e.Status == grade.Waiting && len(e.Needs) == 0) {
			r.more = []string{e.Reason}
		}
		rows = append(rows, r)
	}
	return rows
}

func (c checked) regression(id string) (Regression, bool) {
	i := slices.IndexFunc(c.Regressed, func(r Regression) bool { return r.ID == id })
	if i < 0 {
		return Regression{}, false
	}
	return c.Regressed[i], true
}

// next is the last thing a screen says: what to do, and the command for it.
func (c checked) next() (why, cmd string) {
	number := phaseNumber(c.Verdict.Phase)
	dir := "phases/" + c.Verdict.Phase
	switch c.outcome {
	case buildFails:
		why, cmd = "mend that in "+dir+", save, then", "check "+number
		if c.Partial && len(c.Verdict.Exercises) == 1 {
			cmd = "check " + c.Verdict.Exercises[0].ID
		}
	case fails:
		e := c.Verdict.Exercises[c.first]
		why, cmd = "change your program in "+dir+", save, then", "check "+e.ID
		if e.Status == grade.Unstable {
			why = "find what differs from try to try, then"
		}
	case isBroken, nothingRan:
		why, cmd = "see what is missing here", "doctor"
	case waits:
		why, cmd = "answer the quiz", "quiz "+number
		for _, e := range c.Verdict.Exercises {
			if e.Status == grade.Waiting && len(e.Needs) > 0 {
				why, cmd = e.Needs[0]+" first, since "+e.ID+" needs it", "check "+e.Needs[0]
				break
			}
		}
	default:
		why = "see where you are"
	}
	if c.NextCommand != "" {
		if c.outcome == passes {
			why = c.NextTitle
		}
		return why, c.NextCommand
	}
	return why, strings.TrimSpace(c.GraderCmd + " " + cmd)
}

// figures are for who wants to know more.
func figures(v grade.Verdict) string {
	checks, cached := 0, 0
	for _, e := range v.Exercises {
		checks += e.Checks
		if e.Cached {
			cached++
		}
	}
	s := fmt.Sprintf("%s in %s, seed %d.", count(checks, "check"), took(v.Elapsed), v.Seed)
	if cached > 0 {
		s += " " + count(cached, "exercise") + " answered from the cache: nothing has changed since the last pass."
	}
	return s
}

// phaseNumber is how a phase is named on the command line: "03" of
// "03-extractors", and a capstone by its own name: "shortener" of "08-next/shortener".
func phaseNumber(name string) string {
	if _, capstone, ok := strings.Cut(name, "/"); ok {
		return capstone
	}
	number, _, _ := strings.Cut(name, "-")
	return number
}

package report

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/grade"
)

// How many lines of a regression's diff a screen has, and one with -v.
const (
	diffShown   = 20
	diffVerbose = 200
)

// brokenOnes says what is broken here, and that it is not the learner's doing.
func (p *page) brokenOnes(c checked) {
	var ids []string
	for _, e := range c.Verdict.Exercises {
		if e.Status == grade.Broken {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return
	}
	p.blank()
	p.hang(2, p.g.broken+" ", warn, strong, list(ids)+" could not be graded. This is not your fault.")
	p.text(4, plain, "The grader, the course or this machine is at fault, and your program may well be right.")
	said := map[string]bool{}
	for _, e := range c.Verdict.Exercises {
		reason := e.Reason
		if reason == "" && e.Failure != nil {
			reason = strings.TrimSpace(e.Failure.Got + "\n" + e.Failure.Output)
		}
		if e.Status == grade.Broken && reason != "" && !said[reason] {
			said[reason] = true
			p.text(6, plain, e.ID+": "+reason)
		}
	}
	p.text(4, plain, "What to do: `"+c.GraderCmd+" doctor` says what is missing here. If it finds nothing, "+
		"show these lines to whoever gave you the course.")
}

// passed adds what a pass has to say: that it is one, and why it works.
func (p *page) passed(c checked) {
	if c.outcome == passes {
		p.blank()
		p.hang(2, p.g.pass+" ", good, strong, c.praise())
	}
	for _, f := range c.FirstPass {
		if f.After == "" {
			continue
		}
		p.blank()
		if c.outcome != passes || len(c.Verdict.Exercises) > 1 {
			p.line(2, p.paint(good, oneLine(f.ID)+" passes for the first time"))
		}
		p.text(4, plain, f.After)
	}
	if c.outcome != passes || c.Partial {
		return
	}
	open := OpenStretch(c.Verdict)
	if len(open) > 0 {
		p.blank()
		p.text(2, dim, "Still open, if you want more: "+list(open)+" (stretch).")
	}
}

func (c checked) praise() string {
	var ids []string
	missing := false
	for _, e := range c.Verdict.Exercises {
		if e.Status == grade.Pass {
			ids = append(ids, e.ID)
		}
		missing = missing || e.Status == grade.NotRun
	}
	switch {
	case c.all && missing:
		return "All that can run here passes. Well done."
	case c.all:
		return "Every exercise of the course passes. Well done."
	case c.Partial && len(ids) == 1:
		return ids[0] + " passes. Well done."
	case c.Partial:
		return list(ids) + " pass. Well done."
	case missing:
		return "All that can run here passes. Well done."
	default:
		return "All of " + phaseNumber(c.Verdict.Phase) + " passes. Your program does what it should. Well done."
	}
}

// regressed adds what passed before, and what changed since.
func (p *page) regressed(c checked) {
	if len(c.Regressed) == 0 {
		return
	}
	shown := c.Regressed
	if !c.Verbose {
		shown = shown[:1]
	}
	for _, r := range shown {
		p.blank()
		when := oneLine(r.ID) + " passed before (" + ago(c.Now, r.LastPass) + ")."
		if len(r.Diff) == 0 {
			p.text(2, warn, when+" Your files have not changed since.")
			continue
		}
		p.text(2, warn, when+" Since then this has changed:")
		p.changes(string(r.Diff), map[bool]int{false: diffShown, true: diffVerbose}[c.Verbose])
	}
	for _, r := range c.Regressed[len(shown):] {
		p.text(2, warn, r.ID+" passed before, too ("+ago(c.Now, r.LastPass)+").")
	}
}

// changes adds a unified diff, of which it shows most lines.
func (p *page) changes(diff string, most int) {
	lines := strings.Split(strings.TrimRight(Sanitize(diff), "\n"), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "diff ") })
	for i, l := range lines {
		if i == most {
			p.line(4, p.paint(dim, p.g.ellipsis+" "+count(len(lines)-i, "more line")))
			return
		}
		r := plain
		switch {
		case strings.HasPrefix(l, "diff "), strings.HasPrefix(l, "--- "), strings.HasPrefix(l, "+++ "), strings.HasPrefix(l, "@@"):
			r = dim
		case strings.HasPrefix(l, "+"):
			r = good
		case strings.HasPrefix(l, "-"):
			r = bad
		}
		p.line(4, p.paint(r, ansi.Truncate(expand(l), p.width-4, p.g.ellipsis)))
	}
}

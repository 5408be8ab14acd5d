package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"echofromzero/grader/internal/catalog"
)

// A SolutionScreen is what `grader solution` shows.
type SolutionScreen struct {
	ID, Title string
	Phase     string           // "03-extractors"
	Changes   []SolutionChange // what the exercise changes in the starter
	Files     catalog.Files    // the whole program instead; nil for the changes
	Second    bool             // Files is the other right program
	GaveUp    bool             // shown before a pass
	Notices   []string
	GraderCmd string // "" is "grader"
}

// A SolutionChange is some lines of a file, each with ' ', '-' or '+' before it.
type SolutionChange struct {
	File  string
	Line  int // of the reference's file
	Lines []string
}

// Solution writes how the reference solves an exercise, and how to compare that with
// the learner's own files. Lines of code are never wrapped, so that they can be copied.
func Solution(w io.Writer, s Style, in SolutionScreen) error {
	p := newPage(s)
	if in.GraderCmd == "" {
		in.GraderCmd = "grader"
	}
	p.text(2, strong, in.ID+" "+in.Title)
	p.text(2, dim, in.about())
	for _, n := range in.Notices {
		p.blank()
		p.hang(2, "Note: ", warn, plain, n)
	}
	if in.GaveUp {
		p.blank()
		p.text(2, warn, "It is noted that you gave this one up. Points come from a check alone, so you can still earn them: "+
			"close this, and write it in your own words.")
	}
	if in.Files != nil {
		p.program(in.Phase, in.Files)
	} else {
		p.solved(in)
	}
	p.sideBySide(in)
	return p.flush(w)
}

func (in SolutionScreen) about() string {
	switch {
	case in.Second:
		return "The second right program of the phase, in another style."
	case in.Files != nil:
		return "The reference program of the phase, whole."
	default:
		return "What the reference changes in the starter. Lines with - go, lines with + come. One right way among many."
	}
}

func (p *page) solved(in SolutionScreen) {
	for i, c := range in.Changes {
		p.blank()
		if i == 0 || in.Changes[i-1].File != c.File {
			p.line(2, p.paint(strong, "phases/"+in.Phase+"/"+oneLine(c.File)))
		}
		p.line(2, p.paint(dim, fmt.Sprintf("from line %d", c.Line)))
		for _, l := range c.Lines {
			r := plain
			switch l[0] {
			case '+':
				r = good
			case '-':
				r = bad
			}
			p.line(2, p.paint(r, expand(Sanitize(l))))
		}
	}
}

func (p *page) program(phase string, files catalog.Files) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		p.blank()
		p.line(2, p.paint(strong, "phases/"+phase+"/"+oneLine(name)))
		p.blank()
		for l := range strings.Lines(expand(Sanitize(string(files[name])))) {
			p.line(4, strings.TrimRight(l, "\n"))
		}
	}
}

// sideBySide says how to see the difference from one's own files.
func (p *page) sideBySide(in SolutionScreen) {
	var names []string
	for _, c := range in.Changes {
		names = append(names, c.File)
	}
	names = slices.Compact(append(names, slices.Sorted(maps.Keys(in.Files))...))
	if len(names) == 0 {
		return
	}
	flag := ""
	if in.Second {
		flag = " --second"
	}
	p.blank()
	p.text(2, dim, "Nothing was written. To compare with your own file, where diff is:")
	for _, name := range names[:min(len(names), 3)] {
		p.command(4, copied, fmt.Sprintf("%s solution %s%s --file %s | diff phases/%s/%[4]s -", in.GraderCmd, in.ID, flag, shellQuote(oneLine(name)), in.Phase))
	}
	p.next("write it in your own words, save, then", in.GraderCmd+" check "+in.ID)
}

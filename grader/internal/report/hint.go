package report

import (
	"fmt"
	"io"
	"strings"
)

// A HintScreen is what `grader hint` shows.
type HintScreen struct {
	ID, Title   string
	Hints       []string // those taken so far, the one just taken last
	Of          int      // how many the exercise has
	NextCommand string   // "" is `check ID`
	GraderCmd   string   // "" is "grader"
}

// Hint writes the hints of an exercise that the learner has taken, the new one
// last.
func Hint(w io.Writer, s Style, in HintScreen) error {
	p := newPage(s)
	if in.GraderCmd == "" {
		in.GraderCmd = "grader"
	}
	p.text(2, strong, in.ID+" "+in.Title)
	for i, h := range in.Hints {
		p.blank()
		r, label := dim, dim
		if i == len(in.Hints)-1 {
			r, label = plain, warn
		}
		p.hang(2, fmt.Sprintf("Hint %d of %d: ", i+1, in.Of), label, r, strings.TrimSpace(h))
	}
	p.blank()
	if left := in.Of - len(in.Hints); left > 0 {
		p.text(2, dim, fmt.Sprintf("%s left: `%s hint %s` says more.", count(left, "hint"), in.GraderCmd, in.ID))
	} else {
		p.text(2, dim, "That was the last one: the line it describes is the one to write.")
	}
	cmd := in.NextCommand
	if cmd == "" {
		cmd = in.GraderCmd + " check " + oneLine(in.ID)
	}
	p.next("try it, save, then", cmd)
	return p.flush(w)
}

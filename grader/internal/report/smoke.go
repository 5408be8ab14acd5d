package report

import (
	"fmt"
	"io"

	"echofromzero/grader/internal/grade"
)

// Smoke writes what a deployed program answered: one exercise, without points.
func Smoke(w io.Writer, s Style, in CheckScreen) error {
	p := newPage(s)
	c := newChecked(in)
	e := c.Verdict.Exercises[0]
	if e.Status == grade.Pass {
		mark, r, _ := p.look(e.Status)
		p.hang(2, mark+" ", r, strong, e.ID+" "+e.Title)
		p.text(4, plain, fmt.Sprintf("%s answers as it should: %s.", oneLine(c.Verdict.URL), count(e.Checks, "check")))
	}
	p.said(c)
	p.blank()
	p.text(2, dim, "This looks at what is deployed, and gives no points. Your program is scored by `"+c.GraderCmd+" check "+oneLine(e.ID)+"`.")
	return p.flush(w)
}

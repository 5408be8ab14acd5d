package report

import (
	"fmt"
	"io"
)

// A ClassScreen is what `grader class` knows at its end.
type ClassScreen struct {
	Book    *Gradebook
	Out     string   // folder of the results
	Files   []string // what was written there
	Ignored []string // entries of the class's folder that are no submissions
	Resumed int      // submissions whose results were there already
}

// Class writes the screen of a class: how it did, what most of it missed and what
// would have helped, and where the gradebook is.
func Class(w io.Writer, s Style, in ClassScreen) error {
	p := newPage(s)
	g := in.Book
	p.text(2, strong, CourseTitle+": a class")
	p.text(2, plain, g.summary())
	if in.Resumed > 0 {
		p.text(2, dim, count(in.Resumed, "submission")+" had been graded before, and nothing of them has changed.")
	}
	p.spread(g)
	p.missed(g)
	p.others(in)
	p.blank()
	p.text(2, dim, fmt.Sprintf("Isolation: %s. Seed: %d, which replays the random values.", g.Isolation(), g.Seed))
	p.text(2, plain, "Written: "+list(in.Files)+", in "+in.Out)
	return p.flush(w)
}

// spread adds how many submissions have which share of the points.
func (p *page) spread(g *Gradebook) {
	counts := g.spread()
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	p.blank()
	for i := len(counts) - 1; i >= 0; i-- {
		p.line(2, padLeft(fmt.Sprintf("%d-%d %%", 10*i, 10*i+10), 8), "  ", p.bar(20, counts[i], most), "  ", fmt.Sprint(counts[i]))
	}
}

func (p *page) missed(g *Gradebook) {
	const most = 5
	for i, m := range g.Missed(most) {
		p.blank()
		if i == 0 {
			p.text(2, strong, "Most often failed:")
		}
		p.hang(2, fmt.Sprintf("%d of %d  ", m.Count, len(g.Rows)), bad, plain, m.ID+" "+m.Title+": "+m.Check)
		if m.Hint != "" {
			p.hang(4, "Hint: ", warn, plain, m.Hint)
		}
	}
}

// others adds who is not graded, or not fully.
func (p *page) others(in ClassScreen) {
	if broken := in.Book.Broken(); len(broken) > 0 {
		p.blank()
		p.hang(2, p.g.broken+" ", warn, plain, "Not fully graded, through no fault of theirs: "+list(broken)+
			". results/ says why; the same command tries them again.")
	}
	if len(in.Ignored) > 0 {
		p.blank()
		p.text(2, warn, "No submission, and left alone: "+list(in.Ignored)+".")
	}
}

package report

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// A row is one line of a table: an exercise, a phase, a proof, a part of the
// machine.
type row struct {
	mark  string
	role  role // of the mark and the word
	key   string
	title string
	value string // points or a time, set right-aligned
	word  string
	long  string   // what stands for word where there is room; else it goes below
	quiet bool     // the title steps back: nothing to do about it now
	more  []string // lines below, under the title
}

// roomy is the width from which a row has room for more than a word of state.
const roomy = 72

// table lays rows out in columns. A title that has no room is wrapped.
func (p *page) table(indent int, rows []row) {
	var key, title, value, word int
	for i, r := range rows {
		switch {
		case r.long != "" && p.width >= roomy:
			r.word = r.long
		case r.long != "":
			r.more = append([]string{r.long}, r.more...)
		}
		rows[i] = r
		key = max(key, ansi.StringWidth(r.key))
		title = max(title, ansi.StringWidth(oneLine(r.title)))
		value = max(value, ansi.StringWidth(r.value))
		word = max(word, ansi.StringWidth(r.word))
	}
	before := indent + 2 + key + 2
	after := 0
	for _, n := range []int{value, word} {
		if n > 0 {
			after += 2 + n
		}
	}
	title = max(12, min(title, p.width-before-after))
	for _, r := range rows {
		p.row(indent, before, r, key, title, value)
	}
}

func (p *page) row(indent, before int, r row, key, title, value int) {
	titles := wrap(oneLine(r.title), title)
	titleRole := plain
	if r.quiet {
		titleRole = dim
	}
	parts := []string{
		p.paint(r.role, r.mark), " ", padRight(r.key, key), "  ",
		p.paint(titleRole, padRight(titles[0], title)),
	}
	if value > 0 {
		parts = append(parts, "  ", padLeft(r.value, value))
	}
	if r.word != "" {
		parts = append(parts, "  ", p.paint(r.role, r.word))
	}
	p.line(indent, parts...)
	for _, t := range titles[1:] {
		p.line(before, p.paint(titleRole, t))
	}
	for _, m := range r.more {
		p.text(before, dim, m)
	}
}

// head begins a screen: a title, a bar and the points, on one line if that leaves
// the bar its length.
func (p *page) head(title string, score, most, stretch, stretchOf int) {
	const least = 24 // columns of a bar beside a title
	title = oneLine(title)
	said := points(score, most, stretch, stretchOf)
	if most == 0 {
		score, most = stretch, stretchOf
	}
	before := 2 + ansi.StringWidth(title) + 2
	if p.width-before-2-len(said)-2 >= least && before <= 40 {
		p.line(2, p.paint(strong, title), "  ", p.bar(min(40, p.width-before-2-len(said)-2), score, most), "  ", said)
		return
	}
	p.text(2, strong, title)
	p.line(2, p.bar(min(40, p.width-2-2-len(said)-2), score, most), "  ", said)
}

// bar draws done of all in width columns, and the ends of the bar.
func (p *page) bar(width, done, all int) string {
	full := 0
	if all > 0 {
		full = width * done / all
	}
	if done > 0 && full == 0 {
		full = 1
	}
	full = max(0, min(full, width))
	return p.g.open + p.paint(good, strings.Repeat(p.g.full, full)) +
		p.paint(dim, strings.Repeat(p.g.empty, width-full)) + p.g.close
}

// points says a score: "20 of 60 points", and the stretch beside it.
func points(score, most, stretch, stretchOf int) string {
	switch {
	case most == 0 && stretchOf == 0:
		return "no points to score here"
	case most == 0:
		return fmt.Sprintf("%d of %d stretch points", stretch, stretchOf)
	}
	s := fmt.Sprintf("%d of %d points", score, most)
	if stretchOf > 0 {
		s += fmt.Sprintf(", stretch %d of %d", stretch, stretchOf)
	}
	return s
}

// look is the mark, the colour and the word of a status. The empty status is an
// exercise that was never tried.
func (p *page) look(s grade.Status) (mark string, r role, word string) {
	switch s {
	case grade.Pass:
		return p.g.pass, good, "pass"
	case grade.Fail:
		return p.g.fail, bad, "fail"
	case grade.Unstable:
		return p.g.unstable, warn, "unstable"
	case grade.Waiting:
		return p.g.notYet, dim, "waiting"
	case grade.NotRun:
		return p.g.notRun, warn, "not run"
	case grade.Broken:
		return p.g.broken, warn, "broken"
	case "":
		return p.g.notYet, dim, ""
	default:
		return "?", warn, oneLine(string(s))
	}
}

// titled is an exercise's title, with a word if it is a stretch.
func titled(title, level string) string {
	if level == catalog.Stretch {
		return title + " (stretch)"
	}
	return title
}

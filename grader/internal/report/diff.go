package report

import (
	"io"
	"slices"
	"strings"
)

// besides is the width from which want and got stand side by side.
const besides = 100

// Columns of the labels of stacked sides, and between sides that stand side by side.
const (
	labelWidth = 6
	gap        = 3
)

// Caps of want and got on a screen. What is cut lies after the first difference,
// or is the same on both sides.
const (
	linesBefore = 2 // lines that are the same, above the first that differs
	linesShown  = 8 // lines of a side, all in all
	rowsOfLine  = 4 // rows that a long line is wrapped into
)

// Diff writes want and got with their first difference marked: side by side where
// the width allows, else one below the other. A line too long for its place is
// shown in a window around the difference.
func Diff(w io.Writer, s Style, want, got string) error {
	p := newPage(s)
	p.diff(0, want, got)
	return p.flush(w)
}

// A comparison is want and got, split, and the place where they part.
type comparison struct {
	want, got []string
	plain     bool // no place to mark: they look the same, or are not the same kind of thing
	line      int  // index of the first line that differs
	at        int  // index of the first cell of it that differs
	left      int  // first column shown of that line, on both sides
}

func (p *page) compare(want, got string, width int) comparison {
	c := comparison{want: p.diffLines(want), got: p.diffLines(got)}
	for c.line < min(len(c.want), len(c.got)) && c.want[c.line] == c.got[c.line] {
		c.line++
	}
	if c.line == len(c.want) && c.line == len(c.got) {
		c.plain = true
		return c
	}
	a, b := cells(at(c.want, c.line)), cells(at(c.got, c.line))
	c.at = alike(a, b)
	if widthOf(a[:c.at]) < width && c.line == 0 {
		subject, stated := statement(c.want[0], c.got[0])
		switch {
		case stated && subject > 0:
			c.at = subject + alike(a[subject:], b[subject:])
		case stated, c.apart():
			c.plain = true
			return c
		}
	}
	c.left = leftEdge(widthOf(a[:c.at]), max(widthOf(a), widthOf(b)), width)
	return c
}

// alike counts the cells that a and b begin with alike.
func alike(a, b []cell) int {
	n := 0
	for n < min(len(a), len(b)) && a[n].text == b[n].text {
		n++
	}
	return n
}

// statement recognizes what the suite says of a value: `.page == 1` is wanted,
// `.page is 2` came. It gives the index of the cell from which the two values are
// to be compared, or 0 where that makes no sense, as for `.ms < 100`.
func statement(want, got string) (subject int, ok bool) {
	for _, op := range []string{" == ", " != ", " < ", " <= ", " > ", " >= "} {
		name, _, found := strings.Cut(want, op)
		if !found || !strings.HasPrefix(got, name+" is ") {
			continue
		}
		if op == " == " {
			return len(cells(name + op)), true
		}
		return 0, true
	}
	return 0, false
}

// apart says whether want and got have so little in common that a mark would only
// disturb: `200 OK` and a whole answer, or a want in words.
func (c comparison) apart() bool {
	a, b := cells(strings.Join(c.want, "\n")), cells(strings.Join(c.got, "\n"))
	shorter := min(len(a), len(b))
	n := alike(a, b)
	for end := 0; n < shorter && end < shorter; end++ {
		if a[len(a)-1-end].text != b[len(b)-1-end].text {
			break
		}
		n++
	}
	return 2*n < shorter || n == 0
}

// diffLines splits a side into lines. A tab is shown as \t.
func (p *page) diffLines(side string) []string {
	side = strings.TrimSuffix(Sanitize(side), "\n")
	return strings.Split(strings.ReplaceAll(side, "\t", `\t`), "\n")
}

// ends marks the spaces at the end of a line, which nobody would see.
func (p *page) ends(line string) string {
	text := strings.TrimRight(line, " ")
	return text + strings.Repeat(p.g.space, len(line)-len(text))
}

// at is line i, or nothing where a side has no such line.
func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// diff adds want and got. An empty want means that there is nothing to compare.
func (p *page) diff(indent int, want, got string) {
	if want == "" && got == "" {
		return
	}
	width, pair := p.sideWidth(indent)
	if want == "" {
		c := comparison{got: p.diffLines(got), plain: true}
		p.side(indent, "got", bad, p.rows(c, c.got, bad, p.width-indent-labelWidth, noCaret))
		return
	}
	c := p.compare(want, got, width)
	switch {
	case pair:
		p.pair(indent, width, c)
	default:
		mark := noCaret
		if len(c.want) > 1 {
			mark = bareCaret
		}
		p.side(indent, "want", good, p.rows(c, c.want, good, width, mark))
		p.side(indent, "got", bad, p.rows(c, c.got, bad, width, saidCaret))
	}
	if slices.Equal(c.want, c.got) && want != got {
		p.text(indent, dim, "They look alike here, but their bytes differ (a final newline, or how a character is written).")
	}
}

// sideWidth is how wide one side is, and whether they stand beside each other.
func (p *page) sideWidth(indent int) (width int, pair bool) {
	if p.width >= besides {
		return (p.width - indent - gap) / 2, true
	}
	return p.width - indent - labelWidth, false
}

// side adds one side with its label, stacked.
func (p *page) side(indent int, label string, r role, rows []string) {
	for i, row := range rows {
		if i > 0 {
			label = ""
		}
		p.line(indent, p.paint(r, padRight(label, labelWidth)), row)
	}
}

// pair adds both sides, one beside the other.
func (p *page) pair(indent, width int, c comparison) {
	left := p.rows(c, c.want, good, width, bareCaret)
	right := p.rows(c, c.got, bad, width, saidCaret)
	p.line(indent, p.paint(good, padRight("want", width+gap)), p.paint(bad, "got"))
	for i := range max(len(left), len(right)) {
		p.line(indent, padRight(at(left, i), width+gap), at(right, i))
	}
}

// What stands under the first difference on a side.
type caret int

const (
	noCaret   caret = iota
	bareCaret       // ^
	saidCaret       // ^ and in words what is wrong with got
)

// rows lays one side out in rows of at most width columns.
func (p *page) rows(c comparison, lines []string, r role, width int, mark caret) []string {
	if len(lines) == 1 && lines[0] == "" {
		return []string{p.paint(dim, "(nothing)")}
	}
	var out []string
	first := 0
	if !c.plain && c.line > linesBefore+1 {
		first = c.line - linesBefore
		out = append(out, p.paint(dim, p.g.ellipsis+" "+count(first, "line")+" alike"))
	}
	last := min(len(lines), first+linesShown)
	for i := first; i < last || !c.plain && i == c.line && mark == saidCaret; i++ {
		if !c.plain && i == c.line {
			out = append(out, p.differing(c, at(lines, i), r, width, mark)...)
			continue
		}
		out = append(out, chop(p.ends(lines[i]), width, rowsOfLine, p.g.ellipsis)...)
	}
	if rest := len(lines) - last; rest > 0 {
		out = append(out, p.paint(dim, p.g.ellipsis+" "+count(rest, "more line")))
	}
	return out
}

// differing lays out the first line that differs: what is alike plain, what
// follows in the colour of its side, and the caret below.
func (p *page) differing(c comparison, line string, r role, width int, mark caret) []string {
	text, col := window(cells(p.ends(line)), c.left, width, c.at, p.g.ellipsis)
	alike := cut(text, col)
	out := []string{alike + p.paint(r, strings.TrimPrefix(text, alike))}
	if mark == noCaret {
		return out
	}
	said := ""
	if mark == saidCaret {
		said = c.said()
	}
	if col+2+len(said) <= width {
		return append(out, spaces(col)+p.paint(r, strings.TrimSpace("^ "+said)))
	}
	return append(out, spaces(col-len(said)-1)+p.paint(r, said+" ^"))
}

// said is what is wrong with got at the first difference.
func (c comparison) said() string {
	want, got := cells(at(c.want, c.line)), cells(at(c.got, c.line))
	switch {
	case c.line >= len(c.got), c.at >= len(got):
		return "stops too soon"
	case strings.TrimRight(join(got[c.at:]), " ") == "":
		return "spaces at the end"
	case c.line >= len(c.want), c.at >= len(want):
		return "should have ended"
	default:
		return "differs here"
	}
}

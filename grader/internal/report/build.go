package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/grade"
)

// errorsShown is how many compile errors a screen has; the rest is counted.
const errorsShown = 5

// buildErrors adds what the compiler said, once for all exercises.
func (p *page) buildErrors(c checked) {
	p.blank()
	p.hang(2, p.g.fail+" ", bad, strong, "Your program does not build yet, so nothing was checked.")
	p.compileErrors(c.Verdict.Build)
	if len(c.Regressed) > 0 {
		ids := make([]string, len(c.Regressed))
		for i, r := range c.Regressed {
			ids[i] = r.ID
		}
		verb := " passed before and counts"
		if len(ids) > 1 {
			verb = " passed before and count"
		}
		p.blank()
		p.text(2, plain, list(ids)+verb+" again once it builds.")
	}
}

// compileErrors adds the first errors with their source lines.
func (p *page) compileErrors(b grade.Build) {
	shown := b.Errors[:min(len(b.Errors), errorsShown)]
	for _, e := range shown {
		p.blank()
		if e.File != "" {
			p.line(4, p.paint(strong, position(e)))
		}
		p.text(4, plain, e.Msg)
		p.sourceLine(e)
	}
	if rest := len(b.Errors) - len(shown) + b.More; rest > 0 {
		p.blank()
		p.text(4, dim, fmt.Sprintf("and %d more: often they go away with the first.", rest))
	}
}

// BuildErrors writes why a program does not build, where nothing was to be
// checked: for `grader run`.
func BuildErrors(w io.Writer, s Style, b grade.Build) error {
	p := newPage(s)
	p.hang(2, p.g.fail+" ", bad, strong, "Your program does not build yet.")
	p.compileErrors(b)
	return p.flush(w)
}

// position is file:line:col, in the form that editors and terminals open.
func position(e grade.BuildError) string {
	pos := oneLine(e.File)
	if e.Line > 0 {
		pos += fmt.Sprintf(":%d", e.Line)
		if e.Col > 0 {
			pos += fmt.Sprintf(":%d", e.Col)
		}
	}
	return pos
}

// sourceLine adds the line of an error with a caret under its column, which the
// compiler counts in bytes.
func (p *page) sourceLine(e grade.BuildError) {
	source := strings.TrimRight(e.Source, " \t\r\n")
	if source == "" {
		return
	}
	col := min(max(e.Col-1, 0), len(source))
	show := func(s string) string { return expand(strings.ReplaceAll(Sanitize(s), "\n", " ")) }
	before, line := show(source[:col]), show(source)
	cut := len(before) - len(strings.TrimLeft(before, " "))
	before, line = before[cut:], strings.TrimPrefix(line, before[:cut])
	cs := cells(line)
	width := p.width - 6
	left := leftEdge(ansi.StringWidth(before), widthOf(cs), width)
	text, at := window(cs, left, width, len(cells(before)), p.g.ellipsis)
	p.line(6, text)
	if e.Col > 0 {
		p.line(6, spaces(at), p.paint(bad, "^"))
	}
}

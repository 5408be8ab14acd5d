// Package report turns what the grader knows into what a person, or a program,
// reads: the screens of the verbs, and the JSON of `grader check`. It is the only
// place that formats a verdict.
//
// Every function is pure: state in, text out. The package reads no environment,
// no clock and no terminal, and starts nothing; who calls it says the width, the
// colours and the time. Text that a learner's program or files may have written
// (answers, output, source lines, differences) is never trusted: see [Sanitize].
//
// Three rules hold for every screen. No line is wider than [Style.Width], but for
// commands that are there to be copied, which are never wrapped. Colour is never
// the only carrier of a meaning. The last lines say the one thing to do next.
//
// Non-goals: interaction (package tui), and deciding anything (package grade).
package report

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// CourseTitle is the name that screens over the whole course carry.
const CourseTitle = "Echo From Zero"

// DefaultWidth is the width of a screen whose Style does not name one.
const DefaultWidth = 80

// minWidth is the least width that is laid out for: below it, lines are cut by
// the terminal.
const minWidth = 40

// proseWidth is how wide running text gets at most: longer lines are hard to read.
const proseWidth = 96

// Style says how a screen may look. The zero Style is 80 columns of plain ASCII.
//
// Colours are of the 256 that most terminals have. For a terminal with 16, write
// through a colorprofile.Writer, which picks the nearest.
type Style struct {
	Width   int  // columns; 0 is DefaultWidth, less than 40 is 40
	Color   bool // false: the screen has no escape sequence at all
	Dark    bool // the terminal's background is dark; matters only with Color
	Unicode bool // false: bars, marks and rules are ASCII
}

// A role is what a piece of text is for; it decides the colour.
type role int

const (
	plain   role = iota
	strong       // headings
	good         // passed
	bad          // failed
	warn         // neither: unstable, broken, a note
	dim          // there, but not to be read first
	copied       // may be typed
	command      // to be typed next
	keyword      // of a language
	literal      // a string, a number
)

// shades are the colours of a role, of the 256 that do not change with a
// terminal's theme. Each has a contrast of at least 4.5 (WCAG AA) on the common
// backgrounds of its kind; a test computes it.
var shades = [...]struct {
	dark, light ansi.IndexedColor
	colored     bool
	bold        bool
}{
	plain:   {},
	strong:  {bold: true},
	good:    {dark: 114, light: 22, colored: true},
	bad:     {dark: 210, light: 124, colored: true},
	warn:    {dark: 221, light: 94, colored: true},
	dim:     {dark: 248, light: 240, colored: true},
	copied:  {dark: 117, light: 25, colored: true},
	command: {dark: 117, light: 25, colored: true, bold: true},
	keyword: {dark: 183, light: 90, colored: true},
	literal: {dark: 150, light: 22, colored: true},
}

// paint gives text the look of its role. The styles are x/ansi's and not
// lipgloss's, whose import alone inspects the terminal, and may start tmux, at
// start-up.
func (s Style) paint(r role, text string) string {
	shade := shades[r]
	if !s.Color || strings.TrimSpace(text) == "" || !shade.colored && !shade.bold {
		return text
	}
	st := ansi.NewStyle()
	if shade.bold {
		st = st.Bold()
	}
	if shade.colored && s.Dark {
		st = st.ForegroundColor(shade.dark)
	} else if shade.colored {
		st = st.ForegroundColor(shade.light)
	}
	return st.Styled(text)
}

// glyphs are the characters that the screens draw with.
type glyphs struct {
	pass, fail, unstable, notYet, notRun, broken, next string
	full, empty, open, close                           string // of a bar
	ellipsis, gutter, space                            string
}

func (s Style) glyphs() glyphs {
	if s.Unicode {
		return glyphs{
			pass: "✓", fail: "✗", unstable: "≈", notYet: "·", notRun: "–", broken: "!", next: "›",
			full: "█", empty: "░",
			ellipsis: "…", gutter: "│", space: "·",
		}
	}
	return glyphs{
		pass: "+", fail: "x", unstable: "~", notYet: ".", notRun: "-", broken: "!", next: ">",
		full: "#", empty: "-", open: "[", close: "]",
		ellipsis: "...", gutter: "|", space: "_",
	}
}

// A page collects the lines of one screen.
type page struct {
	Style
	g     glyphs
	width int
	b     strings.Builder
	gap   bool // the last line is blank, or there is none
}

func newPage(s Style) *page {
	width := s.Width
	if width == 0 {
		width = DefaultWidth
	}
	return &page{Style: s, g: s.glyphs(), width: max(width, minWidth), gap: true}
}

// flush writes the screen. The error is the writer's.
func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// line adds one line, as it is. Callers see to its width and to what is in it.
func (p *page) line(indent int, parts ...string) {
	text := strings.TrimRight(spaces(indent)+strings.Join(parts, ""), " ")
	p.b.WriteString(text + "\n")
	p.gap = text == ""
}

// blank adds an empty line, but never two in a row and none at the top.
func (p *page) blank() {
	if !p.gap {
		p.b.WriteString("\n")
		p.gap = true
	}
}

// text adds wrapped text, which need not be trusted.
func (p *page) text(indent int, r role, text string) {
	p.hang(indent, "", plain, r, text)
}

// hang adds wrapped text after a label; further lines begin under the text.
func (p *page) hang(indent int, label string, labelRole, r role, text string) {
	const most = 40 // lines: a course's own text is far below, a learner's is cut
	hanging := ansi.StringWidth(label)
	lines := wrap(expand(Sanitize(text)), min(p.width, proseWidth)-indent-hanging)
	if len(lines) > most {
		lines = append(lines[:most], p.g.ellipsis)
	}
	for i, l := range lines {
		switch {
		case i == 0:
			p.line(indent, p.paint(labelRole, label), p.paint(r, l))
		case l == "":
			p.blank()
		default:
			p.line(indent+hanging, p.paint(r, l))
		}
	}
}

// command adds, in the look of r, a line that is there to be copied: never wrapped, however long.
// A command of several lines (a body with a newline in it) keeps its line breaks;
// only the first line is indented, since what is inside quotes counts.
func (p *page) command(indent int, r role, cmd string) {
	const most = 8 << 10 // bytes: beyond, nobody copies it from a screen
	cmd = Sanitize(cmd)
	if len(cmd) > most {
		head := strings.ToValidUTF8(cmd[:200], "")
		p.line(indent, p.paint(r, head))
		p.text(indent, dim, p.g.ellipsis+" "+count(len(cmd)-len(head), "more byte")+", too long for a screen")
		return
	}
	for i, l := range strings.Split(cmd, "\n") {
		if i > 0 {
			indent = 0
		}
		p.line(indent, p.paint(r, l))
	}
}

// next ends a screen: why, and the one command to type.
func (p *page) next(why, cmd string) {
	if cmd == "" {
		return
	}
	p.blank()
	if why == "" {
		p.line(2, p.paint(strong, "Next:"))
	} else {
		p.hang(2, "Next: ", strong, plain, why)
	}
	p.command(4, command, cmd)
}

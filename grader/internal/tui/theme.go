// Package tui holds the screens that a learner works in: the quiz, the pager of the
// lesson, the watch. Each is a model of bubbletea: its View is a pure function of its
// state, its Update takes one message. What they show comes from package report, whose
// styles they share, or is handed in.
//
// Non-goals: reading files, the environment or a clock, grading, and keeping anything.
// Who calls [Run] hands in data and functions.
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/report"
)

// A Terminal is what a screen is shown on, and read from.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Env     []string             // TERM and its like, each "KEY=value"
	Profile colorprofile.Profile // the colours that it has
}

// Run shows a screen until it quits, and returns its model as it was then. However it
// ends, the terminal is as it was before. Ctrl-C, which no model sees, and the end of
// ctx end it with context.Canceled; Ctrl-Z suspends the whole grader.
func Run[M tea.Model](ctx context.Context, t Terminal, m M) (M, error) {
	g := &guard{model: m}
	p := tea.NewProgram(g, tea.WithContext(ctx), tea.WithInput(t.In), tea.WithOutput(t.Out), tea.WithEnvironment(t.Env),
		tea.WithColorProfile(t.Profile), tea.WithoutSignalHandler())
	g.quit = p.Quit
	_, err := p.Run()
	if g.defect != nil {
		panic(g.defect)
	}
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil {
		err = context.Canceled
	}
	return g.model.(M), err
}

// A guard stands before a model: it takes the keys that mean the same on every screen,
// and holds back a panic until the terminal is restored.
type guard struct {
	model  tea.Model
	quit   func()
	defect any
}

func (g *guard) Init() (cmd tea.Cmd) {
	defer g.hold(&cmd)
	return g.model.Init()
}

func (g *guard) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	next = g // after a panic, too
	defer g.hold(&cmd)
	if key, ok := msg.(tea.KeyPressMsg); ok {
		switch key.String() {
		case "ctrl+c":
			return g, tea.Interrupt
		case "ctrl+z":
			return g, tea.Suspend
		}
	}
	g.model, cmd = g.model.Update(msg)
	return g, cmd
}

func (g *guard) View() (v tea.View) {
	if g.defect != nil {
		return tea.View{}
	}
	defer g.hold(nil)
	return g.model.View()
}

// hold ends the program at a panic, which Run raises again: by a command, or, where a
// caller has none to return, from beside.
func (g *guard) hold(cmd *tea.Cmd) {
	p := recover()
	switch {
	case p == nil:
	case cmd == nil:
		g.defect = p
		go g.quit()
	default:
		g.defect = p
		*cmd = tea.Quit
	}
}

// leastRows is how many rows of a scrolling part are worth showing.
const leastRows = 4

// A frame lays out a screen: rows that scroll, rows that stay below them, and a line
// that says which keys do what.
type frame struct {
	style  report.Style
	height int // rows of the terminal; 0 when not known yet: everything is shown
	scroll []string
	stay   []string
	offset int      // the first row of scroll that is shown
	keys   []string // pairs: a key, and what it does
}

// parts are the rows that scroll and those that stay, and how many of the former there
// is room for. Where too few would be left to scroll, all do.
func (f frame) parts() (scroll, stay []string, room int) {
	if f.height == 0 {
		return f.scroll, f.stay, len(f.scroll)
	}
	room = f.height - 2 - len(f.stay) // an empty row and the keys
	switch {
	case room >= len(f.scroll):
		return f.scroll, f.stay, room
	case room-1 < leastRows:
		return slices.Concat(f.scroll, f.stay), nil, max(f.height-2, 1)
	case len(f.stay) > 0:
		room-- // the row that parts them
	}
	return f.scroll, f.stay, room
}

// last is the greatest offset.
func (f frame) last() int {
	scroll, _, room := f.parts()
	return max(0, len(scroll)-room)
}

// page is how many rows a page down goes on.
func (f frame) page() int {
	_, _, room := f.parts()
	return max(1, room-2)
}

// at is the nearest offset that the frame has.
func (f frame) at(offset int) int { return max(0, min(offset, f.last())) }

// visible are the rows that are in view, above the keys.
func (f frame) visible() []string {
	scroll, stay, room := f.parts()
	offset := f.at(f.offset)
	rows := slices.Clone(scroll[offset:min(len(scroll), offset+room)])
	if len(stay) > 0 && f.last() > 0 {
		rows = append(rows, f.parting(len(scroll)-room-offset))
	}
	return append(rows, stay...)
}

// parting is the row between what scrolls and what stays, with so many rows below it.
func (f frame) parting(below int) string {
	dash, text := "-", "the end; PgUp goes back"
	if f.style.Unicode {
		dash = "─"
	}
	if below > 0 {
		text = fmt.Sprintf("%d more below; PgDn goes on", below)
	}
	return f.style.Paint(report.Dim, "  "+strings.Repeat(dash, 4)+" "+text)
}

// String is the screen.
func (f frame) String() string {
	rows, keys := f.visible(), f.keys
	if _, stay, _ := f.parts(); f.last() > 0 && len(stay) == 0 {
		keys = append([]string{"PgUp/PgDn", "scroll"}, keys...)
	}
	rows = append(rows, "")
	if f.height > 0 {
		for len(rows) < f.height-1 {
			rows = append(rows, "")
		}
		rows = rows[:f.height-1]
	}
	return strings.Join(append(rows, keyLine(f.style, keys)), "\n")
}

// keyLine says which keys do what, in pairs of both: as many as fit.
func keyLine(s report.Style, pairs []string) string {
	const indent, gap = "  ", "   "
	line, used := indent, len(indent)
	for i := 0; i+1 < len(pairs); i += 2 {
		width := ansi.StringWidth(pairs[i] + " " + pairs[i+1])
		if i > 0 {
			width += len(gap)
		}
		if used+width > s.Width {
			break
		}
		if i > 0 {
			line += gap
		}
		line += s.Paint(report.Copied, pairs[i]) + " " + s.Paint(report.Dim, pairs[i+1])
		used += width
	}
	return line
}

// fold makes several rows of one that is wider than the terminal, such as a command,
// which package report never breaks.
func fold(rows []string, width int) (folded []string) {
	for _, row := range rows {
		for ansi.StringWidth(row) > width {
			head := ansi.Truncate(row, width, "")
			used := ansi.StringWidth(head)
			if used == 0 {
				break
			}
			folded = append(folded, head)
			row = ansi.TruncateLeft(row, used, "")
		}
		folded = append(folded, row)
	}
	return folded
}

// full is a view of the whole terminal.
func full(content string) tea.View {
	v := tea.NewView(content)
	v.AltScreen = true
	return v
}

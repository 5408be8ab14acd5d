package tui

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// maxInput is how long a line that is typed may get, in bytes.
const maxInput = 1000

// An input is a line that is being typed. A line break in it stands as \n.
type input struct {
	before, after string // the cursor
}

func (in input) text() string { return in.before + in.after }

// column is where the cursor is, from 0.
func (in input) column() int { return ansi.StringWidth(in.before) }

// window is as much of the text as room columns have, with the cursor in sight, and the
// column of the cursor in that.
func (in input) window(room int) (shown string, column int) {
	room = max(room, 8)
	left := max(0, in.column()-room)
	return ansi.Cut(in.text(), left, left+room), in.column() - left
}

// insert adds text at the cursor: a pasted one may have several lines, and anything else
// that does not print is left out.
func (in input) insert(text string) input {
	text = strings.Trim(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for _, r := range text {
		if len(in.before)+len(in.after) >= maxInput {
			break
		}
		switch {
		case r == '\n' || r == '\r':
			in.before += `\n`
		case r == '\t':
			in.before += " "
		case unicode.IsPrint(r):
			in.before += string(r)
		}
	}
	return in
}

// key takes a key that edits. Others change nothing.
func (in input) key(key tea.KeyPressMsg) input {
	switch key.String() {
	case "backspace", "ctrl+h":
		in.before = dropLast(in.before)
	case "delete", "ctrl+d":
		if in.after != "" {
			first, _ := ansi.FirstGraphemeCluster(in.after, ansi.GraphemeWidth)
			in.after = in.after[len(first):]
		}
	case "left", "ctrl+b":
		rest := dropLast(in.before)
		in.before, in.after = rest, in.before[len(rest):]+in.after
	case "right", "ctrl+f":
		if in.after != "" {
			first, _ := ansi.FirstGraphemeCluster(in.after, ansi.GraphemeWidth)
			in.before, in.after = in.before+first, in.after[len(first):]
		}
	case "home", "ctrl+a":
		in.before, in.after = "", in.text()
	case "end", "ctrl+e":
		in.before, in.after = in.text(), ""
	case "ctrl+u":
		in.before = ""
	case "ctrl+k":
		in.after = ""
	case "ctrl+w":
		in.before = strings.TrimRightFunc(in.before, unicode.IsSpace)
		in.before = in.before[:strings.LastIndexFunc(in.before, unicode.IsSpace)+1]
	case "ctrl+j", "alt+enter", "shift+enter":
		in.before += `\n`
	default:
		in = in.insert(key.Text)
	}
	return in
}

// dropLast is text without its last character, as a reader sees it.
func dropLast(text string) string {
	last := ""
	for rest := text; rest != ""; {
		last, _ = ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		rest = rest[len(last):]
	}
	return text[:len(text)-len(last)]
}

package tui

import (
	"fmt"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/report"
)

// A Pager shows a text of many rows, and searches in it.
type Pager struct {
	style  report.Style
	title  string
	render func(width int) []string
	rows   []string // of this width
	height int
	offset int

	typing bool   // a search is being typed
	word   input  // what is being typed
	sought string // what was searched for last; "" for nothing yet
	found  []int  // the rows that have it
	at     int    // the one of them that was gone to
}

// NewPager shows what render makes for a width, below a title. render is pure: it is
// called again when the terminal gets another width. Rows are no wider, and begin with
// two blanks.
func NewPager(s report.Style, title string, render func(width int) []string) Pager {
	return Pager{style: s, title: title, render: render}
}

// Init does nothing: the size of the terminal comes by itself.
func (p Pager) Init() tea.Cmd { return nil }

// Update takes a key or a size.
func (p Pager) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return p.resize(msg.Width, msg.Height), nil
	case tea.PasteMsg:
		if p.typing {
			p.word = p.word.insert(msg.Content)
		}
	case tea.KeyPressMsg:
		if p.typing {
			return p.search(msg), nil
		}
		return p.key(msg.String())
	}
	return p, nil
}

// resize lays the text out anew. What was the first row stays about where it was.
func (p Pager) resize(width, height int) Pager {
	p.height = height
	if width != p.style.Width || p.rows == nil {
		before := max(len(p.rows), 1)
		p.style.Width = width
		p.rows = p.render(width)
		p.offset = p.offset * len(p.rows) / before
		p.found = p.matches()
		p.at = min(p.at, max(len(p.found)-1, 0))
	}
	p.offset = p.frame().at(p.offset)
	return p
}

func (p Pager) frame() frame {
	keys := []string{"q", "quit", "space/b", "page", "/", "search", "g/G", "top/end"}
	switch {
	case p.typing:
		keys = []string{"Enter", "find", "Esc", "go back"}
	case p.sought != "":
		keys = []string{"q", "quit", "n/N", "next/previous", "/", "search", "space/b", "page", "g/G", "top/end"}
	}
	return frame{style: p.style, height: max(p.height-1, 0), scroll: p.rows, offset: p.offset, keys: keys}
}

func (p Pager) key(key string) (tea.Model, tea.Cmd) {
	f := p.frame()
	page := f.page()
	switch key {
	case "q", "esc":
		return p, tea.Quit
	case "down", "j", "enter":
		p.offset++
	case "up", "k":
		p.offset--
	case "space", "pgdown", "f", "ctrl+f":
		p.offset += page
	case "b", "pgup", "ctrl+b", "shift+space":
		p.offset -= page
	case "d", "ctrl+d":
		p.offset += page / 2
	case "u", "ctrl+u":
		p.offset -= page / 2
	case "g", "home":
		p.offset = 0
	case "G", "shift+g", "end":
		p.offset = f.last()
	case "/":
		p.typing, p.word = true, input{}
	case "n":
		p = p.jump(1)
	case "N", "shift+n":
		p = p.jump(-1)
	}
	p.offset = p.frame().at(p.offset)
	return p, nil
}

// search takes a key while a search is typed.
func (p Pager) search(key tea.KeyPressMsg) Pager {
	switch key.String() {
	case "esc":
		p.typing = false
	case "enter":
		p.typing = false
		if p.word.text() != "" {
			p.sought = p.word.text()
		}
		p.found = p.matches()
		// The first one from here on, or from the top.
		p.at = len(p.found) - 1
		for i, row := range p.found {
			if row >= p.offset {
				p.at = i - 1
				break
			}
		}
		p = p.jump(1)
	default:
		p.word = p.word.key(key)
	}
	return p
}

// jump goes to the next row that has what is sought, or to the one before: around the
// end, too.
func (p Pager) jump(by int) Pager {
	if len(p.found) == 0 {
		return p
	}
	p.at = (p.at + by + len(p.found)) % len(p.found)
	f, row := p.frame(), p.found[p.at]
	if row < p.offset || row >= p.offset+f.page() {
		p.offset = f.at(row - f.page()/3)
	}
	return p
}

// matches are the rows that have what is sought.
func (p Pager) matches() []int {
	var rows []int
	for i, row := range p.rows {
		if p.sought != "" && len(ranges(ansi.Strip(row), p.sought)) > 0 {
			rows = append(rows, i)
		}
	}
	return rows
}

// ranges are the places of a word in a line, in columns, from and to. Small letters
// stand for large ones, too.
func ranges(line, word string) [][2]int {
	// Folding rune by rune keeps the places of bytes where lower case has as many.
	if !strings.ContainsFunc(word, unicode.IsUpper) {
		if low := strings.ToLower(line); len(low) == len(line) {
			line = low
		}
	}
	var list [][2]int
	for from := 0; ; {
		i := strings.Index(line[from:], word)
		if i < 0 {
			return list
		}
		start := from + i
		left := ansi.StringWidth(line[:start])
		list = append(list, [2]int{left, left + ansi.StringWidth(word)})
		from = start + len(word)
	}
}

// line is what is typed, as much of it as fits behind the slash, and the column of the
// cursor in it.
func (p Pager) line() (shown string, column int) { return p.word.window(p.style.Width - 4) }

// status is the line below the text: the search, or what this is, and how far it goes on.
func (p Pager) status() string {
	sought := ansi.Truncate(p.sought, max(p.style.Width-40, 8), "...")
	mark := func(role report.Role, text string) string {
		return p.style.Paint(role, ansi.Truncate("  "+text, p.style.Width, ""))
	}
	switch {
	case p.typing:
		line, _ := p.line()
		return mark(report.Plain, "/"+line)
	case p.sought != "" && len(p.found) == 0:
		return mark(report.Warn, fmt.Sprintf("%s is not there", sought))
	case p.sought != "":
		return mark(report.Dim, fmt.Sprintf("%s: row %d of %d that have it", sought, p.at+1, len(p.found)))
	}
	seen := 100
	if below := p.frame().last(); below > 0 {
		seen = 100 * p.offset / below
	}
	return mark(report.Dim, fmt.Sprintf("%s   %d %%", p.title, seen))
}

// View is the screen.
func (p Pager) View() tea.View {
	f := p.frame()
	f.scroll = append([]string(nil), p.rows...)
	for i, row := range p.found {
		f.scroll[row] = p.marked(f.scroll[row], i == p.at)
	}
	rows := f.visible()
	for len(rows) < p.height-2 {
		rows = append(rows, "")
	}
	v := full(strings.Join(append(rows, p.status(), keyLine(p.style, f.keys)), "\n"))
	if p.typing {
		_, column := p.line()
		v.Cursor = tea.NewCursor(3+column, p.height-2)
	}
	return v
}

// marked shows where a row has what is sought: with a mark at its edge, and with colour
// in the text itself.
func (p Pager) marked(row string, current bool) string {
	if p.style.Color {
		plain := ansi.Strip(row)
		var b strings.Builder
		from := 0
		for _, r := range ranges(plain, p.sought) {
			b.WriteString(ansi.Cut(row, from, r[0]))
			b.WriteString(ansi.NewStyle().Reverse(true).Styled(ansi.Cut(plain, r[0], r[1])))
			from = r[1]
		}
		row = b.String() + ansi.Cut(row, from, ansi.StringWidth(plain))
	}
	sign := ">"
	if !current {
		sign = "."
	}
	if strings.HasPrefix(row, "  ") {
		row = p.style.Paint(report.Warn, sign) + row[1:]
	}
	return row
}

package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/report"
)

// numbered is a text of 100 rows.
func numbered(int) []string {
	var rows []string
	for i := range 100 {
		rows = append(rows, fmt.Sprintf("  row %d", i))
	}
	return rows
}

func first(p Pager) string {
	row, _, _ := strings.Cut(p.View().Content, "\n")
	return strings.TrimSpace(row)
}

// TestPagerKeys ensures that each key goes where it says, and never past an end.
func TestPagerKeys(t *testing.T) {
	t.Parallel()
	// 24 rows: 21 of text, a page goes on by 19.
	for keys, want := range map[string]string{
		"": "row 0", "down": "row 1", "j j": "row 2", "j k": "row 0", "up": "row 0", "enter": "row 1",
		"space": "row 19", "pgdown pgdown": "row 38", "space b": "row 0", "space pgup pgup": "row 0",
		"d": "row 9", "d u": "row 0", "G": "row 79", "end down": "row 79", "G g": "row 0", "G home": "row 0", "n N": "row 0",
		"space space space space space space": "row 79",
	} {
		p := after(NewPager(plainStyle, "x", numbered), size(80, 24))
		for _, key := range strings.Fields(keys) {
			p = after(p, key)
		}
		require.Equal(t, want, first(p), keys)
	}
	p := after(NewPager(plainStyle, "x", numbered), size(80, 24))
	require.True(t, quits(t, p, "q"))
	require.True(t, quits(t, p, "esc"))
	require.False(t, quits(t, after(p, "/"), "q"), "a search may have a q")
}

// TestPagerLongSearch ensures that a word wider than the terminal hides neither the
// cursor nor what became of the search.
func TestPagerLongSearch(t *testing.T) {
	t.Parallel()
	p := after(NewPager(plainStyle, "x", numbered), append([]any{size(60, 24), "/"}, typed(strings.Repeat("word ", 20)+"end")...)...)
	require.Contains(t, p.View().Content, "word end\n")
	require.Less(t, p.View().Cursor.X, 60)
	p = after(p, "enter")
	require.Contains(t, p.View().Content, "  word word word wo... is not there")
}

// TestPagerSearch ensures that a search goes to the next place, around the end, and back.
func TestPagerSearch(t *testing.T) {
	t.Parallel()
	p := after(NewPager(plainStyle, "x", numbered), size(80, 24), "/", "R", "o", "w", "esc")
	require.Empty(t, p.sought)
	p = after(p, "/", "5", "enter")
	require.Contains(t, p.View().Content, "> row 5\n")
	require.Contains(t, p.View().Content, "5: row 1 of 19")
	p = after(p, "n")
	require.Contains(t, p.View().Content, "> row 15\n")
	p = after(p, "n")
	require.Contains(t, p.View().Content, "> row 25\n")
	require.Contains(t, p.View().Content, ". row 35\n", "the others are marked, too")
	p = after(p, "N", "N", "N")
	require.Contains(t, p.View().Content, "> row 95", "around the top")
	p = after(p, "n")
	require.Contains(t, p.View().Content, "> row 5\n", "around the end")
	p = after(p, "G", "/", "9", "9", "enter")
	require.Contains(t, p.View().Content, "> row 99")
	p = after(p, "/", "x", "backspace", "enter")
	require.Equal(t, "99", p.sought, "an empty search is the one before")
	p = after(p, "/", "z", "enter", "n", "N")
	require.Contains(t, p.View().Content, "z is not there")
}

// TestRanges ensures that small letters find large ones, and not the other way.
func TestRanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, word string
		want       [][2]int
	}{
		{"Echo echo", "echo", [][2]int{{0, 4}, {5, 9}}},
		{"Echo echo", "Echo", [][2]int{{0, 4}}},
		{"世界 e世", "e世", [][2]int{{5, 8}}},
		{"aaa", "aa", [][2]int{{0, 2}}},
		{"İx", "x", [][2]int{{1, 2}}}, // whose lower case is longer
		{"", "x", nil},
	} {
		require.Equal(t, c.want, ranges(c.line, c.word), "%q in %q", c.word, c.line)
	}
}

// TestPagerMarks ensures that the marks of a search change no letter of the text.
func TestPagerMarks(t *testing.T) {
	t.Parallel()
	s := report.Style{Width: 80, Color: true, Dark: true, Unicode: true}
	p := after(NewPager(s, "x", lesson(s)), size(80, 24), "/", "e", "t", "a", "enter")
	for i, row := range p.rows {
		if row == "" {
			require.Empty(t, p.marked(row, true))
			continue
		}
		require.Equal(t, ansi.Strip(row)[1:], ansi.Strip(p.marked(row, true))[1:], "row %d", i)
	}
}

// TestPagerResize ensures that another width lays the text out anew, about where it was.
func TestPagerResize(t *testing.T) {
	t.Parallel()
	wrapped := func(width int) []string {
		var rows []string
		for i := range 100 {
			rows = append(rows, fmt.Sprintf("  %d %s", i, strings.Repeat("x", min(width, 80)-10)))
			if width < 80 {
				rows = append(rows, "  more")
			}
		}
		return rows
	}
	p := after(NewPager(plainStyle, "x", wrapped), size(80, 24), "space", "space")
	require.True(t, strings.HasPrefix(first(p), "38 "), first(p))
	p = after(p, size(60, 24))
	require.True(t, strings.HasPrefix(first(p), "38 "), first(p))
	p = after(p, "G", size(100, 200))
	require.True(t, strings.HasPrefix(first(p), "0 "), "all fits")
}

// A failing model panics where it is told to.
type failing struct{ in string }

func (f failing) Init() tea.Cmd {
	if f.in == "Init" {
		panic("init")
	}
	if f.in == "View" {
		return nil // nothing else happens that could end the program
	}
	return func() tea.Msg { return "go" }
}

func (f failing) Update(tea.Msg) (tea.Model, tea.Cmd) {
	if f.in == "Update" {
		panic("update")
	}
	if f.in == "View" {
		return f, nil
	}
	return f, tea.Quit
}

func (f failing) View() tea.View {
	if f.in == "View" {
		panic("view")
	}
	return tea.NewView("x")
}

// TestRunPanic ensures that a panic leaves Run as a panic, with the terminal restored by
// then, and that nothing of it is printed here.
func TestRunPanic(t *testing.T) {
	for _, in := range []string{"Init", "Update", "View", ""} {
		var out strings.Builder
		run := func() {
			_, _ = Run(t.Context(), Terminal{In: strings.NewReader(""), Out: &out, Env: []string{"TERM=xterm"}}, failing{in})
		}
		if in == "" {
			require.NotPanics(t, run)
		} else {
			require.PanicsWithValue(t, strings.ToLower(in), run)
		}
		require.NotContains(t, out.String(), "goroutine")
	}
}

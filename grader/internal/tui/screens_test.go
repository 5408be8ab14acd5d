package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/golden"
	"echofromzero/grader/internal/quiz"
	"echofromzero/grader/internal/report"
)

var now = time.Date(2026, 11, 20, 14, 7, 0, 0, time.UTC)

const loop = `package main

import "fmt"

func main() {
	// Each shelf has its own number.
	for i := range 2 {
		fmt.Println("this line is a good deal longer than a narrow terminal is wide", i, "books on the shelf")
	}
}
`

var (
	routes = catalog.Question{Q: "A client asks for /books without a query. What does the program print, and what does the client see of it?",
		Code: loop, Choices: []string{"400 no sort;books", "two  blanks count here", "first line\n  second line", "On standard error, after every connection that was still open has been closed by the server"},
		Answer: 1, Explain: "c.String writes at once, and without a return the handler goes on and writes again. The first status wins.",
		Why: []string{"That would need a return in front of the first c.String.", "Yes.", "No line is sent twice.", "It is still open."}}
	output = catalog.Question{Q: "What does it print?", Kind: quiz.KindPredict, Answer: -1, Code: "fmt.Println(len(\"abc\"))\nfmt.Println(true)",
		Output: "3\ntrue\n", Explain: "A string's length is in bytes."}
	hostile = catalog.Question{Q: "\x1b[2J\x1b[31mPASS\r\n\u202egnp.exe", Code: "\x1b]0;title\a\n\tx := `\x00`", Choices: []string{"\x1b[2J", "a\tb\r\nc"},
		Answer: 1, Explain: "\x1b[1m\xff"}
)

// asked is a quiz as cli makes one, with no order of choices that a test has to look up.
func asked(s report.Style, questions ...catalog.Question) QuizScreen {
	return QuizScreen{Title: "03 Extractors", Run: quiz.New(questions, 1), Now: now, Keep: func(*quiz.Run) {}}
}

// after is a model after messages; a string stands for a key, see pressed.
func after[M tea.Model](m M, msgs ...any) M {
	for _, msg := range msgs {
		if name, ok := msg.(string); ok {
			msg = pressed(name)
		}
		next, _ := m.Update(msg)
		m = next.(M)
	}
	return m
}

// pressed is a key by its name: "enter", "ctrl+j", or the letter itself.
func pressed(name string) tea.KeyPressMsg {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "tab": tea.KeyTab}
	if code, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	if name == "space" {
		name = " "
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// typed are the keys of a text.
func typed(text string) (keys []any) {
	for _, r := range text {
		keys = append(keys, string(r))
	}
	return keys
}

func size(width, height int) tea.WindowSizeMsg {
	return tea.WindowSizeMsg{Width: width, Height: height}
}

// place is the key that takes a choice.
func place(run *quiz.Run, choice int) string {
	for i, text := range run.Current().Shown() {
		if text == run.Current().Choices[choice] {
			return string(rune('1' + i))
		}
	}
	return ""
}

func screens() []golden.Screen {
	ask := func(name string, height int, questions []catalog.Question, keys func(*quiz.Run) []any) golden.Screen {
		return golden.Screen{Name: "quiz-" + name, Draw: func(s golden.Style) (string, error) {
			in := asked(report.Style(s), questions...)
			q := after(NewQuiz(report.Style(s), in), size(s.Width, height))
			return strings.TrimLeft(after(q, keys(in.Run)...).View().Content, "\n") + "\n", nil
		}}
	}
	keys := func(list ...any) func(*quiz.Run) []any { return func(*quiz.Run) []any { return list } }
	answer := func(choice int) func(*quiz.Run) []any {
		return func(run *quiz.Run) []any { return []any{place(run, choice), "enter"} }
	}
	one, two := []catalog.Question{routes, output}, []catalog.Question{output, routes}
	return append([]golden.Screen{
		ask("question", 30, one, keys()),
		ask("question-low", 18, one, keys()),
		ask("question-lowest", 10, one, keys("3")),
		ask("scrolled", 18, one, keys("pgdown", "pgdown", "pgdown")),
		ask("chosen", 30, one, keys("2")),
		ask("unclear", 30, one, keys("enter")),
		ask("right", 30, one, answer(1)),
		ask("wrong", 30, one, answer(0)),
		ask("last", 30, one[:1], answer(1)),
		ask("predict", 24, two, keys()),
		ask("predict-typed", 24, two, keys(append(typed(strings.Repeat("wide ", 30)+"q"), "ctrl+j")...)),
		ask("predict-unclear", 24, two, keys("enter")),
		ask("predict-right", 24, two, keys(append(typed(`3\ntrue`), "enter")...)),
		ask("predict-wrong", 24, two, keys(append(typed("4"), "enter")...)),
		ask("hostile", 24, []catalog.Question{hostile}, answer(0)),
		{Name: "quiz-back", Draw: func(s golden.Style) (string, error) {
			in := asked(report.Style(s), output)
			in.Run.Add("01", []catalog.Question{routes}, quiz.IDs([]catalog.Question{routes}))
			in.Phases = map[string]string{"01": "01 Hello, Echo"}
			keys := append(typed("3"), "enter", "enter")
			return after(NewQuiz(report.Style(s), in), append([]any{size(s.Width, 40)}, keys...)...).View().Content + "\n", nil
		}},
		{Name: "quiz-notice", Draw: func(s golden.Style) (string, error) {
			in := asked(report.Style(s), output)
			in.Notices = []string{"This folder is no workspace of the course, so nothing is kept of this run.", "Another."}
			return after(NewQuiz(report.Style(s), in), size(s.Width, 20)).View().Content + "\n", nil
		}},
		{Name: "quiz-resume", Draw: func(s golden.Style) (string, error) {
			return after(NewQuiz(report.Style(s), left(report.Style(s))), size(s.Width, 14)).View().Content + "\n", nil
		}},
		{Name: "quiz-resumed", Draw: func(s golden.Style) (string, error) {
			return after(NewQuiz(report.Style(s), left(report.Style(s))), size(s.Width, 30), "enter").View().Content + "\n", nil
		}},
	}, pages()...)
}

// left is a quiz whose first question was answered two hours ago.
func left(s report.Style) QuizScreen {
	in := asked(s, output, routes)
	in.Begun, in.Left = quiz.New([]catalog.Question{output, routes}, 1), now.Add(-2*time.Hour)
	in.Begun.Resume([]bool{true})
	return in
}

// lesson renders as many rows as there are words, and is no wider than asked for.
func lesson(s report.Style) func(width int) []string {
	return func(width int) []string {
		s.Width = width
		rows := []string{"  " + s.Paint(report.Strong, "A lesson"), ""}
		for _, word := range []string{"Alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "my"} {
			rows = append(rows, "  The letter "+s.Paint(report.Copied, word)+", and no other letter but "+word)
		}
		return rows
	}
}

func pages() []golden.Screen {
	page := func(name string, keys ...any) golden.Screen {
		return golden.Screen{Name: "pager-" + name, Draw: func(s golden.Style) (string, error) {
			p := after(NewPager(report.Style(s), "03 Extractors", lesson(report.Style(s))), size(s.Width, 8))
			return after(p, keys...).View().Content + "\n", nil
		}}
	}
	return []golden.Screen{
		page("top"),
		page("down", "space"),
		page("end", "G"),
		page("typing", append([]any{"/"}, typed("bet")...)...),
		page("found", append(append([]any{"/"}, typed("eta")...), "enter", "n")...),
		page("none", append(append([]any{"/"}, typed("omega")...), "enter")...),
	}
}

// TestScreens holds every screen in every look.
func TestScreens(t *testing.T) { golden.Screens(t, screens()) }

// TestGoldenFiles finds golden files that no screen writes any more.
func TestGoldenFiles(t *testing.T) { golden.NoStray(t, screens()) }

// TestHeights ensures that a screen has as many rows as its terminal, however low.
func TestHeights(t *testing.T) {
	t.Parallel()
	s := report.Style{Width: 60, Unicode: true}
	for height := 3; height < 50; height++ {
		models := map[string]tea.Model{
			"question": after(NewQuiz(s, asked(s, routes)), size(60, height), "2"),
			"answered": after(NewQuiz(s, asked(s, routes)), size(60, height), "2", "enter"),
			"predict":  after(NewQuiz(s, asked(s, output)), size(60, height), "3", "enter"),
			"resume":   after(NewQuiz(s, left(s)), size(60, height)),
			"pager":    after(NewPager(s, "x", lesson(s)), size(60, height), "space", "/", "e", "enter"),
		}
		for name, m := range models {
			if rows := strings.Count(m.View().Content, "\n") + 1; rows != height {
				t.Errorf("%s has %d rows in a terminal of %d", name, rows, height)
			}
		}
	}
}

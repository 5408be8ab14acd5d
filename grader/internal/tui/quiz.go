package tui

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/quiz"
	"echofromzero/grader/internal/report"
)

// A QuizScreen is what a quiz shows and does.
type QuizScreen struct {
	Title   string            // "01 Hello, Echo", or a file's name
	Run     *quiz.Run         // what is asked
	Begun   *quiz.Run         // the run that was left in the middle; nil for none
	Left    time.Time         // when it was
	Now     time.Time         //
	Phases  map[string]string // titles of earlier phases, by number
	Notices []string          // shown with the first question
	Keep    func(*quiz.Run)   // called after each answer
}

// stages of a quiz.
type stage int

const (
	resuming stage = iota // asks whether to go on with the run that was left
	asking                // waits for an answer
	telling               // says what the answer was worth
)

// A Quiz asks the questions of a run, one a screen. How far it came is in Run.
type Quiz struct {
	in       QuizScreen
	style    report.Style
	height   int
	stage    stage
	question *quiz.Question
	outcome  quiz.Outcome
	chosen   int   // the place of a choice, from 1
	typed    input // the output that is being typed
	unclear  bool  // the last answer was none
	offset   int
}

// NewQuiz begins with the first question, or asks whether to go on with a run that was
// left.
func NewQuiz(s report.Style, in QuizScreen) Quiz {
	q := Quiz{in: in, style: s}
	if in.Begun == nil {
		return q.next()
	}
	return q
}

// Run is the run that was asked.
func (q Quiz) Run() *quiz.Run {
	if q.stage == resuming {
		return q.in.Begun
	}
	return q.in.Run
}

// Init does nothing: the size of the terminal comes by itself.
func (q Quiz) Init() tea.Cmd { return nil }

// next shows the question to answer now.
func (q Quiz) next() Quiz {
	q.stage, q.question = asking, q.in.Run.Current()
	q.chosen, q.typed, q.unclear, q.offset = 0, input{}, false, 0
	return q
}

// Update takes a key or a size.
func (q Quiz) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		q.style.Width, q.height = msg.Width, msg.Height
		q.offset = q.frame().at(q.offset)
		if q.stage == telling {
			q = q.conclude()
		}
	case tea.PasteMsg:
		if q.typing() {
			q.typed = q.typed.insert(msg.Content)
		}
	case tea.KeyPressMsg:
		return q.key(msg)
	}
	return q, nil
}

// typing reports whether letters are an answer, and not keys.
func (q Quiz) typing() bool { return q.stage == asking && q.question.Predict() }

func (q Quiz) key(msg tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	key := msg.String()
	f := q.frame()
	switch {
	case key == "esc", key == "q" && !q.typing():
		return q, tea.Quit
	case key == "pgdown":
		q.offset = f.at(q.offset + f.page())
		return q, nil
	case key == "pgup":
		q.offset = f.at(q.offset - f.page())
		return q, nil
	}
	switch q.stage {
	case resuming:
		return q.resume(key), nil
	case telling:
		if key != "enter" && key != "space" {
			return q, nil
		}
		if q.in.Run.Current() == nil {
			return q, tea.Quit
		}
		return q.next(), nil
	}
	q.unclear = false
	switch {
	case key == "enter":
		q = q.answer()
	case q.question.Predict():
		q.typed = q.typed.key(msg)
		q = q.reveal()
	default:
		q = q.choose(key).reveal()
	}
	return q, nil
}

// resume takes the answer to whether to go on.
func (q Quiz) resume(key string) Quiz {
	switch key {
	case "enter":
		q.in.Run = q.in.Begun
		return q.next()
	case "n":
		return q.next()
	}
	return q
}

// choose takes an arrow, or the digit or letter of a choice.
func (q Quiz) choose(key string) Quiz {
	n := len(q.question.Choices)
	switch key {
	case "down", "tab":
		q.chosen = q.chosen%n + 1
	case "up", "shift+tab":
		q.chosen = (max(q.chosen, 1)+n-2)%n + 1
	default:
		if place, ok := quiz.Place(key, n); ok {
			q.chosen = place
		}
	}
	return q
}

// active is the row where the learner is: the choice that is taken, as package report
// draws it, or the line that is typed.
var active = regexp.MustCompile(`^  (?:[›>] [1-9]  |>(?: |$))`)

// reveal has the active row in sight where it scrolls with the question.
func (q Quiz) reveal() Quiz {
	f := q.frame()
	scroll, stay, room := f.parts()
	row := slices.IndexFunc(scroll, func(row string) bool { return active.MatchString(ansi.Strip(row)) })
	if len(stay) == 0 && row >= 0 && (row < f.offset || row >= f.offset+room) {
		q.offset = f.at(row - room/2)
	}
	return q
}

// answer takes what was chosen or typed.
func (q Quiz) answer() Quiz {
	line := q.typed.text()
	if !q.question.Predict() {
		line = strconv.Itoa(q.chosen)
	}
	outcome, err := q.in.Run.Answer(line)
	if err != nil {
		q.unclear = true
		return q
	}
	q.stage, q.outcome = telling, outcome
	q.in.Keep(q.in.Run)
	return q.conclude()
}

// conclude has in sight what the answer was worth, where it scrolls with the question.
func (q Quiz) conclude() Quiz {
	if _, stay, _ := q.frame().parts(); len(stay) == 0 {
		q.offset = q.frame().last()
	}
	return q
}

// View is the screen.
func (q Quiz) View() tea.View {
	f := q.frame()
	v := full(f.String())
	row := slices.IndexFunc(f.visible(), func(row string) bool { return active.MatchString(ansi.Strip(row)) })
	if q.typing() && row >= 0 {
		_, column := q.line()
		v.Cursor = tea.NewCursor(column, row)
	}
	return v
}

func (q Quiz) frame() frame {
	top, stay := q.rows()
	return frame{style: q.style, height: q.height, scroll: top, stay: stay, offset: q.offset, keys: q.keys()}
}

func (q Quiz) keys() []string {
	arrows, enter, leave := "up/down", "Enter", "q"
	if q.style.Unicode {
		arrows = "↑↓"
	}
	switch {
	case q.stage == resuming:
		return []string{enter, "go on", "n", "begin anew", leave, "leave"}
	case q.stage == telling && q.in.Run.Current() == nil:
		return []string{enter, "your score"}
	case q.stage == telling:
		return []string{enter, "go on", leave, "leave"}
	case q.question.Predict():
		return []string{enter, "answer", "Esc", "leave", "Ctrl-J", "line break"}
	}
	return []string{fmt.Sprintf("%s/1-%d", arrows, len(q.question.Choices)), "choose", enter, "answer", leave, "leave"}
}

// rows are the part of the screen that scrolls, and the one that stays below it.
func (q Quiz) rows() (top, stay []string) {
	top = append(top, q.head())
	if q.stage == resuming {
		run := q.in.Begun
		top = append(top, "")
		return append(top, q.draw(func(w io.Writer) error {
			return report.QuizResume(w, q.style, report.QuizOpenScreen{Answered: run.Answered(), Right: rights(run), Of: run.Len(),
				Left: q.in.Left, Now: q.in.Now, Notices: q.in.Notices})
		})...), nil
	}
	if q.question.Number == 1 {
		for _, n := range q.in.Notices {
			top = append(top, "")
			top = append(top, q.draw(func(w io.Writer) error { return report.QuizNotice(w, q.style, n) })...)
		}
	}
	shown := report.QuizQuestionScreen{Number: q.question.Number, Of: q.in.Run.Len(), From: q.in.Phases[q.question.From],
		Question: q.question.Q, Code: q.question.Code, Choices: q.question.Shown(), Chosen: q.chosen}
	if q.stage == telling {
		shown.Right = q.outcome.Place
	}
	top = append(top, "")
	top = append(top, q.draw(func(w io.Writer) error { return report.QuizText(w, q.style, shown) })...)
	return append(top, ""), q.below(shown)
}

// below are the choices, or the line that is typed, and what the answer was worth.
func (q Quiz) below(shown report.QuizQuestionScreen) (rows []string) {
	if !q.question.Predict() {
		rows = q.draw(func(w io.Writer) error { return report.QuizChoices(w, q.style, shown) })
	} else {
		line, _ := q.line()
		if q.stage == asking {
			rows = append(q.draw(func(w io.Writer) error { return report.QuizChoices(w, q.style, shown) }), "")
		}
		rows = append(rows, strings.TrimRight(q.style.Paint(report.Copied, strings.TrimRight(prompt, " "))+" "+line, " "))
	}
	switch {
	case q.stage == telling:
		told := report.QuizAnswerScreen{Right: q.outcome.Right, Place: q.outcome.Place, Why: q.outcome.Why, Explain: q.outcome.Explain}
		if q.question.Predict() {
			told.Correct = q.outcome.Correct
		}
		rows = append(append(rows, ""), q.draw(func(w io.Writer) error { return report.QuizAnswer(w, q.style, told) })...)
	case q.unclear && q.question.Predict():
		rows = append(append(rows, ""), q.draw(func(w io.Writer) error { return report.QuizAgain(w, q.style, 0) })...)
	case q.unclear:
		rows = append(append(rows, ""), q.draw(func(w io.Writer) error { return report.QuizAgain(w, q.style, len(shown.Choices)) })...)
	}
	return rows
}

// prompt stands before what is typed.
const prompt = "  > "

// line is what is typed, as much of it around the cursor as fits, and the column of the
// cursor on the screen.
func (q Quiz) line() (shown string, column int) {
	shown, column = q.typed.window(q.style.Width - len(prompt) - 1)
	return shown, len(prompt) + column
}

// head says which quiz this is, and how it goes.
func (q Quiz) head() string {
	title := "  " + q.style.Paint(report.Strong, "Quiz "+report.Line(q.in.Title))
	score := ""
	if run := q.Run(); run.Answered() > 0 {
		score = "   " + strconv.Itoa(rights(run)) + " of " + strconv.Itoa(run.Answered()) + " right so far"
	}
	return ansi.Truncate(title+q.style.Paint(report.Dim, score), q.style.Width, "")
}

// rights counts the right answers of a run, those to questions that came back too.
func rights(run *quiz.Run) int {
	n := 0
	for _, right := range run.Given() {
		if right {
			n++
		}
	}
	return n
}

// draw is a screen of package report, in rows.
func (q Quiz) draw(screen func(io.Writer) error) []string {
	var b strings.Builder
	_ = screen(&b) // a builder takes everything
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// runsShown is how many earlier runs the end of a quiz lists.
const runsShown = 5

// A QuizStartScreen is what `grader quiz` shows first.
type QuizStartScreen struct {
	Title     string // "01 Hello, Echo", or a file's name
	Questions int
	Review    bool     // only what was missed in the last run
	EndKey    string   // how the input is ended: "Ctrl-D"
	Notices   []string // such as that nothing is kept
}

// QuizStart writes what is asked, and how to answer.
func QuizStart(w io.Writer, s Style, in QuizStartScreen) error {
	p := newPage(s)
	p.text(2, strong, "Quiz "+oneLine(in.Title))
	asked := count(in.Questions, "question")
	if in.Review {
		asked += " that you missed in your last run"
	}
	p.text(2, dim, asked+". Answer with the number of a choice, or its letter: 1 or a is the first. "+in.EndKey+" ends early.")
	p.notices(in.Notices)
	return p.flush(w)
}

// A QuizQuestionScreen is one question.
type QuizQuestionScreen struct {
	Number, Of int
	From       string // the earlier phase that it comes back from: "01 Hello, Echo"; "" for none
	Question   string
	Code       string   // "" for none
	Choices    []string // in the order shown; none: the output is to be typed
	Chosen     int      // the place of the choice that is taken, from 1; 0 for none
	Right      int      // the place of the right one, once it may be seen; 0 before
}

// QuizQuestion writes a question: its text, its code, its choices.
func QuizQuestion(w io.Writer, s Style, in QuizQuestionScreen) error {
	p := newPage(s)
	p.question(in)
	p.blank()
	p.choices(in)
	return p.flush(w)
}

// QuizText writes what is asked, without the choices.
func QuizText(w io.Writer, s Style, in QuizQuestionScreen) error {
	p := newPage(s)
	p.question(in)
	return p.flush(w)
}

// QuizChoices writes what can be answered.
func QuizChoices(w io.Writer, s Style, in QuizQuestionScreen) error {
	p := newPage(s)
	p.choices(in)
	return p.flush(w)
}

func (p *page) question(in QuizQuestionScreen) {
	if in.From != "" {
		p.text(2, dim, "You missed this one in "+oneLine(in.From)+":")
	}
	p.hang(2, fmt.Sprintf("%d of %d  ", in.Number, in.Of), dim, strong, in.Question)
	if in.Code != "" {
		p.blank()
		p.code(6, "go", in.Code)
	}
}

func (p *page) choices(in QuizQuestionScreen) {
	for i, c := range in.Choices {
		place := i + 1
		mark := " "
		switch {
		case place == in.Right:
			mark = p.paint(good, p.g.pass)
		case place == in.Chosen && in.Right > 0:
			mark = p.paint(bad, p.g.fail)
		case place == in.Chosen:
			mark = p.paint(command, p.g.next)
		}
		p.exact(2, mark+" "+p.paint(copied, strconv.Itoa(place)+"  "), c)
	}
	if len(in.Choices) == 0 {
		p.text(4, dim, `Type what it prints, in one line: \n stands for a line break.`)
	}
}

// QuizPrompt writes what stands before an answer.
func QuizPrompt(w io.Writer) error {
	_, err := io.WriteString(w, "> ")
	return err
}

// QuizEcho writes, behind the prompt, an answer that no terminal has echoed.
func QuizEcho(w io.Writer, s Style, line string) error {
	p := newPage(s)
	p.line(0, cut(expand(oneLine(line)), p.width-2))
	return p.flush(w)
}

// QuizAgain says what an answer may be, after one that was none. No choices means
// that the output is to be typed.
func QuizAgain(w io.Writer, s Style, choices int) error {
	p := newPage(s)
	if choices == 0 {
		p.text(2, warn, `Type what the program prints, in one line: \n stands for a line break. A guess is fine.`)
	} else {
		p.text(2, warn, fmt.Sprintf("A number from 1 to %d, please, or a letter from a to %c. A guess is fine.", choices, 'a'+choices-1))
	}
	return p.flush(w)
}

// A QuizAnswerScreen is what an answer was.
type QuizAnswerScreen struct {
	Right   bool
	Place   int    // of the right choice; 0 where the output was to be typed
	Correct string // the right choice, or the output; "" where the choices are in sight
	Why     string // on the wrong choice that was taken; may be ""
	Explain string
}

// QuizAnswer writes whether an answer was right, and why.
func QuizAnswer(w io.Writer, s Style, in QuizAnswerScreen) error {
	p := newPage(s)
	switch {
	case in.Right:
		p.hang(2, p.g.pass+" ", good, strong, "Right.")
	case in.Place > 0 && in.Correct == "":
		p.hang(2, p.g.fail+" ", bad, strong, fmt.Sprintf("Not quite. The answer is %d.", in.Place))
	case in.Place > 0:
		p.hang(2, p.g.fail+" ", bad, strong, fmt.Sprintf("Not quite. The answer is %d:", in.Place))
		p.exact(6, "", in.Correct)
	default:
		p.hang(2, p.g.fail+" ", bad, strong, "Not quite. It prints:")
		p.code(6, "", in.Correct)
	}
	if in.Why != "" {
		p.text(4, plain, in.Why)
	}
	p.text(4, plain, in.Explain)
	return p.flush(w)
}

// A QuizRun is an earlier run.
type QuizRun struct {
	Score, Of int
	Time      time.Time
}

// A QuizEndScreen is what `grader quiz` shows last.
type QuizEndScreen struct {
	Title      string
	Right, Of  int
	Wrong      []int // numbers of the questions
	Unanswered []int
	Back       int       // questions of earlier phases
	BackRight  int       // those answered right
	Kept       bool      // the run was recorded
	Recalled   bool      // of a review: what was missed has been answered right since
	Earlier    []QuizRun // oldest first
	Now        time.Time
	Notices    []string

	NextTitle, NextCommand string // "" leaves the line out
}

// QuizEnd writes the score, what was missed, and the scores of the runs before.
func QuizEnd(w io.Writer, s Style, in QuizEndScreen) error {
	p := newPage(s)
	p.text(2, strong, "Quiz "+oneLine(in.Title))
	said := fmt.Sprintf("%d of %d right", in.Right, in.Of)
	p.line(2, p.bar(min(40, p.width-2-2-len(said)-2), in.Right, in.Of), "  ", said)
	p.blank()
	if in.Right == in.Of {
		p.hang(2, p.g.pass+" ", good, plain, "Every answer was right. Well done.")
	}
	if len(in.Wrong) > 0 {
		p.hang(2, "Missed: ", strong, plain, questions(in.Wrong)+".")
	}
	if answered := in.Of - len(in.Unanswered); answered == 0 {
		p.text(2, plain, "You answered nothing, so nothing is kept.")
	} else if answered < in.Of {
		text := fmt.Sprintf("You stopped after %d of %s.", answered, count(in.Of, "question"))
		if in.Kept {
			text += " What you answered is kept; the rest counts as missed."
		}
		p.text(2, plain, text)
	}
	if in.Back > 0 {
		p.text(2, plain, fmt.Sprintf("Of what you missed in earlier phases: %d of %d right.", in.BackRight, in.Back))
	}
	p.earlier(in)
	p.notices(in.Notices)
	p.next(in.NextTitle, in.NextCommand)
	return p.flush(w)
}

// A QuizOpenScreen is a run that was left in the middle.
type QuizOpenScreen struct {
	Title               string
	Answered, Right, Of int
	Kept                bool      // it can be gone on with
	Left, Now           time.Time // when it was left
	Notices             []string
	NextCommand         string // "" leaves the line out
}

// QuizLeft writes what becomes of a run that the learner leaves in the middle.
func QuizLeft(w io.Writer, s Style, in QuizOpenScreen) error {
	p := newPage(s)
	p.text(2, strong, "Quiz "+oneLine(in.Title))
	said, why := fmt.Sprintf("You answered %d of %s", in.Answered, count(in.Of, "question")), "begin again"
	switch {
	case in.Answered == 0:
		said = "You answered nothing yet."
	case in.Kept:
		said, why = said+". What you answered is kept.", "go on where you were"
	default:
		said += ". Nothing is kept."
	}
	p.text(2, plain, said)
	p.notices(in.Notices)
	p.next(why, in.NextCommand)
	return p.flush(w)
}

// QuizResume asks whether to go on with a run that was left.
func QuizResume(w io.Writer, s Style, in QuizOpenScreen) error {
	p := newPage(s)
	p.text(2, plain, fmt.Sprintf("You left this quiz %s, with %d of %s answered, %d of them right.", ago(in.Now, in.Left),
		in.Answered, count(in.Of, "question"), in.Right))
	p.blank()
	p.hang(2, "Enter ", copied, plain, fmt.Sprintf("goes on with question %d.", in.Answered+1))
	p.hang(2, "n     ", copied, plain, "begins anew; the answers of before are gone then.")
	p.notices(in.Notices)
	return p.flush(w)
}

// QuizNothing writes that a review has nothing to ask, and why.
func QuizNothing(w io.Writer, s Style, in QuizEndScreen) error {
	p := newPage(s)
	p.text(2, strong, "Quiz "+oneLine(in.Title))
	last := in.Earlier[len(in.Earlier)-1]
	switch {
	case last.Score == last.Of:
		p.text(2, plain, "There is nothing to review: in your last run every answer was right.")
	case in.Recalled:
		p.text(2, plain, "There is nothing to review: what you missed you have answered right since, in a later quiz.")
	default:
		p.text(2, plain, "There is nothing to review: the quiz no longer has the questions that you missed.")
	}
	p.earlier(in)
	p.notices(in.Notices)
	p.next(in.NextTitle, in.NextCommand)
	return p.flush(w)
}

// earlier adds the scores of the runs before this one.
func (p *page) earlier(in QuizEndScreen) {
	runs, label := in.Earlier, "Runs before: "
	if len(runs) == 0 {
		return
	}
	if len(runs) > runsShown {
		label = fmt.Sprintf("The last %d of %d runs before: ", runsShown, len(runs))
		runs = runs[len(runs)-runsShown:]
	}
	said := make([]string, len(runs))
	for i, r := range runs {
		said[i] = fmt.Sprintf("%d of %d (%s)", r.Score, r.Of, ago(in.Now, r.Time))
	}
	p.blank()
	p.text(2, dim, label+strings.Join(said, ", ")+".")
}

// QuizNotice writes what a learner should know before a quiz.
func QuizNotice(w io.Writer, s Style, notice string) error {
	p := newPage(s)
	p.hang(2, "Note: ", warn, plain, notice)
	return p.flush(w)
}

func (p *page) notices(list []string) {
	for _, n := range list {
		p.blank()
		p.hang(2, "Note: ", warn, plain, n)
	}
}

// questions names questions by their numbers: "question 2", "questions 2, 5 and 7".
func questions(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	if len(words) == 1 {
		return "question " + words[0]
	}
	return "questions " + list(words)
}

// exact is hang for text whose blanks count, such as a choice that is what a
// program prints: only lines that are too long are wrapped.
func (p *page) exact(indent int, label, text string) {
	for _, l := range strings.Split(strings.TrimRight(expand(Sanitize(text)), "\n "), "\n") {
		rows := []string{l}
		if width := p.width - indent - ansi.StringWidth(label); ansi.StringWidth(l) > width {
			rows = wrap(l, width)
		}
		for _, row := range rows {
			p.line(indent, label, row)
			label = spaces(ansi.StringWidth(label))
		}
	}
}

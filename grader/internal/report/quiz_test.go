package report

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

const quizCode = `package main

import "fmt"

func main() {
	for i := range 2 {
		fmt.Println("this line is a good deal longer than a narrow terminal is wide", i, "books on the shelf")
	}
}
`

func quizzes() []screen {
	draw := func(name string, f func(w io.Writer, s Style) error) screen {
		return screen{name: "quiz-" + name, draw: f}
	}
	start := func(name string, in QuizStartScreen) screen {
		return draw(name, func(w io.Writer, s Style) error { return QuizStart(w, s, in) })
	}
	ask := func(name string, in QuizQuestionScreen) screen {
		return draw(name, func(w io.Writer, s Style) error { return QuizQuestion(w, s, in) })
	}
	answer := func(name string, in QuizAnswerScreen) screen {
		return draw(name, func(w io.Writer, s Style) error { return QuizAnswer(w, s, in) })
	}
	end := func(name string, in QuizEndScreen) screen {
		in.Title, in.Now = "01 Hello, Echo", now
		return draw(name, func(w io.Writer, s Style) error { return QuizEnd(w, s, in) })
	}
	explain := "c.String writes at once, and without a return the handler goes on and writes again. The status can be sent only once, so the first one wins."
	var runs []QuizRun
	for i := range 7 {
		runs = append(runs, QuizRun{Score: i + 1, Of: 10, Time: now.Add(time.Duration(i-7) * 8 * time.Hour)})
	}
	hostiles := ask("hostile", QuizQuestionScreen{Number: 1, Of: 1, Question: hostile, Code: hostile + "\n\tx", Choices: []string{hostile, "a\tb\r\nc"}})
	return []screen{
		start("start", QuizStartScreen{Title: "01 Hello, Echo", Questions: 10, EndKey: "Ctrl-D"}),
		start("start-review", QuizStartScreen{Title: "01 Hello, Echo", Questions: 1, Review: true, EndKey: "Ctrl-Z and Enter", Notices: []string{"This folder is no workspace, so your score is not kept."}}),
		ask("choose", QuizQuestionScreen{Number: 3, Of: 10, Question: "A client asks for /books without a query. What does the program print, and what does the client see of it?",
			Code: quizCode, Choices: []string{"400 no sort;books", "two  blanks count here", "first line\n  second line",
				"On standard error, with exit code 1, after every connection that was still open has been closed by the server"}}),
		ask("predict", QuizQuestionScreen{Number: 10, Of: 10, Question: "What does it print?", Code: "fmt.Println(len(\"abc\"))"}),
		hostiles,
		draw("again", func(w io.Writer, s Style) error { return QuizAgain(w, s, 4) }),
		draw("again-predict", func(w io.Writer, s Style) error { return QuizAgain(w, s, 0) }),
		answer("right", QuizAnswerScreen{Right: true, Place: 2, Correct: "x", Explain: explain}),
		answer("wrong", QuizAnswerScreen{Place: 2, Correct: "400 no  sort;books", Why: "That would need a return in front of the first c.String.", Explain: explain}),
		answer("wrong-predict", QuizAnswerScreen{Correct: "200 7/x\n\n404\n", Explain: explain}),
		end("end", QuizEndScreen{Right: 7, Of: 10, Wrong: []int{2, 5, 9}, Kept: true, Earlier: runs, NextTitle: "ask what you missed once more", NextCommand: "grader quiz 01 --review"}),
		end("end-all", QuizEndScreen{Right: 10, Of: 10, Kept: true, Earlier: runs[5:], NextTitle: "see what comes next", NextCommand: "grader"}),
		end("end-early", QuizEndScreen{Right: 1, Of: 10, Wrong: []int{1}, Unanswered: []int{3, 4, 5, 6, 7, 8, 9, 10}, Kept: true,
			Notices: []string{"The progress file was damaged and has been moved to .grader/progress.json.bad."}, NextTitle: "the rest, and what you missed", NextCommand: "grader quiz 01 --review"}),
		end("end-unkept", QuizEndScreen{Right: 1, Of: 3, Unanswered: []int{2, 3}}),
		end("end-none", QuizEndScreen{Of: 1, Unanswered: []int{1}}),
		end("end-back", QuizEndScreen{Right: 10, Of: 10, Kept: true, Back: 3, BackRight: 2, NextTitle: "see what comes next", NextCommand: "grader"}),
		draw("left", func(w io.Writer, s Style) error {
			return QuizLeft(w, s, QuizOpenScreen{Title: "01 Hello, Echo", Answered: 4, Of: 10, Kept: true, NextCommand: "grader quiz 01"})
		}),
		draw("left-at-once", func(w io.Writer, s Style) error {
			return QuizLeft(w, s, QuizOpenScreen{Title: "01 Hello, Echo", Of: 10, NextCommand: "grader quiz 01"})
		}),
		draw("left-unkept", func(w io.Writer, s Style) error {
			return QuizLeft(w, s, QuizOpenScreen{Title: "mine.json", Answered: 1, Of: 3, Notices: []string{"Nothing is kept of a quiz from a file."}})
		}),
		draw("back", func(w io.Writer, s Style) error {
			return QuizQuestion(w, s, QuizQuestionScreen{Number: 11, Of: 11, From: "01 Hello, Echo", Question: "Which?", Choices: []string{"this", "that"}})
		}),
		draw("recalled", func(w io.Writer, s Style) error {
			return QuizNothing(w, s, QuizEndScreen{Title: "01 Hello, Echo", Recalled: true, Earlier: runs[:1], Now: now, NextTitle: "ask everything again", NextCommand: "grader quiz 01"})
		}),
		draw("nothing", func(w io.Writer, s Style) error {
			return QuizNothing(w, s, QuizEndScreen{Title: "01 Hello, Echo", Earlier: []QuizRun{{Score: 10, Of: 10, Time: now}}, Now: now, NextTitle: "ask everything again", NextCommand: "grader quiz 01"})
		}),
		draw("gone", func(w io.Writer, s Style) error {
			return QuizNothing(w, s, QuizEndScreen{Title: "01 Hello, Echo", Earlier: runs[:1], Now: now, NextTitle: "ask everything again", NextCommand: "grader quiz 01"})
		}),
	}
}

// TestQuizEcho ensures that an answer is shown as one safe line that fits.
func TestQuizEcho(t *testing.T) {
	for in, want := range map[string]string{
		"b": "b\n", "": "\n", "\x1b[2Jx\r": `\x1b[2Jx\r` + "\n", "a\tb": "a b\n", strings.Repeat("x", 99): strings.Repeat("x", 58) + "\n",
	} {
		var b bytes.Buffer
		if err := QuizEcho(&b, Style{Width: 60}, in); err != nil || b.String() != want {
			t.Errorf("%q: %q, %v", in, b.String(), err)
		}
	}
}

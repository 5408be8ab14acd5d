//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/quiz"
	"echofromzero/grader/internal/tui/tmuxtest"
)

// TestTerminal drives the screens that take the whole terminal, in a real one.
func TestTerminal(t *testing.T) {
	grader := tmuxtest.Build(t)
	for name, test := range map[string]func(*testing.T, desk){
		"QuizWhole": quizWhole, "QuizResume": quizResume, "QuizClosed": quizClosed, "QuizKilled": quizKilled, "QuizFile": quizFile,
		"Suspend": quizSuspend, "Read": readPager, "ReadOther": readOther, "Plain": plainTerminal,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newDesk(t, grader))
		})
	}
}

// A desk is a workspace and a terminal in it.
type desk struct {
	*tmuxtest.Terminal
	dir string
}

func newDesk(t *testing.T, grader string) desk {
	t.Helper()
	dir := workspaceOf(t)
	return desk{tmuxtest.Start(t, tmuxtest.Options{Dir: dir, Path: filepath.Dir(grader)}), dir}
}

// questions are those of a phase's quiz.
func questions(t *testing.T, phase string) []catalog.Question {
	t.Helper()
	data, err := os.ReadFile("../../../quiz/" + phase + ".json")
	require.NoError(t, err)
	list, err := catalog.ParseQuiz(phase, data)
	require.NoError(t, err)
	return list
}

// answer answers the current question of a run on the screen, right or wrong, and then
// presses Enter, or other keys.
func (d desk) answer(t *testing.T, run *quiz.Run, right bool, then ...string) {
	t.Helper()
	q := run.Current()
	d.Wait(fmt.Sprintf("  %d of %d  ", q.Number, run.Len()))
	line, told := "1", "Right."
	if !right {
		told = "Not quite."
	}
	switch {
	case q.Predict() && right:
		line = strings.ReplaceAll(strings.TrimSpace(q.Output), "\n", `\n`)
	case q.Predict():
		line = "wrong"
	default:
		for (q.Shown()[line[0]-'1'] == q.Choices[q.Question.Answer]) != right {
			line = string(line[0] + 1)
		}
	}
	d.Type(line)
	d.Keys("Enter")
	d.Wait(told)
	_, err := run.Answer(line)
	require.NoError(t, err)
	if then == nil {
		then = []string{"Enter"}
	}
	d.Keys(then...)
}

// kept is what the progress file says of a quiz.
func (d desk) kept(t *testing.T, phase string) progress.Quiz {
	t.Helper()
	store, err := progress.Open(d.dir, time.Now)
	require.NoError(t, err)
	state, err := store.Read()
	require.NoError(t, err)
	require.Empty(t, store.Notices())
	return state.Quizzes[phase]
}

// answered counts the answers of an open run.
func answered(t *testing.T, q progress.Quiz) int {
	t.Helper()
	require.NotNil(t, q.Open)
	n := 0
	for _, asked := range q.Open.Asked {
		if asked.Answer != "" {
			n++
		}
	}
	return n
}

// sameTerminal runs during, and ensures that the terminal is then as it was before.
func (d desk) sameTerminal(t *testing.T, during func()) {
	t.Helper()
	d.Run("clear; stty -a | tail -n +2 >before; echo no''ted") // the quotes keep the typed line apart
	d.Wait("noted")
	modes := d.Modes()
	during()
	d.Run("stty -a | tail -n +2 >after; clear; echo com''pared")
	d.Wait("compared")
	require.Equal(t, modes, d.Modes())
	before, err := os.ReadFile(filepath.Join(d.dir, "before"))
	require.NoError(t, err)
	after, err := os.ReadFile(filepath.Join(d.dir, "after"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

// quizWhole answers a whole quiz, one question wrong.
func quizWhole(t *testing.T, d desk) {
	list := questions(t, "01-hello")
	run := quiz.New(list, quiz.Seed("01-hello", 0))
	d.sameTerminal(t, func() {
		d.Run("clear; grader quiz 01; echo code=$?")
		for run.Current() != nil {
			d.answer(t, run, run.Answered() != 1)
		}
		screen := d.Wait("code=0")
		require.Contains(t, screen, fmt.Sprintf("%d of %d right", len(list)-1, len(list)))
		require.Contains(t, screen, "Missed: question 2.")
		require.Contains(t, screen, "grader quiz 01 --review")
	})
	q := d.kept(t, "01")
	require.Nil(t, q.Open)
	require.Len(t, q.Runs, 1)
	require.Equal(t, []string{quiz.IDs(list)[1]}, q.Runs[0].Missed)

	// The last answer ends a run, also if Ctrl-C comes before its score is seen.
	d.Run("clear; grader quiz 01 --review; echo code=$?")
	d.answer(t, quiz.Only(list, quiz.Seed("01-hello", 1), q.Missed()), true, "C-c")
	screen := d.Wait("code=130")
	require.Contains(t, screen, "1 of 1 right")
	require.Contains(t, screen, fmt.Sprintf("Runs before: %d of %d", len(list)-1, len(list)))
	require.Len(t, d.kept(t, "01").Runs, 2)
}

// quizResume leaves a quiz twice, by Ctrl-C and by q, and goes on.
func quizResume(t *testing.T, d desk) {
	run := quiz.New(questions(t, "01-hello"), quiz.Seed("01-hello", 0))
	d.sameTerminal(t, func() {
		d.Run("clear; grader quiz 01; echo code=$?")
		d.answer(t, run, true)
		d.answer(t, run, false)
		d.Wait(" 3 of ")
		d.Keys("C-c")
		screen := d.Wait("code=130")
		require.Contains(t, screen, "What you answered is kept.")
		require.Contains(t, screen, "grader: interrupted")
	})
	require.Equal(t, 2, answered(t, d.kept(t, "01")))

	d.sameTerminal(t, func() {
		d.Run("clear; grader quiz 01; echo code=$?")
		d.Wait("You left this quiz just now, with 2 of")
		d.Keys("Enter")
		require.Contains(t, d.Wait(" 3 of "), "1 of 2 right so far")
		d.answer(t, run, true)
		d.Wait(" 4 of ")
		d.Keys("Escape")
		d.Wait("code=0")
	})
	require.Equal(t, 3, answered(t, d.kept(t, "01")))
}

// pidOf waits for the grader that works in a folder.
func pidOf(t *testing.T, dir string) int {
	t.Helper()
	pid := 0
	require.Eventually(t, func() bool {
		links, _ := filepath.Glob("/proc/[0-9]*/cwd")
		for _, link := range links {
			name, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "comm"))
			if cwd, err := os.Readlink(link); err == nil && cwd == dir && string(name) == "grader\n" {
				pid, _ = strconv.Atoi(filepath.Base(filepath.Dir(link)))
			}
		}
		return pid != 0
	}, 20*time.Second, 20*time.Millisecond)
	return pid
}

// quizClosed closes the terminal in the middle of a quiz.
func quizClosed(t *testing.T, d desk) {
	run := quiz.New(questions(t, "01-hello"), quiz.Seed("01-hello", 0))
	d.Run("grader quiz 01")
	d.answer(t, run, true)
	d.Wait(" 2 of ")
	d.Close()
	requireNoProcessIn(t, filepath.Dir(d.dir))
	require.Equal(t, 1, answered(t, d.kept(t, "01")))
}

// quizKilled sends signals in the middle of a quiz.
func quizKilled(t *testing.T, d desk) {
	if runtime.GOOS != "linux" {
		t.Skip("the process is found in /proc")
	}
	run := quiz.New(questions(t, "01-hello"), quiz.Seed("01-hello", 0))
	for i, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		d.sameTerminal(t, func() {
			d.Run("clear; grader quiz 01; echo code=$?")
			if i > 0 {
				d.Wait("You left this quiz")
				d.Keys("Enter")
			}
			d.answer(t, run, true)
			d.Wait(fmt.Sprintf(" %d of ", i+2))
			require.NoError(t, syscall.Kill(pidOf(t, d.dir), signal))
			d.Wait("code=130")
		})
		require.Equal(t, i+1, answered(t, d.kept(t, "01")))
	}
}

// quizSuspend stops a quiz by Ctrl-Z and goes on with it.
func quizSuspend(t *testing.T, d desk) {
	d.sameTerminal(t, func() {
		d.Run("clear; grader quiz 01")
		d.Wait(" 1 of ")
		d.Keys("C-z")
		d.Wait("Stopped")
		d.Run("clear; fg")
		d.Wait(" 1 of ")
		d.Keys("q")
		d.Wait("You answered nothing yet.")
	})
}

// quizFile asks the questions of a file that has only what is needed, and says what is
// wrong with another.
func quizFile(t *testing.T, d desk) {
	for name, text := range map[string]string{
		"mine.json": `[{"q": "Which?", "choices": ["this", "that"], "answer": 0, "explain": "So it is."}]`,
		"bad.json":  "[\n  {\"q\": \"Which?\", \"choices\": [\"this\", \"that\"], \"answer\": 2, \"explain\": \"So it is.\"}\n]",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o644))
	}
	d.Resize(60, 24)
	d.Run("clear; grader quiz bad.json; echo code=$?")
	require.Contains(t, d.Wait("code=2"), "grader: bad.json:2:58: question 1 \"answer\" is 2: it counts\nfrom 0 to 1\n", "broken between words")
	d.Run("clear; NO_COLOR=1 grader quiz mine.json; echo code=$?")
	d.Wait("Nothing is kept of a quiz from a file.")
	d.Keys("Down")
	d.Wait("› 1")
	require.NotContains(t, d.Styled(), "\x1b[")
	d.Keys("Enter")
	d.Wait("So it is.")
	d.Resize(60, 12)
	d.Keys("Enter")
	d.Wait("code=0")
	require.NoDirExists(t, filepath.Join(d.dir, ".grader"))
}

// readPager reads a lesson: pages, searches, leaves.
func readPager(t *testing.T, d desk) {
	d.sameTerminal(t, func() {
		d.Run("clear; grader read 01; echo code=$?")
		d.Wait("01 Hello, Echo   0 %")
		d.Keys("Space")
		d.Until("goes on", func(s string) bool { return !strings.Contains(s, "  Goal\n") })
		d.Keys("/")
		d.Type("exercise 1.")
		d.Wait("/exercise 1.")
		d.Keys("Enter")
		require.Contains(t, d.Wait("exercise 1.: row 1 of "), "\n> › Exercise 1.1: Say hello\n")
		d.Keys("n")
		require.Contains(t, d.Wait("exercise 1.: row 2 of "), "\n> › Exercise 1.2: Name and version\n")
		d.Keys("G")
		d.Wait("grader quiz 01")
		d.Resize(60, 20)
		d.Keys("g")
		d.Wait("═════")
		require.NotContains(t, d.Screen(), "code=")
		d.Keys("q")
		d.Wait("code=0")
		d.Resize(80, 24)

		d.Run("clear; grader read 01 --section traps; echo code=$?")
		d.Wait("  Where people trip\n")
		d.Keys("C-c")
		d.Wait("code=130")
	})
}

// readOther reads by another pager, and by none.
func readOther(t *testing.T, d desk) {
	d.Run("clear; PAGER='sed s/Goal/Seen/' grader read 01 --section goal; echo code=$?")
	screen := d.Wait("code=0")
	require.Contains(t, screen, "  Seen\n  ────\n")
	d.Run("clear; PAGER=/none/there grader read 01; echo code=$?")
	require.Contains(t, d.Wait("code=2"), "PAGER=/none/there does not work")
	d.Run("clear; TERM=dumb grader read 01 --section recap; echo code=$?")
	require.Contains(t, d.Wait("code=0"), "\n  • Method and path choose a handler;")
}

// plainTerminal asks line by line where the terminal understands no escape sequences.
func plainTerminal(t *testing.T, d desk) {
	d.Resize(80, 100)
	d.Run("clear; TERM=dumb grader quiz 01")
	d.Wait("Answer with the number of a choice")
	d.Run("1")
	d.Wait(" 2 of ")
	d.Keys("C-c")
	d.Wait("grader: interrupted")
	require.Len(t, d.kept(t, "01").Runs, 1)
}

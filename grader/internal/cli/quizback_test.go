package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	course "echofromzero"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/cli"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/quiz"
)

// workspaceOf makes what the grader knows a workspace by: the quiz and the lesson read
// none of its files.
func workspaceOf(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "phases"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module echofromzero\n"), 0o644))
	return dir
}

// TestQuizBack ensures that what was missed in earlier phases comes back at the end of a
// later quiz, three questions at most, and no more once it is known.
func TestQuizBack(t *testing.T) {
	t.Parallel()
	dir := workspaceOf(t)
	c, err := catalog.Load(course.FS())
	require.NoError(t, err)
	store, err := progress.Open(dir, time.Now)
	require.NoError(t, err)
	missed := func(phase string) []string {
		state, err := store.Read()
		require.NoError(t, err)
		return state.Quizzes[phase].Missed()
	}
	first, second := quiz.IDs(c.Phase("01").Quiz), quiz.IDs(c.Phase("02").Quiz)
	require.NoError(t, store.Update(t.Context(), func(s *progress.State) error {
		s.AddQuiz("01", progress.QuizRun{Of: len(first), Missed: first[2:4]})
		s.AddQuiz("02", progress.QuizRun{Of: len(second), Missed: second[:5]})
		return nil
	}))

	// The run as the grader makes it: the learner knows what came back from 01 only.
	p := c.Phase("03")
	run := quiz.New(p.Quiz, quiz.Seed(p.Name, 0))
	run.Add("01", c.Phase("01").Quiz, first[2:4])
	run.Add("02", c.Phase("02").Quiz, second[:1])
	var lines []string
	for q := run.Current(); q != nil; q = run.Current() {
		line := "1"
		switch {
		case q.From == "01" && q.Predict():
			line = strings.ReplaceAll(strings.TrimSpace(q.Output), "\n", `\n`)
		case q.From == "01":
			line = string(rune('1' + slices.Index(q.Shown(), q.Choices[q.Question.Answer])))
		case q.From == "02" && !q.Predict() && q.Shown()[0] == q.Choices[q.Question.Answer]:
			line = "2"
		}
		lines = append(lines, line)
		_, err := run.Answer(line)
		require.NoError(t, err)
	}
	var out bytes.Buffer
	std := cli.IO{Course: course.FS(), Stdin: strings.NewReader(strings.Join(lines, "\n")), Stdout: &out, Stderr: &out, Dir: dir,
		Env: func(string) string { return "" }, Now: time.Now}
	require.Zero(t, cli.Run(t.Context(), std, []string{"quiz", "03"}), out.String())
	require.Equal(t, 2, strings.Count(out.String(), "You missed this one in 01 Hello, Echo:"))
	require.Equal(t, 1, strings.Count(out.String(), "You missed this one in 02 Routing:"))
	require.Contains(t, out.String(), "Of what you missed in earlier phases: 2 of 3 right.")
	require.Empty(t, missed("01"))
	require.Equal(t, second[:5], missed("02"))
	state, err := store.Read()
	require.NoError(t, err)
	require.Equal(t, len(p.Quiz), state.Quizzes["03"].Runs[0].Of, "they have no part in the score")

	// Nothing is left to review of 01.
	out.Reset()
	require.Zero(t, cli.Run(t.Context(), std, []string{"quiz", "01", "--review"}))
	require.Contains(t, out.String(), "you have answered right since")
}

package progress_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/progress"
)

// TestOpenQuiz ensures that a run in the middle is kept until a run is entered, with what
// a newer grader has put into it.
func TestOpenQuiz(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := progress.Open(dir, time.Now)
	require.NoError(t, err)
	at := time.Date(2026, 11, 20, 14, 7, 0, 5, time.UTC)
	open := progress.QuizOpen{Time: at, Review: true, Seed: 1<<64 - 1, Asked: []progress.QuizAsked{{ID: "a", Answer: "right"}, {ID: "b", From: "01"}}}
	require.NoError(t, store.Update(t.Context(), func(s *progress.State) error {
		s.OpenQuiz("02", open)
		return nil
	}))
	file := filepath.Join(dir, ".grader", "progress.json")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, bytes.Replace(data, []byte(`"open": {`), []byte(`"open": {"later": [1],`), 1), 0o644))
	require.NoError(t, store.Update(t.Context(), func(s *progress.State) error {
		s.Quizzes["03"] = progress.Quiz{}
		return nil
	}))
	state, err := store.Read()
	require.NoError(t, err)
	got := state.Quizzes["02"].Open
	require.Equal(t, at.Truncate(time.Second), got.Time)
	require.Equal(t, open.Asked, got.Asked)
	require.Equal(t, open.Seed, got.Seed)
	require.True(t, got.Review)
	data, err = os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(data), `"later"`)

	state.AddQuiz("02", progress.QuizRun{Score: 1, Of: 1})
	require.Nil(t, state.Quizzes["02"].Open)
}

// TestRecall ensures that what was missed counts as known once it was answered right in
// a later quiz, until the next run.
func TestRecall(t *testing.T) {
	t.Parallel()
	s := progress.State{Quizzes: map[string]progress.Quiz{}}
	s.Recall("01", "a")
	require.Empty(t, s.Quizzes, "without a run nothing was missed")
	s.AddQuiz("01", progress.QuizRun{Of: 3, Missed: []string{"a", "b", "c"}})
	s.Recall("01", "b")
	s.Recall("01", "b")
	s.Recall("01", "other")
	q := s.Quizzes["01"]
	require.Equal(t, []string{"a", "c"}, q.Missed())
	require.Equal(t, []string{"b"}, q.Since)
	require.Equal(t, []string{"a", "b", "c"}, q.Runs[0].Missed, "the run stays as it was")
	s.AddQuiz("01", progress.QuizRun{Of: 3, Missed: []string{"b"}})
	require.Equal(t, []string{"b"}, s.Quizzes["01"].Missed())
	require.Nil(t, progress.Quiz{}.Missed())
}

package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/quiz"
	"echofromzero/grader/internal/report"
)

var plainStyle = report.Style{Width: 80, Unicode: true}

// quits reports whether a key ends the program.
func quits(t *testing.T, m tea.Model, key string) bool {
	t.Helper()
	_, cmd := m.Update(pressed(key))
	if cmd == nil {
		return false
	}
	require.IsType(t, tea.QuitMsg{}, cmd())
	return true
}

// TestQuizRun ensures that a run can be answered by keys alone, and that each answer is
// handed on to be kept before the next question is asked.
func TestQuizRun(t *testing.T) {
	t.Parallel()
	in := asked(plainStyle, routes, output, routes)
	var kept []int
	in.Keep = func(r *quiz.Run) { kept = append(kept, r.Answered()) }
	q := after(NewQuiz(plainStyle, in), size(80, 24), place(in.Run, 1), "enter")
	require.Equal(t, []int{1}, kept)
	require.Contains(t, q.View().Content, "Right.")
	require.Contains(t, q.View().Content, "1 of 1 right so far")

	q = after(q, "x", "2", "enter") // nothing but Enter goes on
	require.Contains(t, q.View().Content, "2 of 3")
	q = after(q, append(typed("3"), "ctrl+j", "t", "r", "u", "e", "enter")...)
	require.Equal(t, []int{1, 2}, kept)
	require.Contains(t, q.View().Content, "Right.", `Ctrl-J is a line break`)

	q = after(q, "space")
	require.Contains(t, q.View().Content, "3 of 3")
	q = after(q, "enter")
	require.Equal(t, []int{1, 2}, kept, "Enter without a choice is no answer")
	require.Contains(t, q.View().Content, "A number from 1 to 4, please")
	q = after(q, "down")
	require.NotContains(t, q.View().Content, "please")
	q = after(q, place(in.Run, 2), "enter")
	require.Equal(t, []int{1, 2, 3}, kept)
	require.Contains(t, q.View().Content, "Not quite.")
	require.Contains(t, q.View().Content, "No line is sent twice.")
	require.True(t, quits(t, q, "enter"))
	require.Equal(t, quiz.Result{Right: 2, Of: 3, Wrong: []int{3}, Missed: []string{quiz.IDs([]catalog.Question{routes, routes})[1]}}, q.Run().Result())
}

// TestQuizResize ensures that what an answer was worth stays in sight in a terminal that
// gets low.
func TestQuizResize(t *testing.T) {
	t.Parallel()
	q := after(NewQuiz(plainStyle, asked(plainStyle, routes)), size(60, 30), "1", "enter")
	require.Contains(t, q.View().Content, "first status wins.")
	q = after(q, size(60, 10))
	require.Contains(t, q.View().Content, "first status wins.")
	require.NotContains(t, after(q, "pgup", "pgup").View().Content, "first status wins.")
}

// TestQuizChoose ensures that arrows, digits and letters choose, and stay inside.
func TestQuizChoose(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]int{
		"": 0, "down": 1, "down down": 2, "up": 4, "1": 1, "d": 4, "D": 4, "4 down": 1, "1 up": 4, "3 5 e 0 x": 3, "tab tab": 2,
		"down down down down down": 1, "up up": 3,
	} {
		q := after(NewQuiz(plainStyle, asked(plainStyle, routes)), size(80, 24))
		for _, key := range strings.Fields(keys) {
			q = after(q, key)
		}
		require.Equal(t, want, q.chosen, keys)
	}
}

// TestQuizLeave ensures that q and Esc leave, and that q is a letter where output is typed.
func TestQuizLeave(t *testing.T) {
	t.Parallel()
	choose := after(NewQuiz(plainStyle, asked(plainStyle, routes)), size(80, 24))
	require.True(t, quits(t, choose, "q"))
	require.True(t, quits(t, choose, "esc"))

	predict := NewQuiz(plainStyle, asked(plainStyle, output))
	require.False(t, quits(t, predict, "q"))
	require.Equal(t, "q", after(predict, "q").typed.text())
	require.True(t, quits(t, predict, "esc"))
}

// TestQuizResume ensures that a run goes on where it was, or begins anew.
func TestQuizResume(t *testing.T) {
	t.Parallel()
	in := left(plainStyle)
	q := NewQuiz(plainStyle, in)
	require.Same(t, in.Begun, q.Run())
	on := after(q, "x", "enter")
	require.Same(t, in.Begun, on.Run())
	require.Contains(t, on.View().Content, "2 of 2")
	require.Contains(t, on.View().Content, "1 of 1 right so far")
	anew := after(q, "n")
	require.Same(t, in.Run, anew.Run())
	require.Contains(t, anew.View().Content, "1 of 2")
}

// TestQuizLow ensures that in a low terminal a choice that is taken, and what an answer
// was worth, come into sight.
func TestQuizLow(t *testing.T) {
	t.Parallel()
	for height := 8; height < 40; height++ {
		q := after(NewQuiz(plainStyle, asked(plainStyle, routes)), size(80, height), "4")
		require.Regexp(t, `(?m)^  › 4  `, q.View().Content, "height %d", height)
		q = after(q, "enter")
		require.Regexp(t, `Right\.|The first status\n? *wins\.|first status wins`, q.View().Content, "height %d", height)
	}
}

// TestQuizCursor ensures that the cursor stands where letters go, and nowhere else.
func TestQuizCursor(t *testing.T) {
	t.Parallel()
	for _, height := range []int{8, 14, 40} {
		q := after(NewQuiz(plainStyle, asked(plainStyle, output)), size(80, height), "a", "b", "left")
		v := q.View()
		require.NotNil(t, v.Cursor)
		require.Equal(t, 5, v.Cursor.X)
		require.Equal(t, "  > ab", strings.Split(v.Content, "\n")[v.Cursor.Y], "height %d", height)
	}
	require.Nil(t, after(NewQuiz(plainStyle, asked(plainStyle, routes)), size(80, 24)).View().Cursor)
}

// TestInput ensures that a line can be edited, and holds only what is safe to show.
func TestInput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"a", "b", "left", "c"}, "acb"},
		{[]string{"a", "b", "backspace", "backspace", "backspace", "c"}, "c"},
		{[]string{"a", "b", "home", "delete", "end", "c", "right", "delete"}, "bc"},
		{[]string{"é", "世", "left", "left", "left", "x"}, "xé世"},
		{[]string{"a", "space", "b", "ctrl+w", "c"}, "a c"},
		{[]string{"a", "b", "left", "ctrl+k", "ctrl+u"}, ""},
		{[]string{"a", "b", "left", "ctrl+k"}, "a"},
		{[]string{"1", "ctrl+j", "2"}, `1\n2`},
		{[]string{"up", "down", "tab", "ctrl+x", "pgup"}, ""},
	} {
		var in input
		for _, key := range c.keys {
			in = in.key(pressed(key))
		}
		require.Equal(t, c.want, in.text(), "%q", c.keys)
	}
	in := input{}.insert("404\r\n200\n\x1b[31m\x00\u202ered\tend\n")
	require.Equal(t, `404\n200\n[31mred end`, in.text())
	in = input{}.insert(strings.Repeat("x", 1<<20))
	require.Len(t, in.text(), maxInput)
}

// TestQuizPaste ensures that pasted output is an answer, and that paste is ignored where
// nothing is typed.
func TestQuizPaste(t *testing.T) {
	t.Parallel()
	q := after(NewQuiz(plainStyle, asked(plainStyle, output)), tea.PasteMsg{Content: "3\ntrue\n"}, "enter")
	require.Contains(t, q.View().Content, "Right.")
	q = after(NewQuiz(plainStyle, asked(plainStyle, routes)), tea.PasteMsg{Content: "3"}, "enter")
	require.Zero(t, q.Run().Answered())
}

// TestKeyLine ensures that the line of keys says as much as fits, and what comes first.
func TestKeyLine(t *testing.T) {
	t.Parallel()
	pairs := []string{"Enter", "answer", "q", "leave", "PgDn", "scroll"}
	for width, want := range map[int]string{80: "  Enter answer   q leave   PgDn scroll", 30: "  Enter answer   q leave", 20: "  Enter answer", 5: "  "} {
		require.Equal(t, want, keyLine(report.Style{Width: width}, pairs))
	}
}

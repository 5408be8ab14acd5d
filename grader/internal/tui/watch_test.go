package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
)

// wanted counts what a watch was wanted for.
type wanted struct{ again, next, hints int }

// watched is a watch whose phase has three exercises of which the given ones fail.
func watched(t *testing.T, a *wanted, failing ...string) Watch {
	t.Helper()
	m := NewWatch(report.Style{Width: 60, Unicode: true}, make(chan report.WatchEvent), func() time.Time { return time.Time{} }, WatchKeys{
		Again: func() { a.again++ },
		Next:  func() { a.next++ },
		Hint: func(id string) (report.HintScreen, error) {
			a.hints++
			if a.hints > 1 {
				return report.HintScreen{}, errors.New("no room\x1b[2J on the disk")
			}
			return report.HintScreen{ID: id, Hints: []string{"Look at " + id}, Of: 4}, nil
		},
	})
	v := grade.Verdict{Phase: "01-hello", Title: "Hello, Echo", Build: grade.Build{OK: true}}
	for _, id := range []string{"1.1", "1.2", "1.3"} {
		r := grade.Result{ID: id, Title: "Exercise " + id, Level: catalog.Core, Status: grade.Pass, Points: 10, Max: 10}
		for _, f := range failing {
			if f == id {
				r.Status, r.Points, r.Failure = grade.Fail, 0, &grade.Failure{Check: "check of " + id, Got: strings.Repeat("x\n", 30)}
			}
		}
		v.Add(r)
	}
	m = give(m, tea.WindowSizeMsg{Width: 60, Height: 24})
	m = give(m, report.WatchEvent{Kind: report.WatchPhase, Check: report.CheckScreen{Verdict: v}})
	m = give(m, report.WatchEvent{Kind: report.WatchRun, Run: 1})
	require.Contains(t, shown(m), "checking")
	return give(m, report.WatchEvent{Kind: report.WatchVerdict, Run: 1, Check: report.CheckScreen{Verdict: v}})
}

// TestWatchFolds ensures that a command wider than the terminal can be read to its end,
// in its colour.
func TestWatchFolds(t *testing.T) {
	t.Parallel()
	s := report.Style{Width: 60, Color: true, Unicode: true}
	paint := s.Paint(report.Copied, "    curl -i 'http://localhost:8080/"+strings.Repeat("x", 60)+"?last'")
	rows := fold([]string{"", "  short", paint}, 60)
	require.Len(t, rows, 4)
	require.Equal(t, []string{"", "  short"}, rows[:2])
	require.Equal(t, ansi.Strip(paint), ansi.Strip(rows[2])+ansi.Strip(rows[3]))
	require.LessOrEqual(t, ansi.StringWidth(rows[2]), 60)
	require.Contains(t, rows[3], "?last")
	require.NotEqual(t, ansi.Strip(rows[3]), rows[3], "the colour goes on")
	require.Equal(t, []string{"aaa", "世b", "界"}, fold([]string{"aaa世b界"}, 4), "no character in two parts")
	require.Equal(t, []string{"世"}, fold([]string{"世"}, 0), "no endless loop")
}

func give(m Watch, msg tea.Msg) Watch {
	next, _ := m.Update(msg)
	return next.(Watch)
}

// hit presses a key and lets what it asks for happen.
func hit(t *testing.T, m Watch, key string) (Watch, tea.Msg) {
	t.Helper()
	k := tea.KeyPressMsg{Code: rune(key[0]), Text: key}
	if key == "pgdown" {
		k = tea.KeyPressMsg{Code: tea.KeyPgDown}
	}
	next, cmd := m.Update(k)
	if cmd == nil {
		return next.(Watch), nil
	}
	msg := cmd()
	if msg == nil {
		return next.(Watch), nil
	}
	return give(next.(Watch), msg), msg
}

func shown(m Watch) string { return ansi.Strip(m.View().Content) }

func TestWatchFits(t *testing.T) {
	t.Parallel()
	m := watched(t, &wanted{}, "1.2", "1.3")
	for _, width := range []int{60, 80, 120} {
		m = give(m, tea.WindowSizeMsg{Width: width, Height: 20})
		rows := strings.Split(shown(m), "\n")
		require.Len(t, rows, 20)
		for _, row := range rows {
			require.LessOrEqual(t, ansi.StringWidth(row), width)
		}
		require.Contains(t, rows[19], "q quit")
	}
	require.Contains(t, shown(m), "check of 1.2")
	down, _ := hit(t, m, "pgdown")
	require.NotEqual(t, shown(m), shown(down))
}

func TestWatchNext(t *testing.T) {
	t.Parallel()
	a := &wanted{}
	m := watched(t, a, "1.2", "1.3")
	require.Contains(t, shown(m), "check of 1.2")
	m, _ = hit(t, m, "n")
	require.Contains(t, shown(m), "check of 1.3")
	m, _ = hit(t, m, "n")
	require.Contains(t, shown(m), "check of 1.2")
	require.Zero(t, a.next)
	low := give(m, tea.WindowSizeMsg{Width: 60, Height: 10})
	require.NotContains(t, shown(low), "check of 1.2")
	low, _ = hit(t, low, "n")
	require.Contains(t, shown(low), "check of 1.3", "what was asked for is in sight")
	_, _ = hit(t, watched(t, a), "n")
	require.Equal(t, 1, a.next, "every core exercise passes: the next phase")
}

func TestWatchHint(t *testing.T) {
	t.Parallel()
	a := &wanted{}
	m, _ := hit(t, watched(t, a, "1.3"), "h")
	require.Contains(t, shown(m), "Hint 1 of 4: Look at 1.3")
	m, _ = hit(t, m, "h")
	require.Contains(t, shown(m), `no room\x1b[2J on the disk`)
	done, _ := hit(t, watched(t, &wanted{}), "h")
	require.NotContains(t, shown(done), "Hint", "nothing fails, so there is nothing to hint at")
}

func TestWatchLeaves(t *testing.T) {
	t.Parallel()
	a := &wanted{}
	m, msg := hit(t, watched(t, a, "1.1"), "q")
	require.IsType(t, tea.QuitMsg{}, msg)
	require.False(t, m.Quiz())
	m, msg = hit(t, watched(t, a, "1.1"), "z")
	require.IsType(t, tea.QuitMsg{}, msg)
	require.True(t, m.Quiz())
	_, _ = hit(t, m, "r")
	require.Equal(t, 1, a.again)
	closed := make(chan report.WatchEvent)
	close(closed)
	m.events = closed
	_, cmd := m.Update(m.wait())
	require.IsType(t, tea.QuitMsg{}, cmd())
}

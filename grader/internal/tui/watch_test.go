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

// asked counts what a watch was asked for.
type asked struct{ again, next, hints int }

// watched is a watch whose phase has three exercises of which the given ones fail.
func watched(t *testing.T, a *asked, failing ...string) Watch {
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
	m = send(m, tea.WindowSizeMsg{Width: 60, Height: 24})
	m = send(m, report.WatchEvent{Kind: report.WatchPhase, Check: report.CheckScreen{Verdict: v}})
	m = send(m, report.WatchEvent{Kind: report.WatchRun, Run: 1})
	require.Contains(t, text(m), "checking")
	return send(m, report.WatchEvent{Kind: report.WatchVerdict, Run: 1, Check: report.CheckScreen{Verdict: v}})
}

func send(m Watch, msg tea.Msg) Watch {
	next, _ := m.Update(msg)
	return next.(Watch)
}

// press presses a key and lets what it asks for happen.
func press(t *testing.T, m Watch, key string) (Watch, tea.Msg) {
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
	return send(next.(Watch), msg), msg
}

func text(m Watch) string { return ansi.Strip(m.View().Content) }

func TestWatchFits(t *testing.T) {
	t.Parallel()
	m := watched(t, &asked{}, "1.2", "1.3")
	for _, width := range []int{60, 80, 120} {
		m = send(m, tea.WindowSizeMsg{Width: width, Height: 20})
		rows := strings.Split(text(m), "\n")
		require.Len(t, rows, 20)
		for _, row := range rows {
			require.LessOrEqual(t, ansi.StringWidth(row), width)
		}
		require.Contains(t, rows[19], "q quit")
	}
	require.Contains(t, text(m), "check of 1.2")
	down, _ := press(t, m, "pgdown")
	require.NotEqual(t, text(m), text(down))
}

func TestWatchNext(t *testing.T) {
	t.Parallel()
	a := &asked{}
	m := watched(t, a, "1.2", "1.3")
	require.Contains(t, text(m), "check of 1.2")
	m, _ = press(t, m, "n")
	require.Contains(t, text(m), "check of 1.3")
	m, _ = press(t, m, "n")
	require.Contains(t, text(m), "check of 1.2")
	require.Zero(t, a.next)
	_, _ = press(t, watched(t, a), "n")
	require.Equal(t, 1, a.next, "every core exercise passes: the next phase")
}

func TestWatchHint(t *testing.T) {
	t.Parallel()
	a := &asked{}
	m, _ := press(t, watched(t, a, "1.3"), "h")
	require.Contains(t, text(m), "Hint 1 of 4: Look at 1.3")
	m, _ = press(t, m, "h")
	require.Contains(t, text(m), `no room\x1b[2J on the disk`)
	done, _ := press(t, watched(t, &asked{}), "h")
	require.NotContains(t, text(done), "Hint", "nothing fails, so there is nothing to hint at")
}

func TestWatchLeaves(t *testing.T) {
	t.Parallel()
	a := &asked{}
	m, msg := press(t, watched(t, a, "1.1"), "q")
	require.IsType(t, tea.QuitMsg{}, msg)
	require.False(t, m.Quiz())
	m, msg = press(t, watched(t, a, "1.1"), "z")
	require.IsType(t, tea.QuitMsg{}, msg)
	require.True(t, m.Quiz())
	_, _ = press(t, m, "r")
	require.Equal(t, 1, a.again)
	closed := make(chan report.WatchEvent)
	close(closed)
	m.events = closed
	_, cmd := m.Update(m.wait())
	require.IsType(t, tea.QuitMsg{}, cmd())
}

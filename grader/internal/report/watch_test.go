package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/golden"
	"echofromzero/grader/internal/grade"
)

// someDone is phase 01 with an exercise that fails after two that pass.
func someDone() CheckScreen {
	return CheckScreen{Verdict: hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"), health), Now: now}
}

func allDone() CheckScreen {
	v := hello()
	for i, r := range v.Exercises {
		v.Exercises[i] = pass(r.ID, r.Title)
	}
	v.Exercises = append(v.Exercises, grade.Result{ID: "1.7", Title: "Answer twice as fast", Level: catalog.Stretch, Status: grade.Fail, Max: 10})
	return CheckScreen{Verdict: scored(v), Now: now, FirstPass: []Passed{after("1.6")}}
}

// watches are the states of a watch.
func watches() []screen {
	show := func(name string, in WatchScreen) screen {
		return screen{name: "watch-" + name, draw: func(w io.Writer, s Style) error {
			if err := Watch(w, s, in); err != nil {
				return err
			}
			_, err := fmt.Fprintf(w, "\n%s\n", WatchStatus(s, in))
			return err
		}}
	}
	building := CheckScreen{Verdict: unbuilt(), Now: now}
	kept := someDone()
	kept.Verdict.Exercises[3].Status = ""
	regressed := someDone()
	regressed.Regressed = []Regression{{ID: "1.3", LastPass: now.Add(-time.Hour), Diff: []byte(sinceGreen)}}
	other := someDone()
	other.Verdict.Exercises[4] = miss("1.5", "Refuse a bad port", &grade.Failure{Check: "PORT=0 ends the program", Got: hostile})
	return []screen{
		show("first", WatchScreen{CheckScreen: kept, First: true}),
		show("running", WatchScreen{CheckScreen: someDone(), Running: true, Elapsed: 1234 * time.Millisecond,
			Results: []grade.Result{pass("1.1", "Say hello"), health}}),
		show("stage", WatchScreen{CheckScreen: kept, First: true, Running: true, Elapsed: 12 * time.Second,
			Stage: "compiling the standard library and Echo once (up to a minute)"}),
		show("fixed", WatchScreen{CheckScreen: someDone(), Fixed: []string{"1.1", "1.2"}}),
		show("broke", WatchScreen{CheckScreen: regressed, Broke: []string{"1.3"}}),
		show("hint", WatchScreen{CheckScreen: someDone(), Hints: []string{"Look in handlers.go.", "A map becomes an object."}, HintsOf: 4}),
		show("focus", WatchScreen{CheckScreen: other, Focus: "1.5"}),
		show("build", WatchScreen{CheckScreen: building}),
		show("done", WatchScreen{CheckScreen: allDone(), Fixed: []string{"1.6"}}),
		show("moved-on", WatchScreen{CheckScreen: CheckScreen{Verdict: routing(), Now: now}, First: true, Running: true,
			Done: &WatchDone{Phase: "01-hello", FirstPass: []Passed{after("1.6")}, Open: []string{"1.7"}}}),
	}
}

// story is a watch in which every kind of event happens.
func story() []WatchEvent {
	at := now
	var all []WatchEvent
	tell := func(ev WatchEvent) {
		at = at.Add(1500 * time.Millisecond)
		ev.Time, ev.Phase = at, "01-hello"
		all = append(all, ev)
	}
	tell(WatchEvent{Kind: WatchPhase})
	tell(WatchEvent{Kind: WatchRun, Run: 1})
	tell(WatchEvent{Kind: WatchStage, Run: 1, Stage: "downloading modules github.com/labstack/echo/v4 v4.16.0"})
	tell(WatchEvent{Kind: WatchVerdict, Run: 1, Check: CheckScreen{Verdict: unbuilt()}})
	tell(WatchEvent{Kind: WatchRun, Run: 2, Changed: []string{"handlers.go", "x\x1b[2J.go"}})
	tell(WatchEvent{Kind: WatchResult, Run: 2, Result: pass("1.1", "Say hello")})
	tell(WatchEvent{Kind: WatchOutdated, Run: 2})
	tell(WatchEvent{Kind: WatchRun, Run: 3})
	tell(WatchEvent{Kind: WatchVerdict, Run: 3, Check: someDone(), Fixed: []string{"1.1", "1.2"}, Broke: []string{"1.3"}})
	tell(WatchEvent{Kind: WatchVerdict, Run: 4, Check: allDone(), Fixed: []string{"1.3"}})
	tell(WatchEvent{Kind: WatchPhaseDone, Run: 4, Next: "02-routing", Done: &WatchDone{Phase: "01-hello", Open: []string{"1.7"}}})
	return all
}

// TestWatchJSON holds the form of the events: a line each, which a program reads.
func TestWatchJSON(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, ev := range story() {
		require.NoError(t, WatchJSON(&b, ev))
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	require.Len(t, lines, len(story()))
	for _, line := range lines {
		var doc struct {
			Format int
			Event  string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &doc))
		require.Equal(t, Format, doc.Format)
	}
	golden.File(t, "watch-json", []byte(b.String()))
}

// TestWatchLines holds what a watch says without a terminal.
func TestWatchLines(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, ev := range story() {
		require.NoError(t, WatchLine(&b, Style{}, ev))
	}
	require.Equal(t, Sanitize(b.String()), b.String())
	golden.File(t, "watch-lines", []byte(b.String()))
}

func TestWatchChanges(t *testing.T) {
	t.Parallel()
	of := func(statuses ...grade.Status) (v grade.Verdict) {
		for i, s := range statuses {
			v.Exercises = append(v.Exercises, grade.Result{ID: fmt.Sprintf("1.%d", i+1), Status: s})
		}
		return v
	}
	for name, c := range map[string]struct {
		was, is      grade.Verdict
		fixed, broke []string
	}{
		"First":  {is: of(grade.Pass, grade.Fail)},
		"Same":   {was: of(grade.Pass, grade.Fail), is: of(grade.Pass, grade.Fail)},
		"Both":   {was: of(grade.Pass, grade.Fail), is: of(grade.Fail, grade.Pass), fixed: []string{"1.2"}, broke: []string{"1.1"}},
		"Waits":  {was: of(grade.Pass), is: of(grade.Waiting), broke: []string{"1.1"}},
		"Broken": {was: of(grade.Pass), is: of(grade.Broken)},
		"NotRun": {was: of(grade.Pass), is: of(grade.NotRun)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixed, broke := WatchChanges(c.was, c.is)
			require.Equal(t, c.fixed, fixed)
			require.Equal(t, c.broke, broke)
		})
	}
}

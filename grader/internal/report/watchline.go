package report

import (
	"io"
	"strings"
	"time"

	"echofromzero/grader/internal/grade"
)

// WatchLine writes an event as one line, for where there is no terminal. Some kinds
// have none.
func WatchLine(w io.Writer, s Style, ev WatchEvent) error {
	p := newPage(s)
	said := func(text string) {
		p.line(0, ev.Time.Format("15:04:05")+"  "+phaseNumber(ev.Phase)+"  "+oneLine(text))
	}
	switch ev.Kind {
	case WatchPhase:
		said("watching phases/" + ev.Phase)
	case WatchRun:
		what := "checking"
		if ev.Run > 1 {
			what = "changed: " + strings.Join(ev.Changed, " ")
		}
		if ev.Run > 1 && len(ev.Changed) == 0 {
			what = "checking again"
		}
		said(what)
	case WatchStage:
		said(ev.Stage)
	case WatchOutdated:
		said("changed meanwhile, checking again")
	case WatchVerdict:
		said(ev.summary())
	case WatchPhaseDone:
		text := "done: all core exercises pass"
		if len(ev.Done.Open) > 0 {
			text += "; still open: " + list(ev.Done.Open) + " (stretch)"
		}
		if ev.Next == "" {
			text += "; so does all of the course"
		}
		said(text)
	}
	return p.flush(w)
}

// summary is a verdict in a line.
func (ev WatchEvent) summary() string {
	v := ev.Check.Verdict
	said := []string{points(v.Score, v.Max, v.Stretch, v.StretchOf)}
	if len(ev.Fixed) > 0 {
		said = append(said, "fixed "+strings.Join(ev.Fixed, " "))
	}
	if len(ev.Broke) > 0 {
		said = append(said, "broke "+strings.Join(ev.Broke, " "))
	}
	c := newChecked(ev.Check)
	switch {
	case c.outcome == buildFails && len(v.Build.Errors) > 0:
		e := v.Build.Errors[0]
		where := ""
		if e.File != "" {
			where = position(e) + ": "
		}
		said = append(said, "does not build: "+where+e.Msg)
	case c.first >= 0:
		r := v.Exercises[c.first]
		why := string(r.Status)
		if r.Failure != nil {
			why = r.Failure.Check
		}
		said = append(said, r.ID+" "+string(r.Status)+": "+why)
	case v.Has(grade.Broken):
		said = append(said, "the grader or the machine is at fault: see `"+c.GraderCmd+" check "+phaseNumber(v.Phase)+"`")
	}
	return strings.Join(said, "; ")
}

// watchJSON is an event in a line of JSON.
type watchJSON struct {
	Format    int          `json:"format"`
	Event     string       `json:"event"`
	Time      time.Time    `json:"time"`
	Phase     string       `json:"phase"`
	Run       int          `json:"run,omitempty"`
	Changed   []string     `json:"changed,omitempty"`
	Stage     string       `json:"stage,omitempty"`
	Exercise  *watchedJSON `json:"exercise,omitempty"`
	Fixed     []string     `json:"fixed,omitempty"`
	Broke     []string     `json:"broke,omitempty"`
	FirstPass []string     `json:"first_pass,omitempty"`
	Verdict   *phaseJSON   `json:"verdict,omitempty"`
	Open      []string     `json:"open,omitempty"`
	Next      string       `json:"next,omitempty"`
}

type watchedJSON struct {
	ID     string       `json:"id"`
	Status grade.Status `json:"status"`
}

// WatchJSON writes an event as one line of JSON; docs/json.md says what is in it.
func WatchJSON(w io.Writer, ev WatchEvent) error {
	out := watchJSON{Format: Format, Event: ev.Kind, Time: ev.Time.UTC().Truncate(time.Millisecond), Phase: ev.Phase, Run: ev.Run,
		Changed: ev.Changed, Stage: ev.Stage, Fixed: ev.Fixed, Broke: ev.Broke, Next: ev.Next}
	switch ev.Kind {
	case WatchResult:
		out.Exercise = &watchedJSON{ev.Result.ID, ev.Result.Status}
	case WatchVerdict:
		v := phaseOf(ev.Check.Verdict)
		out.Verdict = &v
		for _, f := range ev.Check.FirstPass {
			out.FirstPass = append(out.FirstPass, f.ID)
		}
	case WatchPhaseDone:
		out.Open = ev.Done.Open
	}
	return encodeLine(w, out)
}

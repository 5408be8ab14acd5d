package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// A WatchScreen is what `grader watch` shows in a terminal.
type WatchScreen struct {
	CheckScreen      // of the last verdict; before the first, what is known of the phase
	First       bool // there is no verdict yet

	Running bool
	Results []grade.Result // of the run under way, as its exercises end
	Elapsed time.Duration  // of the run under way
	Stage   string         // what takes long in it: "downloading modules"

	Fixed, Broke []string   // exercises whose outcome the last verdict changed
	Focus        string     // exercise to show in full; "" for the first that fails
	Hints        []string   // taken of the exercise shown in full, the last one new
	HintsOf      int        // how many it has
	Done         *WatchDone // the phase before this one, until the next change
}

// WatchDone is a phase whose last core exercise has just passed.
type WatchDone struct {
	Phase     string // "01-hello"
	FirstPass []Passed
	Open      []string // ids of its stretch exercises that do not pass
}

// Watch writes the state of a watch: the exercises, what the last save changed, one
// failure in full. What goes on is said by [WatchStatus].
func Watch(w io.Writer, s Style, in WatchScreen) error {
	p := newPage(s)
	v := in.Verdict
	if in.Done != nil {
		p.phaseDone(*in.Done)
	}
	p.head(phaseNumber(v.Phase)+" "+v.Title, v.Score, v.Max, v.Stretch, v.StretchOf)
	p.blank()
	c := newChecked(in.CheckScreen)
	if i := slices.IndexFunc(v.Exercises, func(r grade.Result) bool { return r.ID == in.Focus && failed(r) }); i >= 0 {
		c.first = i
	}
	p.table(2, p.watched(in, c))
	if in.First {
		return p.flush(w)
	}
	p.changed(in)
	p.said(c)
	if len(in.Hints) > 0 && c.first >= 0 {
		p.blank()
		last := len(in.Hints) - 1
		p.hang(4, fmt.Sprintf("Hint %d of %d: ", last+1, in.HintsOf), warn, plain, strings.TrimSpace(in.Hints[last]))
	}
	return p.flush(w)
}

// Shown is the exercise that [Watch] shows in full, or "".
func (in WatchScreen) Shown() string {
	if i := slices.Index(in.Failing(), in.Focus); i >= 0 {
		return in.Focus
	}
	if c := newChecked(in.CheckScreen); c.first >= 0 && !in.First && c.outcome == fails {
		return in.Verdict.Exercises[c.first].ID
	}
	return ""
}

// Failing are the exercises of the last verdict that can be shown in full.
func (in WatchScreen) Failing() []string {
	var ids []string
	if in.First || newChecked(in.CheckScreen).outcome == buildFails {
		return nil
	}
	for _, r := range in.Verdict.Exercises {
		if failed(r) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// watched are the rows of the exercises, with what the run under way has found.
func (p *page) watched(in WatchScreen, c checked) []row {
	c.Verdict.Exercises = slices.Clone(c.Verdict.Exercises)
	waiting := map[string]bool{}
	for i, e := range c.Verdict.Exercises {
		if !in.Running {
			continue
		}
		if k := slices.IndexFunc(in.Results, func(r grade.Result) bool { return r.ID == e.ID }); k >= 0 {
			c.Verdict.Exercises[i] = in.Results[k]
			continue
		}
		waiting[e.ID] = true
	}
	rows := p.exercises(c)
	for i, e := range c.Verdict.Exercises {
		if waiting[e.ID] {
			r := rows[i]
			rows[i] = row{mark: p.g.notYet, role: dim, key: r.key, title: r.title, value: r.value, word: "checking", quiet: true}
		}
	}
	return rows
}

// changed says what the last save did.
func (p *page) changed(in WatchScreen) {
	if len(in.Fixed)+len(in.Broke) > 0 {
		p.blank()
	}
	if len(in.Fixed) > 0 {
		p.hang(2, p.g.pass+" ", good, good, "This save fixed "+list(in.Fixed)+".")
	}
	if len(in.Broke) > 0 {
		p.hang(2, p.g.fail+" ", bad, bad, "This save broke "+list(in.Broke)+".")
	}
}

// phaseDone is for a phase that has just been finished, above the next one.
func (p *page) phaseDone(d WatchDone) {
	p.hang(2, p.g.pass+" ", good, strong, "Phase "+phaseNumber(d.Phase)+" is done: all its core exercises pass. Well done.")
	for _, f := range d.FirstPass {
		if f.After != "" {
			p.blank()
			p.hang(4, f.ID+" ", good, plain, f.After)
		}
	}
	if len(d.Open) > 0 {
		p.blank()
		p.text(4, dim, "Still open, if you want more: "+list(d.Open)+" (stretch).")
	}
	p.blank()
}

// WatchStatus is one line on what goes on, without its end.
func WatchStatus(s Style, in WatchScreen) string {
	p := newPage(s)
	switch {
	case in.Running:
		all := max(len(in.Verdict.Exercises), 1)
		text := fmt.Sprintf("checking, %d of %d, %.1f s", len(in.Results), len(in.Verdict.Exercises), in.Elapsed.Seconds())
		if in.Stage != "" {
			text = fmt.Sprintf("%s, %.0f s", oneLine(in.Stage), in.Elapsed.Seconds())
		}
		text = cut(text, p.width-2-14)
		return spaces(2) + p.bar(10, len(in.Results), all) + "  " + p.paint(dim, text)
	case in.First:
		return spaces(2) + p.paint(dim, "reading your files")
	case in.Verdict.Done():
		return spaces(2) + p.paint(good, "All core exercises pass.") + p.paint(dim, " Waiting for a save.")
	default:
		return spaces(2) + p.paint(dim, "Waiting for a save in phases/"+in.Verdict.Phase+".")
	}
}

// A WatchEvent is one thing that happens in a watch. The fields beside Kind, Time,
// Phase and Run are there where the kind says so.
type WatchEvent struct {
	Kind  string // one of the Watch… constants
	Time  time.Time
	Phase string // "01-hello"
	Run   int    // which run of this watch, from 1; 0 before the first

	Changed []string     // WatchRun: files that the run before did not have so
	Stage   string       // WatchStage
	Result  grade.Result // WatchResult
	Check   CheckScreen  // WatchVerdict; WatchPhase: what is known of the phase
	Fixed   []string     // WatchVerdict: exercises that pass and did not in the verdict before
	Broke   []string     // WatchVerdict: exercises that passed in the verdict before
	Next    string       // WatchPhaseDone: the phase that is watched now; "" when the course is done
	Done    *WatchDone   // WatchPhaseDone
}

// Kinds of events.
const (
	WatchPhase     = "watch"    // a phase is being watched
	WatchRun       = "run"      // files have changed, or were looked at first: a run begins
	WatchStage     = "stage"    // something in it takes long
	WatchResult    = "result"   // an exercise of the run has ended
	WatchOutdated  = "outdated" // a save has called the run off
	WatchVerdict   = "verdict"  // the run has ended, and the files are still the same
	WatchPhaseDone = "done"     // every core exercise of the phase passes, for the first time
)

// Apply is the screen after an event.
func (in WatchScreen) Apply(ev WatchEvent) WatchScreen {
	switch ev.Kind {
	case WatchPhase:
		in = WatchScreen{CheckScreen: ev.Check, First: true, Done: in.Done}
	case WatchPhaseDone:
		in.Done = ev.Done
	case WatchRun:
		in.Running, in.Results, in.Stage, in.Elapsed = true, nil, "", 0
		if ev.Run > 1 {
			in.Done = nil
		}
	case WatchStage:
		in.Stage = ev.Stage
	case WatchResult:
		in.Results, in.Stage = append(slices.Clip(in.Results), ev.Result), ""
	case WatchOutdated:
		in.Running = false
	case WatchVerdict:
		in.Running, in.First = false, false
		in.CheckScreen, in.Fixed, in.Broke = ev.Check, ev.Fixed, ev.Broke
		in.Hints = nil
	}
	return in
}

// WatchChanges compares two verdicts: which exercises pass now and did not, and
// which passed and do not. What a broken grader says of an exercise is no change.
func WatchChanges(was, is grade.Verdict) (fixed, broke []string) {
	before := map[string]grade.Status{}
	for _, r := range was.Exercises {
		before[r.ID] = r.Status
	}
	for _, r := range is.Exercises {
		switch old := before[r.ID]; {
		case r.Status == grade.Pass && old != grade.Pass && old != "":
			fixed = append(fixed, r.ID)
		case old == grade.Pass && (failed(r) || r.Status == grade.Waiting):
			broke = append(broke, r.ID)
		}
	}
	return fixed, broke
}

// OpenStretch are the stretch exercises of a phase that do not pass.
func OpenStretch(v grade.Verdict) []string {
	var open []string
	for _, e := range v.Exercises {
		if e.Level == catalog.Stretch && e.Status != grade.Pass {
			open = append(open, e.ID)
		}
	}
	return open
}

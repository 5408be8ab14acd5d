package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"echofromzero/grader/internal/grade"
)

// Format is the version of the JSON of `grader check`. A field may be added
// within a version; none is renamed, removed or given another meaning.
const Format = 1

// JSON writes the verdict of one phase:
//
//	{
//	  "format": 1,                  version of this format
//	  "phase": "03-extractors",
//	  "title": "Extractors",
//	  "score": 30, "max": 70,       points of core exercises; what could not run is not in max
//	  "stretch": 0, "stretch_max": 10,
//	  "isolation": "namespaces",    how the program was kept apart from the machine
//	  "seed": "1234",               replays the random values with --seed; a string, for it has 64 bits
//	  "exercises": [{
//	    "id": "3.2", "title": "…",
//	    "level": "core",            core | stretch
//	    "status": "fail",           pass | fail | unstable | waiting | not_run | broken
//	    "points": 0, "max": 10,
//	    "checks": 4,                assertions that were made
//	    "cached": false,            answered from the cache of passes
//	    "ms": 41,
//	    "reason": "…",              why waiting, not_run or broken, or that the program does not build
//	    "needs": ["3.1"],           only for waiting
//	    "failure": {                only for fail, unstable and broken, where there is one
//	      "check": "…",             what is not so, as the sentence that should be
//	      "prepare": ["echo …"],    commands that make the files it read, before it starts
//	      "setup": ["curl …"],      requests before it to the same program
//	      "request": "curl …",      "" when there was none
//	      "env": ["SEED=[…]"],      environment of the program beyond HOST and PORT
//	      "want": "…", "got": "…",
//	      "output": "…",            last lines that the program printed
//	      "hint": "…",
//	      "tests": true,            only where the learner's own tests were run
//	      "race": true,             only where the program had the race detector
//	      "crash": false            the program ended or never answered: no assertion was reached
//	    }
//	  }],
//	  "build": {
//	    "ok": true, "ms": 331, "cached": false,
//	    "errors": [{"file": "…", "line": 12, "col": 5, "msg": "…", "source": "…"}],
//	    "more": 0                   further errors
//	  },
//	  "notes": ["…"],
//	  "ms": 912
//	}
//
// Durations are whole milliseconds. Lists are never null. What a learner's
// program wrote is in it unshortened; characters that a terminal would act on are
// escaped as JSON escapes, and bytes that are not UTF-8 are U+FFFD.
func JSON(w io.Writer, v grade.Verdict) error {
	return encode(w, struct {
		Format int `json:"format"`
		phaseJSON
	}{Format, phaseOf(v)})
}

// JSONAll writes the verdicts of several phases: {"format": 1, "phases": […],
// "score", "max", "stretch", "stretch_max"}, each phase as [JSON] writes it but
// for its "format".
func JSONAll(w io.Writer, verdicts []grade.Verdict) error {
	return encode(w, struct {
		Format int `json:"format"`
		phasesJSON
	}{Format, phasesOf(verdicts)})
}

type phasesJSON struct {
	Phases     []phaseJSON `json:"phases"`
	Score      int         `json:"score"`
	Max        int         `json:"max"`
	Stretch    int         `json:"stretch"`
	StretchMax int         `json:"stretch_max"`
}

func phasesOf(verdicts []grade.Verdict) phasesJSON {
	all := phasesJSON{Phases: []phaseJSON{}}
	for _, v := range verdicts {
		all.Phases = append(all.Phases, phaseOf(v))
		all.Score, all.Max = all.Score+v.Score, all.Max+v.Max
		all.Stretch, all.StretchMax = all.Stretch+v.Stretch, all.StretchMax+v.StretchOf
	}
	return all
}

type phaseJSON struct {
	Phase      string         `json:"phase"`
	Title      string         `json:"title"`
	Score      int            `json:"score"`
	Max        int            `json:"max"`
	Stretch    int            `json:"stretch"`
	StretchMax int            `json:"stretch_max"`
	Isolation  string         `json:"isolation"`
	Seed       string         `json:"seed"`
	Exercises  []exerciseJSON `json:"exercises"`
	Build      buildJSON      `json:"build"`
	Notes      []string       `json:"notes"`
	MS         int64          `json:"ms"`
	URL        string         `json:"url,omitempty"`
}

type exerciseJSON struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Level   string       `json:"level"`
	Status  grade.Status `json:"status"`
	Points  int          `json:"points"`
	Max     int          `json:"max"`
	Checks  int          `json:"checks"`
	Cached  bool         `json:"cached"`
	MS      int64        `json:"ms"`
	Reason  string       `json:"reason,omitempty"`
	Needs   []string     `json:"needs,omitempty"`
	Failure *failureJSON `json:"failure,omitempty"`
}

type failureJSON struct {
	Check   string   `json:"check"`
	Prepare []string `json:"prepare"`
	Setup   []string `json:"setup"`
	Request string   `json:"request"`
	Env     []string `json:"env"`
	Want    string   `json:"want"`
	Got     string   `json:"got"`
	Output  string   `json:"output"`
	Hint    string   `json:"hint"`
	Tests   bool     `json:"tests,omitempty"`
	Race    bool     `json:"race,omitempty"`
	Crash   bool     `json:"crash"`
}

type buildJSON struct {
	OK     bool         `json:"ok"`
	MS     int64        `json:"ms"`
	Cached bool         `json:"cached"`
	Errors []errorsJSON `json:"errors"`
	More   int          `json:"more"`
}

type errorsJSON struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Col    int    `json:"col"`
	Msg    string `json:"msg"`
	Source string `json:"source"`
}

func phaseOf(v grade.Verdict) phaseJSON {
	out := phaseJSON{
		Phase: v.Phase, Title: v.Title, Score: v.Score, Max: v.Max,
		Stretch: v.Stretch, StretchMax: v.StretchOf,
		Isolation: v.Isolation, Seed: strconv.FormatUint(v.Seed, 10),
		Exercises: []exerciseJSON{}, Notes: some(v.Notes), MS: ms(v.Elapsed), URL: v.URL,
		Build: buildJSON{
			OK: v.Build.OK, MS: ms(v.Build.Took), Cached: v.Build.Cached,
			Errors: []errorsJSON{}, More: v.Build.More,
		},
	}
	for _, e := range v.Build.Errors {
		out.Build.Errors = append(out.Build.Errors, errorsJSON(e))
	}
	for _, r := range v.Exercises {
		e := exerciseJSON{
			ID: r.ID, Title: r.Title, Level: r.Level, Status: r.Status,
			Points: r.Points, Max: r.Max, Checks: r.Checks, Cached: r.Cached, MS: ms(r.Took),
			Reason: r.Reason, Needs: r.Needs,
		}
		if f := r.Failure; f != nil {
			e.Failure = &failureJSON{
				Check: f.Check, Prepare: some(f.Prepare), Setup: some(f.Setup), Request: f.Request, Env: some(f.Env),
				Want: f.Want, Got: f.Got, Output: f.Output, Hint: f.Hint, Tests: f.Tests, Race: f.Race, Crash: f.Crash,
			}
		}
		out.Exercises = append(out.Exercises, e)
	}
	return out
}

func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func ms(d time.Duration) int64 { return d.Milliseconds() }

// encode writes v as indented JSON in which everything that does not print is
// escaped.
func encode(w io.Writer, v any) error { return encodeWith(w, v, "  ") }

// encodeLine is encode on one line.
func encodeLine(w io.Writer, v any) error { return encodeWith(w, v, "") }

func encodeWith(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode a verdict: %w", err)
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}

// escapeJSON escapes what encoding/json leaves as it is but a terminal would act
// on or not show. Such characters stand only inside strings.
func escapeJSON(doc []byte) []byte {
	out := make([]byte, 0, len(doc))
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		switch {
		case shows(r):
			out = append(out, doc[:size]...)
		case r >= 0x10000:
			hi, lo := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		doc = doc[size:]
	}
	return out
}

package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// manifest is phase.toml as it is written.
type manifest struct {
	Title     string             `toml:"title"`
	Summary   string             `toml:"summary"`
	Minutes   int                `toml:"minutes"`
	Pinned    []string           `toml:"pinned"`
	Rewritten []string           `toml:"rewritten"`
	Try       []string           `toml:"try"`
	Bench     *Bench             `toml:"bench"`
	Exercise  []manifestExercise `toml:"exercise"`
}

type manifestExercise struct {
	ID    string   `toml:"id"`
	Title string   `toml:"title"`
	Level string   `toml:"level"`
	Kind  string   `toml:"kind"`
	Needs []string `toml:"needs"`
	Hints []string `toml:"hints"`
	After string   `toml:"after"`
}

// maxAfter is how many words may follow a pass.
const maxAfter = 60

func parseManifest(p *Phase, file string, data []byte) error {
	var m manifest
	dec := toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return manifestError(file, err)
	}
	p.Title, p.Summary, p.Minutes = m.Title, m.Summary, m.Minutes
	p.Pinned, p.Rewritten, p.Try, p.Bench = m.Pinned, m.Rewritten, m.Try, m.Bench
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, &Error{File: file, Msg: fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(p.Title) == "" || strings.TrimSpace(p.Summary) == "" {
		bad("title and summary must say something")
	}
	if p.Minutes <= 0 {
		bad("minutes must say how long the phase takes, about")
	}
	if len(m.Exercise) == 0 {
		bad("no [[exercise]]: a phase without one could never fail")
	}
	if b := p.Bench; b != nil {
		if !strings.HasPrefix(b.Path, "/") {
			bad("bench.path is %q: it is what is asked for, such as /api/v1/articles", b.Path)
		}
		for _, kv := range b.Env {
			if name, _, ok := strings.Cut(kv, "="); !ok || name == "" {
				bad("bench.env has %q, which is not NAME=value", kv)
			}
		}
	}
	for i, me := range m.Exercise {
		e := &Exercise{ID: me.ID, Title: me.Title, Level: me.Level, Kind: me.Kind, Needs: me.Needs, Hints: me.Hints, After: me.After}
		if e.Level == "" {
			e.Level = Core
		}
		if e.Kind == "" {
			e.Kind = KindSuite
		}
		checkExercise(p, e, i, bad)
		p.Exercises = append(p.Exercises, e)
	}
	return errors.Join(errs...)
}

func checkExercise(p *Phase, e *Exercise, i int, bad func(string, ...any)) {
	prefix := strings.TrimLeft(p.Number, "0")
	if want := fmt.Sprintf("%s.%d", prefix, i+1); e.ID != want {
		bad("exercise %d has id %q: ids count up from %s.1, so it must be %q", i+1, e.ID, prefix, want)
	}
	if strings.TrimSpace(e.Title) == "" {
		bad("exercise %s has no title", e.ID)
	}
	if e.Level != Core && e.Level != Stretch {
		bad("exercise %s: level %q is neither %q nor %q", e.ID, e.Level, Core, Stretch)
	}
	if e.Kind != KindSuite && e.Kind != KindQuiz {
		bad("exercise %s: kind %q is neither %q nor %q", e.ID, e.Kind, KindSuite, KindQuiz)
	}
	for _, need := range e.Needs {
		if p.Exercise(need) == nil {
			bad("exercise %s needs %q, which is no earlier exercise of this phase", e.ID, need)
		}
	}
	if len(e.Hints) != HintRungs || slices.ContainsFunc(e.Hints, func(h string) bool { return strings.TrimSpace(h) == "" }) {
		bad("exercise %s has %d hints: it takes %d that say something (where, the idea, the signature, nearly the line)", e.ID, len(e.Hints), HintRungs)
	}
	if n := len(strings.Fields(e.After)); n == 0 || n > maxAfter {
		bad("exercise %s: `after` has %d words: it takes 1 to %d", e.ID, n, maxAfter)
	}
}

func manifestError(file string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var errs []error
		for _, d := range strict.Errors {
			line, col := d.Position()
			errs = append(errs, &Error{File: file, Line: line, Col: col, Msg: fmt.Sprintf("unknown key %q", strings.Join(d.Key(), "."))})
		}
		return errors.Join(errs...)
	}
	var d *toml.DecodeError
	if errors.As(err, &d) {
		line, col := d.Position()
		return &Error{File: file, Line: line, Col: col, Msg: strings.TrimPrefix(d.Error(), "toml: ")}
	}
	return &Error{File: file, Msg: strings.TrimPrefix(err.Error(), "toml: ")}
}

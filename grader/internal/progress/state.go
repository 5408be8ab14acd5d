package progress

import (
	"slices"
	"time"

	"echofromzero/grader/internal/catalog"
)

// A State is everything that is kept of one learner. Exercises and quizzes of a
// course that this grader does not know, and fields of a later grader of the
// same format, are kept and written back.
type State struct {
	Format    int                 `json:"format"`
	Current   string              `json:"current,omitempty"` // what the learner works on: an exercise's id or a phase's number
	Exercises map[string]Exercise `json:"exercises"`         // by exercise id
	Quizzes   map[string]Quiz     `json:"quizzes"`           // by phase number

	extra extra
}

// An Exercise is what is kept of one exercise; its zero value is one that was
// never tried.
type Exercise struct {
	Status    string    `json:"status,omitempty"`    // last state, as verdicts name it: "pass", "fail", …
	Best      int       `json:"best"`                // most points ever
	Last      int       `json:"last"`                // points of the last try
	Attempts  int       `json:"attempts"`            // tries that ran: pass, fail or unstable
	Hints     int       `json:"hints"`               // hints shown
	GaveUp    bool      `json:"gave_up"`             // the reference was shown before a pass
	FirstPass time.Time `json:"first_pass,omitzero"` // zero: never passed
	LastPass  time.Time `json:"last_pass,omitzero"`  //
	LastTry   time.Time `json:"last_try,omitzero"`   //
	Green     string    `json:"green,omitempty"`     // SaveGreen's hash of the files of the last pass

	extra extra
}

// Passed reports whether the exercise has ever passed; a later fail does not
// take that away.
func (e Exercise) Passed() bool { return !e.FirstPass.IsZero() }

// A Quiz is what is kept of one quiz: its runs, oldest first.
type Quiz struct {
	Runs  []QuizRun `json:"runs"`
	Since []string  `json:"since,omitempty"` // ids missed in the last run and answered right since, in the quiz of a later phase
	Open  *QuizOpen `json:"open,omitempty"`  // a run that was left in the middle

	extra extra
}

// Missed are the ids of the questions that were missed in the last run, and not answered
// right since.
func (q Quiz) Missed() []string {
	if len(q.Runs) == 0 {
		return nil
	}
	missed := slices.Clone(q.Runs[len(q.Runs)-1].Missed)
	return slices.DeleteFunc(missed, func(id string) bool { return slices.Contains(q.Since, id) })
}

// A QuizOpen is a run that has not ended.
type QuizOpen struct {
	Time   time.Time   `json:"time"`             // of the last answer
	Review bool        `json:"review,omitempty"` // only what was missed is asked
	Seed   uint64      `json:"seed"`             // of the order of the choices
	Asked  []QuizAsked `json:"asked"`            // all questions of the run, in order

	extra extra
}

// A QuizAsked is a question of an open run.
type QuizAsked struct {
	ID     string `json:"id"`
	From   string `json:"from,omitempty"`   // the number of the earlier phase that it comes back from
	Answer string `json:"answer,omitempty"` // "right" or "wrong"; "" for none yet
}

// A QuizRun is one run through a quiz.
type QuizRun struct {
	Time   time.Time `json:"time"`
	Score  int       `json:"score"`            // questions answered right
	Of     int       `json:"of"`               // questions asked
	Missed []string  `json:"missed,omitempty"` // ids of the questions answered wrong

	extra extra
}

// Best returns the run with the highest share of right answers, the earliest of
// equals, and false when there is none.
func (q Quiz) Best() (best QuizRun, ok bool) {
	for i, r := range q.Runs {
		if i == 0 || r.Score*max(best.Of, 1) > best.Score*max(r.Of, 1) {
			best = r
		}
	}
	return best, len(q.Runs) > 0
}

// An Attempt is the outcome of grading one exercise once.
type Attempt struct {
	Status string // as verdicts name it: "pass", "fail", "unstable", "waiting", "not_run", "broken"
	Points int
	Cached bool   // answered from the cache of passes: nothing ran, so no new try
	Green  string // of a pass: SaveGreen's hash, or "" to keep the earlier one
}

// Record enters an attempt. The best score and the first pass only ever grow.
// "broken" says nothing about the learner's program and leaves no trace;
// "waiting" and "not_run" become the state and are no tries.
func (s *State) Record(id string, a Attempt, at time.Time) {
	e, at := s.Exercises[id], stamp(at)
	switch a.Status {
	case "broken":
		return
	case "pass", "fail", "unstable":
		e.Last = a.Points
		if !a.Cached {
			e.Attempts++
			e.LastTry = at
		}
	}
	e.Status = a.Status
	e.Best = max(e.Best, a.Points)
	if a.Status == "pass" {
		if !e.Passed() {
			e.FirstPass = at
		}
		if !a.Cached || e.LastPass.IsZero() {
			e.LastPass = at
		}
		if a.Green != "" {
			e.Green = a.Green
		}
	}
	s.Exercises[id] = e
}

// TakeHint counts one more hint of an exercise, catalog.HintRungs at most, and
// returns how many have been shown with it.
func (s *State) TakeHint(id string) int {
	e := s.Exercises[id]
	e.Hints = min(e.Hints+1, catalog.HintRungs)
	s.Exercises[id] = e
	return e.Hints
}

// GiveUp records that the reference of an exercise was shown. After a pass that
// is no giving up, and nothing changes.
func (s *State) GiveUp(id string) {
	if e := s.Exercises[id]; !e.Passed() {
		e.GaveUp = true
		s.Exercises[id] = e
	}
}

// AddQuiz enters a run through the quiz of a phase. No run of it is open any more.
func (s *State) AddQuiz(phaseNumber string, run QuizRun) {
	run.Time = stamp(run.Time)
	q := s.Quizzes[phaseNumber]
	q.Runs, q.Since, q.Open = append(q.Runs, run), nil, nil
	s.Quizzes[phaseNumber] = q
}

// OpenQuiz enters how far a run through the quiz of a phase has come.
func (s *State) OpenQuiz(phaseNumber string, open QuizOpen) {
	open.Time = stamp(open.Time)
	q := s.Quizzes[phaseNumber]
	if q.Runs == nil {
		q.Runs = []QuizRun{}
	}
	q.Open = &open
	s.Quizzes[phaseNumber] = q
}

// Recall enters that a question which was missed in the quiz of a phase has been
// answered right in a later one.
func (s *State) Recall(phaseNumber, id string) {
	q := s.Quizzes[phaseNumber]
	if slices.Contains(q.Missed(), id) {
		q.Since = append(q.Since, id)
		s.Quizzes[phaseNumber] = q
	}
}

// stamp is a time as the file holds it: whole seconds in UTC.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func fresh() State {
	return State{Format: format, Exercises: map[string]Exercise{}, Quizzes: map[string]Quiz{}}
}

// Package quiz asks the questions of a quiz, in turn, and scores the answers.
//
// It knows no terminal, no file and no clock: a caller shows [Run.Current], hands
// what was typed to [Run.Answer], and keeps [Run.Result]. The same questions, seed
// and answers always give the same run.
package quiz

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"echofromzero/grader/internal/catalog"
)

// KindPredict is the kind of a question that asks for what its code prints.
const KindPredict = "predict"

// ErrUnclear means that a line is no answer to the question: ask again.
var ErrUnclear = errors.New("that is no answer to the question")

// A Question is one question of a run.
type Question struct {
	catalog.Question
	ID     string // what progress keeps: see IDs
	From   string // the phase it comes back from; "" for one of this quiz
	Number int    // its place in the run, from 1

	order []int // the choice at each place, as an index into Choices
}

// Predict reports whether what the code prints is to be typed.
func (q *Question) Predict() bool { return q.Kind == KindPredict }

// Shown are the choices in the order in which they are shown. A place in it,
// counted from 1, is what Answer takes.
func (q *Question) Shown() []string {
	list := make([]string, len(q.order))
	for place, i := range q.order {
		list[place] = q.Choices[i]
	}
	return list
}

// place is where the choice with index i is shown, from 1.
func (q *Question) place(i int) int { return slices.Index(q.order, i) + 1 }

// IDs are the ids of the questions of one quiz. An id is made of the question's
// text and code, without regard to white space, so it stays when questions
// change places, choices are mended or an explanation is. Of questions with the
// same text and code each has its own.
func IDs(questions []catalog.Question) []string {
	ids := make([]string, len(questions))
	seen := map[string]int{}
	for i, q := range questions {
		text := strings.Join(strings.Fields(q.Q), " ") + "\x00" + strings.Join(strings.Fields(q.Code), " ")
		sum := sha256.Sum256([]byte(text))
		id := hex.EncodeToString(sum[:6])
		seen[id]++
		if n := seen[id]; n > 1 {
			id = fmt.Sprintf("%s-%d", id, n)
		}
		ids[i] = id
	}
	return ids
}

// Seed is the seed of a quiz, by its name, after so many runs of it: each run
// shows the choices in another order.
func Seed(name string, runs int) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", name, runs))
	return binary.BigEndian.Uint64(sum[:8])
}

// A Run is one run through a quiz. Questions come in the order of the quiz, and
// the seed fixes the order of each one's choices, whatever else is asked.
type Run struct {
	Seed uint64 // not to be changed once there are questions

	questions []*Question
	right     []bool // of the questions answered so far
}

// New begins a run through questions.
func New(questions []catalog.Question, seed uint64) *Run {
	r := &Run{Seed: seed}
	r.Add("", questions, IDs(questions))
	return r
}

// Only begins a run through those of the questions whose ids are given. Ids that
// no question has are passed over: the quiz may have changed since.
func Only(questions []catalog.Question, seed uint64, ids []string) *Run {
	r := &Run{Seed: seed}
	r.Add("", questions, ids)
	return r
}

// Add puts those of the questions whose ids are given at the end of a run. From is the
// earlier phase that they come back from: they have no part in the score.
func (r *Run) Add(from string, questions []catalog.Question, ids []string) {
	for i, id := range IDs(questions) {
		if !slices.Contains(ids, id) {
			continue
		}
		sum := sha256.Sum256([]byte(id))
		rng := rand.New(rand.NewPCG(r.Seed, binary.BigEndian.Uint64(sum[:8])))
		r.questions = append(r.questions, &Question{Question: questions[i], ID: id, From: from, Number: len(r.questions) + 1,
			order: rng.Perm(len(questions[i].Choices))})
	}
}

// Resume goes on after answers that were given before: whether each was right.
func (r *Run) Resume(right []bool) { r.right = right[:min(len(right), len(r.questions))] }

// Questions are all of the run.
func (r *Run) Questions() []*Question { return r.questions }

// Given says of each answer so far whether it was right.
func (r *Run) Given() []bool { return r.right }

// Len is the number of questions of the run.
func (r *Run) Len() int { return len(r.questions) }

// Answered is the number of questions that have been answered.
func (r *Run) Answered() int { return len(r.right) }

// Current is the question to answer now, nil when none is left.
func (r *Run) Current() *Question {
	if len(r.right) == len(r.questions) {
		return nil
	}
	return r.questions[len(r.right)]
}

// An Outcome says what became of an answer.
type Outcome struct {
	Right   bool
	Place   int    // of the right choice, from 1; 0 for KindPredict
	Correct string // the right choice, or what the code prints
	Why     string // a word on the wrong choice that was taken, where the quiz has one
	Explain string
}

// Answer takes a line as the answer to the current question and goes on to the
// next one. For a choice it is a number or a letter, 1 or a for the first one
// shown; for KindPredict what the code prints, with \n, typed as two characters,
// where a line ends. The error is ErrUnclear, and the question stays the same.
func (r *Run) Answer(line string) (Outcome, error) {
	q := r.Current()
	if q == nil {
		return Outcome{}, errors.New("every question has been answered")
	}
	o := Outcome{Correct: q.Output, Explain: q.Explain}
	if q.Predict() {
		given := canonical(line)
		if given == "" {
			return Outcome{}, ErrUnclear
		}
		o.Right = given == canonical(q.Output)
	} else {
		place, ok := Place(line, len(q.order))
		if !ok {
			return Outcome{}, ErrUnclear
		}
		taken := q.order[place-1]
		o.Right, o.Place, o.Correct = taken == q.Question.Answer, q.place(q.Question.Answer), q.Choices[q.Question.Answer]
		if !o.Right && taken < len(q.Why) {
			o.Why = q.Why[taken]
		}
	}
	r.right = append(r.right, o.Right)
	return o, nil
}

// Place reads the place of a choice, of n at most: "2", "b", "B)", "2.".
func Place(line string, n int) (place int, ok bool) {
	line = strings.TrimSpace(line)
	if len(line) == 2 && strings.ContainsAny(line[1:], ".)") {
		line = line[:1]
	}
	if len(line) != 1 {
		return 0, false
	}
	switch c := line[0] | 0x20; { // lower case; digits have the bit already
	case line[0] >= '1' && line[0] <= '9':
		place = int(line[0] - '0')
	case c >= 'a' && c <= 'i':
		place = int(c-'a') + 1
	}
	return place, place >= 1 && place <= n
}

// canonical is the form in which output and what was typed for it are compared: a
// typed \n is a line break, and white space at the ends of lines and empty lines
// at both ends do not count.
func canonical(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, `\n`, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// A Result is what a run has come to so far.
type Result struct {
	Right, Of  int      // answered right, of all questions of the run
	Wrong      []int    // numbers of those answered wrong
	Unanswered []int    // numbers of those not answered
	Missed     []string // ids of both

	Back, BackRight int // questions of earlier phases, and those answered right
}

// Result scores the run. A question that was not answered counts as missed, so
// that stopping early hides nothing from a later review.
func (r *Run) Result() Result {
	var res Result
	for i, q := range r.questions {
		if q.From != "" {
			res.Back++
			if i < len(r.right) && r.right[i] {
				res.BackRight++
			}
			continue
		}
		res.Of++
		switch {
		case i < len(r.right) && r.right[i]:
			res.Right++
			continue
		case i < len(r.right):
			res.Wrong = append(res.Wrong, q.Number)
		default:
			res.Unanswered = append(res.Unanswered, q.Number)
		}
		res.Missed = append(res.Missed, q.ID)
	}
	return res
}

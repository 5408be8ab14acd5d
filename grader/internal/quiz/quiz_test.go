package quiz_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/quiz"
)

func capital(n int) catalog.Question {
	return catalog.Question{Q: "Capital " + strconv.Itoa(n) + "?", Choices: []string{"Rome", "Oslo", "Bern", "Riga"}, Answer: 2,
		Explain: "It is Bern.", Why: []string{"Italy", "Norway", "right", "Latvia"}}
}

func predict(output string) catalog.Question {
	return catalog.Question{Q: "What?", Kind: quiz.KindPredict, Answer: -1, Code: "package main", Output: output, Explain: "So it is."}
}

// place is where a choice is shown, as it is typed.
func place(t *testing.T, q *quiz.Question, choice string) string {
	t.Helper()
	i := slices.Index(q.Shown(), choice)
	require.GreaterOrEqual(t, i, 0)
	return strconv.Itoa(i + 1)
}

// TestRun ensures that right and wrong answers are told, explained and counted.
func TestRun(t *testing.T) {
	r := quiz.New([]catalog.Question{capital(1), capital(2), predict("7\n"), capital(3)}, 1)
	require.Equal(t, 4, r.Len())

	q := r.Current()
	o, err := r.Answer(place(t, q, "Bern"))
	require.NoError(t, err)
	require.Equal(t, quiz.Outcome{Right: true, Place: slices.Index(q.Shown(), "Bern") + 1, Correct: "Bern", Explain: "It is Bern."}, o,
		"the why of the right choice is not shown")

	q = r.Current()
	require.Equal(t, 2, q.Number)
	o, err = r.Answer(place(t, q, "Riga"))
	require.NoError(t, err)
	require.False(t, o.Right)
	require.Equal(t, "Latvia", o.Why, "the why of the choice that was taken")
	require.Equal(t, "Bern", q.Shown()[o.Place-1])

	require.True(t, r.Current().Predict())
	o, err = r.Answer("8")
	require.NoError(t, err)
	require.Equal(t, quiz.Outcome{Correct: "7\n", Explain: "So it is."}, o)

	ids := quiz.IDs([]catalog.Question{capital(1), capital(2), predict("7\n"), capital(3)})
	require.Equal(t, 3, r.Answered())
	require.Equal(t, quiz.Result{Right: 1, Of: 4, Wrong: []int{2, 3}, Unanswered: []int{4}, Missed: ids[1:]}, r.Result())

	_, err = r.Answer(place(t, r.Current(), "Bern"))
	require.NoError(t, err)
	require.Nil(t, r.Current())
	require.Equal(t, quiz.Result{Right: 2, Of: 4, Wrong: []int{2, 3}, Missed: ids[1:3]}, r.Result())
	_, err = r.Answer("1")
	require.Error(t, err)
}

// TestWithoutWhy ensures that a file as other courses ship it, without why, works.
func TestWithoutWhy(t *testing.T) {
	for _, answer := range []string{"1", "2"} {
		r := quiz.New([]catalog.Question{{Q: "?", Choices: []string{"a", "b"}, Answer: 1, Explain: "e"}}, 0)
		o, err := r.Answer(answer)
		require.NoError(t, err)
		require.Empty(t, o.Why)
		require.Equal(t, "e", o.Explain)
	}
}

// TestChoice ensures that numbers and letters are read, and nothing else is.
func TestChoice(t *testing.T) {
	for line, want := range map[string]int{
		"1": 1, "4": 4, "a": 1, "d": 4, "D": 4, " 2 ": 2, "2.": 2, "b)": 2, "\t3\r": 3,
		"": 0, " ": 0, "0": 0, "5": 0, "e": 0, "9": 0, "12": 0, "01": 0, "1 2": 0, "ab": 0, "Oslo": 0, ".": 0, ")": 0, "1]": 0, "-1": 0,
		"\x11": 0, "A": 1, "!": 0, "\x1b": 0, "é": 0, "①": 0, "１": 0,
	} {
		t.Run(strconv.Quote(line), func(t *testing.T) {
			r := quiz.New([]catalog.Question{capital(1)}, 3)
			q := r.Current()
			o, err := r.Answer(line)
			if want == 0 {
				require.ErrorIs(t, err, quiz.ErrUnclear)
				require.Same(t, q, r.Current(), "the question stays")
				require.Zero(t, r.Answered())
				return
			}
			require.NoError(t, err)
			require.Equal(t, q.Shown()[want-1] == "Bern", o.Right)
		})
	}
	nine := catalog.Question{Q: "?", Choices: strings.Split("123456789", ""), Answer: 8}
	for _, line := range []string{"9", "i"} {
		r := quiz.New([]catalog.Question{nine}, 3)
		o, err := r.Answer(line)
		require.NoError(t, err)
		require.Equal(t, o.Place == 9, o.Right)
	}
}

// TestPredict ensures that output is compared without the white space that nobody
// sees, and that \n stands for a line break.
func TestPredict(t *testing.T) {
	for name, c := range map[string]struct {
		output, line string
		want         bool
	}{
		"Same":            {"42\n", "42", true},
		"Blanks":          {"42 \n\n", "  42\t", true},
		"CarriageReturn":  {"42\n", "42\r", true},
		"Other":           {"42\n", "43", false},
		"Lines":           {"200\n404\n", `200\n404`, true},
		"SpacedLines":     {"200 \n404\n", `200 \n 404 \n`, true},
		"OneLineOfTwo":    {"200\n404\n", `200`, false},
		"JoinedByBlank":   {"200\n404\n", `200 404`, false},
		"EmptyLineInside": {"a\n\nb\n", `a\n\nb`, true},
		"NoEmptyLine":     {"a\n\nb\n", `a\nb`, false},
		"InnerBlanks":     {"a  b\n", `a b`, false},
		"Case":            {"OK\n", "ok", false},
		"LiteralInOutput": {`"a\nb"` + "\n", `"a\nb"`, true},
		"Digit":           {"1\n", "a", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := quiz.New([]catalog.Question{predict(c.output)}, 0)
			o, err := r.Answer(c.line)
			require.NoError(t, err)
			require.Equal(t, c.want, o.Right)
		})
	}
	for _, line := range []string{"", "  ", `\n`, "\r"} {
		r := quiz.New([]catalog.Question{predict("1\n")}, 0)
		_, err := r.Answer(line)
		require.ErrorIs(t, err, quiz.ErrUnclear, "%q", line)
	}
}

// TestShuffle ensures that the seed fixes the order, that seeds differ in it, that
// no place is favoured, and that the questions keep theirs.
func TestShuffle(t *testing.T) {
	places := map[int]int{}
	for seed := range uint64(400) {
		a, b := quiz.New([]catalog.Question{capital(1), capital(2)}, seed), quiz.New([]catalog.Question{capital(1), capital(2)}, seed)
		require.Equal(t, a.Current().Shown(), b.Current().Shown())
		require.ElementsMatch(t, capital(1).Choices, a.Current().Shown())
		require.Equal(t, "Capital 1?", a.Current().Q)
		places[slices.Index(a.Current().Shown(), "Bern")]++
	}
	for i := range 4 {
		require.InDelta(t, 100, places[i], 50, "place %d", i)
	}
	require.Equal(t, quiz.Seed("01-hello", 2), quiz.Seed("01-hello", 2))
	require.NotEqual(t, quiz.Seed("01-hello", 2), quiz.Seed("01-hello", 3))
	require.NotEqual(t, quiz.Seed("01-hello", 2), quiz.Seed("02-routing", 2))
}

// TestOnly ensures that a review asks what is named, in the quiz's order, with the
// choices as a whole run with that seed would show them.
func TestOnly(t *testing.T) {
	all := []catalog.Question{capital(1), capital(2), capital(3), capital(4)}
	ids := quiz.IDs(all)
	r := quiz.Only(all, 7, []string{ids[3], "gone", ids[1]})
	require.Equal(t, 2, r.Len())
	whole := quiz.New(all, 7)
	_, err := whole.Answer("1")
	require.NoError(t, err)
	require.Equal(t, ids[1], r.Current().ID)
	require.Equal(t, 1, r.Current().Number)
	require.Equal(t, whole.Current().Shown(), r.Current().Shown())
	require.Equal(t, []string{ids[1], ids[3]}, r.Result().Missed)

	require.Zero(t, quiz.Only(all, 7, nil).Len())
	require.Nil(t, quiz.Only(all, 7, []string{"gone"}).Current())
}

// TestIDs ensures that an id is stable, and is no other question's.
func TestIDs(t *testing.T) {
	q := capital(1)
	require.Equal(t, []string{"82dac7540a97"}, quiz.IDs([]catalog.Question{q}), "ids are in learners' files and must not change")
	mended := q
	mended.Choices, mended.Explain, mended.Q = []string{"x", "y"}, "Mended.", " Capital\n1? "
	require.Equal(t, quiz.IDs([]catalog.Question{q}), quiz.IDs([]catalog.Question{mended}))

	coded, other := q, q
	coded.Code, other.Code = "package main", "package other"
	ids := quiz.IDs([]catalog.Question{q, coded, other, q, capital(2)})
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), 5)
	require.Equal(t, ids[0]+"-2", ids[3])
}

// TestAdd ensures that what comes back from an earlier phase is asked last, shows its
// phase, and has no part in the score.
func TestAdd(t *testing.T) {
	own, old := []catalog.Question{capital(1), capital(2)}, []catalog.Question{capital(8), capital(1), capital(9)}
	r := quiz.New(own, 5)
	r.Add("01", old, []string{quiz.IDs(old)[2], "gone", quiz.IDs(old)[1]})
	require.Equal(t, 4, r.Len())
	var from []string
	for _, q := range r.Questions() {
		from = append(from, q.From+":"+q.Q)
	}
	require.Equal(t, []string{":Capital 1?", ":Capital 2?", "01:Capital 1?", "01:Capital 9?"}, from)
	for _, right := range []bool{true, false, true, false} {
		q := r.Current()
		choice := "Oslo"
		if right {
			choice = "Bern"
		}
		_, err := r.Answer(place(t, q, choice))
		require.NoError(t, err)
	}
	require.Equal(t, []bool{true, false, true, false}, r.Given())
	require.Equal(t, quiz.Result{Right: 1, Of: 2, Wrong: []int{2}, Missed: quiz.IDs(own)[1:], Back: 2, BackRight: 1}, r.Result())
}

// TestResume ensures that a run goes on behind the answers of before, with the choices in
// the same order.
func TestResume(t *testing.T) {
	all := []catalog.Question{capital(1), capital(2), capital(3)}
	whole, resumed := quiz.New(all, 9), quiz.New(all, 9)
	_, err := whole.Answer(place(t, whole.Current(), "Bern"))
	require.NoError(t, err)
	resumed.Resume([]bool{true})
	require.Equal(t, whole.Current(), resumed.Current())
	require.Equal(t, whole.Result(), resumed.Result())
	resumed.Resume(make([]bool, 7))
	require.Nil(t, resumed.Current(), "more answers than questions: the quiz has become shorter")
	require.Equal(t, 3, resumed.Answered())
}

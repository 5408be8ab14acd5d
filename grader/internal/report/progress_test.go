package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/golden"
	"echofromzero/grader/internal/grade"
)

// reached is a course with something of everything.
func reached() ProgressScreen {
	phases := course()
	hour := func(n int) time.Time { return now.Add(-time.Duration(n) * time.Hour) }
	first := &phases[0].Exercises
	(*first)[0].Attempts, (*first)[0].FirstPass, (*first)[0].LastTry = 1, hour(50), hour(50)
	(*first)[1].Attempts, (*first)[1].Hints, (*first)[1].GaveUp, (*first)[1].FirstPass = 7, 4, true, hour(49)
	*first = append(*first, ExerciseRow{ID: "1.7", Title: "Twice as fast", Level: catalog.Stretch, Max: 10})
	second := &phases[1].Exercises
	(*second)[1].Attempts, (*second)[1].Hints, (*second)[1].LastTry = 2, 1, hour(1)
	(*second)[3].GaveUp = true
	phases[0].Quiz = []QuizRun{{Score: 9, Of: 10, Time: hour(40)}, {Score: 10, Of: 10, Time: hour(39)}}
	phases[1].Quiz = []QuizRun{{Score: 1, Of: 1, Time: hour(2)}}
	phases[2].Title = "Extractors | <script>alert(1)</script> & *more*"
	return ProgressScreen{Phases: phases, Now: now, Notices: []string{"A file </p><b>\x1b[2J was moved."}}
}

func progresses() []screen {
	in := reached()
	changes := []SolutionChange{{File: "articles.go", Line: 20, Lines: []string{" \tfound := q.filter(h.articles)", "-\t// TODO 3.2: one page.", "-\treturn nil",
		"+\tpage, total := q.cut(found)", "+\treturn c.JSON(200, page)", " }"}}, {File: "page.go", Line: 1, Lines: []string{"+package main"}}}
	solution := func(name string, in SolutionScreen) screen {
		in.ID, in.Title, in.Phase = "3.2", "Pages and tags", "03-extractors"
		return screen{name: "solution-" + name, draw: func(w io.Writer, s Style) error { return Solution(w, s, in) }}
	}
	status := StatusScreen{Phases: in.Phases, Current: "02-routing", NextID: "2.6"}
	return []screen{
		{name: "progress", draw: func(w io.Writer, s Style) error { return Progress(w, s, in) }},
		{name: "status-more", draw: func(w io.Writer, s Style) error { return Status(w, s, status) }},
		solution("passed", SolutionScreen{Changes: changes}),
		solution("given-up", SolutionScreen{Changes: changes, GaveUp: true, Notices: []string{"Your progress was not saved: the disk is full"}}),
		solution("all", SolutionScreen{Files: catalog.Files{"main.go": []byte("package main\n\nfunc main() {\n\trun()\n}\n"), "go.txt": []byte("x\n")}, Second: true}),
	}
}

// TestProgress holds the forms that are for other programs.
func TestProgress(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer, ProgressScreen) error{
		"progress-md": ProgressMarkdown, "progress-json": ProgressJSON, "progress-html": ProgressHTML,
	} {
		var b strings.Builder
		require.NoError(t, write(&b, reached()))
		require.Equal(t, Sanitize(b.String()), b.String(), name)
		golden.File(t, name, []byte(b.String()))
	}
}

// TestProgressHTML ensures that the page is whole, needs nothing else, and that no text
// becomes a tag.
func TestProgressHTML(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	require.NoError(t, ProgressHTML(&b, reached()))
	void := map[string]bool{"meta": true}
	var open []string
	text := ""
	z := html.NewTokenizer(strings.NewReader(b.String()))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			require.True(t, errors.Is(z.Err(), io.EOF), "%v", z.Err())
			break
		}
		tok := z.Token()
		switch kind {
		case html.StartTagToken:
			require.NotContains(t, []string{"script", "b", "link", "img", "iframe", "a"}, tok.Data)
			for _, a := range tok.Attr {
				require.NotContains(t, []string{"src", "href", "style"}, a.Key)
				require.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
			}
			if !void[tok.Data] {
				open = append(open, tok.Data)
			}
		case html.EndTagToken:
			require.NotEmpty(t, open)
			require.Equal(t, open[len(open)-1], tok.Data)
			open = open[:len(open)-1]
		case html.TextToken:
			text += tok.Data
		}
	}
	require.Empty(t, open)
	require.Contains(t, text, "Extractors | <script>alert(1)</script> & *more*")
	require.NotContains(t, b.String(), "://")
	require.NotContains(t, b.String(), "url(")
	_, err := html.Parse(strings.NewReader(b.String()))
	require.NoError(t, err)
}

func TestStreak(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		runs [][]int // of each quiz, the wrong answers of its runs
		want int
	}{
		"None":        {runs: [][]int{{}, {}}},
		"One":         {runs: [][]int{{0}, {}}, want: 1},
		"LastDecides": {runs: [][]int{{3, 0}, {0, 1}}},
		"Row":         {runs: [][]int{{1}, {0}, {2, 0}, {}}, want: 2},
		"Gap":         {runs: [][]int{{0}, {}, {0}}, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var phases []PhaseRow
			for i, runs := range c.runs {
				ph := PhaseRow{Name: fmt.Sprintf("%02d-x", i+1)}
				for _, wrong := range runs {
					ph.Quiz = append(ph.Quiz, QuizRun{Score: 5 - wrong, Of: 5})
				}
				phases = append(phases, ph)
			}
			require.Equal(t, c.want, Streak(phases))
		})
	}
}

// TestNotRun: what cannot run here is no reason to call a phase open.
func TestNotRun(t *testing.T) {
	t.Parallel()
	ph := PhaseRow{Exercises: []ExerciseRow{{Level: catalog.Core, Status: grade.NotRun}, {Level: catalog.Core, Status: grade.Pass}, {Level: catalog.Stretch}}}
	require.True(t, ph.done())
	require.Len(t, ph.open(), 1)
}

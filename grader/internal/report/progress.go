package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"echofromzero/grader/internal/grade"
)

// A ProgressScreen is what `grader report` tells: all that was reached in the course.
type ProgressScreen struct {
	Phases  []PhaseRow
	Now     time.Time // when it is told; times are shown in its zone
	Notices []string
}

// Progress writes it for a terminal.
func Progress(w io.Writer, s Style, in ProgressScreen) error {
	p := newPage(s)
	score, most, stretch, stretchOf := in.sum()
	p.head(CourseTitle, score, most, stretch, stretchOf)
	p.text(2, dim, in.Now.Format("2 Jan 2006, 15:04"))
	for _, n := range in.Notices {
		p.blank()
		p.hang(2, "Note: ", warn, plain, n)
	}
	for _, ph := range in.Phases {
		p.blank()
		p.phaseHead(ph, "")
		rows := p.exerciseRows(ph.Exercises, "")
		for i, e := range ph.Exercises {
			if text := strings.Join(e.effort(in.Now), ", "); text != "" {
				rows[i].more = []string{text}
			}
		}
		p.table(2, rows)
		if text := ph.quizzed(); text != "" {
			p.text(2, dim, text)
		}
	}
	p.blank()
	p.text(2, dim, "`--format html --out progress.html` makes a page of it; md and json are there, too.")
	return p.flush(w)
}

func (in ProgressScreen) sum() (score, most, stretch, stretchOf int) {
	return sum(counted(in.Phases))
}

// effort is what an exercise took, in words.
func (e ExerciseRow) effort(now time.Time) []string {
	var said []string
	if e.Attempts > 0 {
		tries := count(e.Attempts, "try")
		if e.Attempts > 1 {
			tries = fmt.Sprintf("%d tries", e.Attempts)
		}
		said = append(said, tries)
	}
	if e.Hints > 0 {
		said = append(said, count(e.Hints, "hint"))
	}
	switch {
	case !e.FirstPass.IsZero():
		said = append(said, "first passed "+day(now, e.FirstPass))
	case !e.LastTry.IsZero():
		said = append(said, "last tried "+day(now, e.LastTry))
	}
	if e.GaveUp && e.Status == grade.Pass {
		said = append(said, "after the solution was shown")
	}
	return said
}

// day is a date and a time in the zone of now.
func day(now, t time.Time) string { return t.In(now.Location()).Format("2 Jan 2006 15:04") }

// quizzed is how the quiz of a phase went, in words.
func (ph PhaseRow) quizzed() string {
	if len(ph.Quiz) == 0 {
		return ""
	}
	best, last := ph.Quiz[0], ph.Quiz[len(ph.Quiz)-1]
	for _, r := range ph.Quiz {
		if r.Score*max(best.Of, 1) > best.Score*max(r.Of, 1) {
			best = r
		}
	}
	if len(ph.Quiz) == 1 {
		return fmt.Sprintf("Quiz: %d of %d right.", last.Score, last.Of)
	}
	return fmt.Sprintf("Quiz: best %d of %d right, last %d of %d, %d runs.", best.Score, best.Of, last.Score, last.Of, len(ph.Quiz))
}

// word is the state of an exercise, for a page.
func (e ExerciseRow) word() string {
	switch {
	case e.GaveUp && e.Status != grade.Pass:
		return "given up"
	case e.Status == "":
		return "not tried"
	}
	_, _, word := newPage(Style{}).look(e.Status)
	return word
}

// worth is the points of an exercise, of those there are.
func (e ExerciseRow) worth() string {
	if e.Status == grade.NotRun {
		return "–"
	}
	return fmt.Sprintf("%d/%d", e.Points, e.Max)
}

// ProgressMarkdown writes it as Markdown.
func ProgressMarkdown(w io.Writer, in ProgressScreen) error {
	var b strings.Builder
	score, most, stretch, stretchOf := in.sum()
	fmt.Fprintf(&b, "# %s\n\n%s: %s.\n", CourseTitle, in.Now.Format("2 January 2006, 15:04"), points(score, most, stretch, stretchOf))
	for _, n := range in.Notices {
		fmt.Fprintf(&b, "\nNote: %s\n", markdown(n))
	}
	for _, ph := range in.Phases {
		score, most, stretch, stretchOf := sum(ph.Exercises)
		fmt.Fprintf(&b, "\n## %s %s\n\n%s.\n", phaseNumber(ph.Name), markdown(ph.Title), points(score, most, stretch, stretchOf))
		if text := ph.quizzed(); text != "" {
			b.WriteString(text + "\n")
		}
		b.WriteString("\n| exercise | | points | state | tries | hints | first passed |\n| --- | --- | ---: | --- | ---: | ---: | --- |\n")
		for _, e := range ph.Exercises {
			passed := ""
			if !e.FirstPass.IsZero() {
				passed = day(in.Now, e.FirstPass)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %d | %s |\n", markdown(e.ID), markdown(titled(e.Title, e.Level)), e.worth(), e.word(), e.Attempts, e.Hints, passed)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown is text that Markdown and a table's cell take as it is.
func markdown(text string) string {
	const special = "\\`*_{}[]<>#|~&"
	var b strings.Builder
	for _, r := range oneLine(text) {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// ProgressFormat is the version of the JSON of `grader report`.
const ProgressFormat = 1

type progressJSON struct {
	Format     int             `json:"format"`
	Time       time.Time       `json:"time"`
	Score      int             `json:"score"`
	Max        int             `json:"max"`
	Stretch    int             `json:"stretch"`
	StretchMax int             `json:"stretch_max"`
	Streak     int             `json:"quiz_streak"`
	Phases     []progressPhase `json:"phases"`
}

type progressPhase struct {
	Phase      string             `json:"phase"`
	Title      string             `json:"title"`
	Done       bool               `json:"done"`
	Score      int                `json:"score"`
	Max        int                `json:"max"`
	Stretch    int                `json:"stretch"`
	StretchMax int                `json:"stretch_max"`
	Exercises  []progressExercise `json:"exercises"`
	Quiz       []progressQuiz     `json:"quiz"`
}

type progressExercise struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Level     string       `json:"level"`
	Status    grade.Status `json:"status"`
	Points    int          `json:"points"`
	Max       int          `json:"max"`
	Attempts  int          `json:"attempts"`
	Hints     int          `json:"hints"`
	GaveUp    bool         `json:"gave_up"`
	FirstPass time.Time    `json:"first_pass,omitzero"`
	LastTry   time.Time    `json:"last_try,omitzero"`
}

type progressQuiz struct {
	Time  time.Time `json:"time"`
	Score int       `json:"score"`
	Of    int       `json:"of"`
}

// ProgressJSON writes it as JSON; docs/json.md says what is in it.
func ProgressJSON(w io.Writer, in ProgressScreen) error {
	out := progressJSON{Format: ProgressFormat, Time: in.Now.UTC().Truncate(time.Second), Streak: Streak(in.Phases), Phases: []progressPhase{}}
	out.Score, out.Max, out.Stretch, out.StretchMax = in.sum()
	for _, ph := range in.Phases {
		p := progressPhase{Phase: ph.Name, Title: ph.Title, Done: ph.done(), Exercises: []progressExercise{}, Quiz: []progressQuiz{}}
		p.Score, p.Max, p.Stretch, p.StretchMax = sum(ph.Exercises)
		for _, e := range ph.Exercises {
			p.Exercises = append(p.Exercises, progressExercise(e))
		}
		for _, r := range ph.Quiz {
			p.Quiz = append(p.Quiz, progressQuiz{r.Time.UTC(), r.Score, r.Of})
		}
		out.Phases = append(out.Phases, p)
	}
	return encode(w, out)
}

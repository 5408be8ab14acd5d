package report

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// A Gradebook is what a class has reached. It is small: a status for each exercise of
// each submission, and the checks that failed.
type Gradebook struct {
	Seed    uint64
	Columns []Column
	Rows    []Row

	levels []string // of isolation, those that there were
	missed map[[2]string]*Missed
}

// A Column is an exercise.
type Column struct {
	ID, Title, Level string
	hint             string // if the failed check has none
}

// A Row is a submission.
type Row struct {
	Name                            string
	Score, Max, Stretch, StretchMax int
	Cells                           []grade.Status // one a column; "" for what was not handed in
	Unbuilt                         bool           // a phase of it does not build, or could not be read
	Note                            string         // why, in a line
}

// Missed is a check that submissions failed.
type Missed struct {
	ID, Title, Check, Hint string
	Count                  int // submissions
}

// NewGradebook makes an empty gradebook with a column for each exercise of the phases.
func NewGradebook(phases []*catalog.Phase, seed uint64) *Gradebook {
	g := &Gradebook{Seed: seed, missed: map[[2]string]*Missed{}}
	for _, p := range phases {
		for _, e := range p.Exercises {
			c := Column{ID: e.ID, Title: e.Title, Level: e.Level}
			if len(e.Hints) > 0 {
				c.hint = e.Hints[len(e.Hints)-1]
			}
			g.Columns = append(g.Columns, c)
		}
	}
	return g
}

// Add adds a submission's row.
func (g *Gradebook) Add(r Record) {
	row := Row{
		Name: r.Name, Score: r.Score, Max: r.Max, Stretch: r.Stretch, StretchMax: r.StretchMax,
		Cells: make([]grade.Status, len(g.Columns)),
	}
	for _, p := range r.Phases {
		if !slices.Contains(g.levels, p.Isolation) {
			g.levels = append(g.levels, p.Isolation)
		}
		if !p.Build.OK && row.Note == "" && len(p.Build.Errors) > 0 {
			row.Unbuilt, row.Note = true, oneLine(p.Build.Errors[0].place()+p.Build.Errors[0].Msg)
		}
		for _, e := range p.Exercises {
			i := slices.IndexFunc(g.Columns, func(c Column) bool { return c.ID == e.ID })
			if i < 0 {
				continue
			}
			row.Cells[i] = e.Status
			if e.Failure != nil && (e.Status == grade.Fail || e.Status == grade.Unstable) {
				g.miss(g.Columns[i], e.Failure)
			}
		}
	}
	g.Rows = append(g.Rows, row)
}

func (g *Gradebook) miss(c Column, f *failureJSON) {
	key := [2]string{c.ID, f.Check}
	m := g.missed[key]
	if m == nil {
		m = &Missed{ID: c.ID, Title: c.Title, Check: f.Check, Hint: cmp.Or(f.Hint, c.hint)}
		g.missed[key] = m
	}
	m.Count++
}

// Missed lists the n checks that most submissions failed.
func (g *Gradebook) Missed(n int) []Missed {
	var list []Missed
	for _, m := range g.missed {
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b Missed) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Check, b.Check))
	})
	return list[:min(n, len(list))]
}

// Isolation names the levels of the boxes that the submissions ran in.
func (g *Gradebook) Isolation() string {
	return strings.Join(slices.Sorted(slices.Values(g.levels)), ", ")
}

// Broken lists the submissions of which something could not be graded.
func (g *Gradebook) Broken() []string {
	var names []string
	for _, r := range g.Rows {
		if slices.Contains(r.Cells, grade.Broken) {
			names = append(names, r.Name)
		}
	}
	return names
}

// CSV writes the gradebook as a table: a row a submission, a column an exercise with
// its status, which is empty for what was not handed in. Cells are made harmless for
// programs that would calculate them (owasp.org/www-community/attacks/CSV_Injection).
func (g *Gradebook) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	head := []string{"name", "score", "max", "stretch", "stretch_max"}
	for _, col := range g.Columns {
		head = append(head, csvCell(col.ID))
	}
	c.Write(head) // errors are kept until Flush
	for _, r := range g.Rows {
		line := []string{csvCell(r.Name)}
		for _, n := range []int{r.Score, r.Max, r.Stretch, r.StretchMax} {
			line = append(line, strconv.Itoa(n))
		}
		for _, s := range r.Cells {
			line = append(line, string(s))
		}
		c.Write(line)
	}
	c.Flush()
	return c.Error()
}

// ClassTimes writes how long each phase of the records that next returns took, in
// milliseconds, until it returns nil: apart from the gradebook, so that the same
// results make the same gradebook.
func ClassTimes(w io.Writer, next func() (*Record, error)) error {
	c := csv.NewWriter(w)
	c.Write([]string{"name", "phase", "build_ms", "ms"})
	for {
		r, err := next()
		if err != nil {
			return err
		}
		if r == nil {
			c.Flush()
			return c.Error()
		}
		for _, p := range r.Phases {
			c.Write([]string{csvCell(r.Name), p.Phase, strconv.FormatInt(p.Build.MS, 10), strconv.FormatInt(p.MS, 10)})
		}
	}
}

// csvCell is untrusted text as a cell that no program takes for a formula.
func csvCell(s string) string {
	s = oneLine(s)
	if s != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// spread counts the submissions by tenths of their points: [0] has those below 10 %,
// [9] those from 90 % on, all of them included.
func (g *Gradebook) spread() (counts [10]int) {
	for _, r := range g.Rows {
		if r.Max > 0 {
			counts[min(9, 10*r.Score/r.Max)]++
		}
	}
	return counts
}

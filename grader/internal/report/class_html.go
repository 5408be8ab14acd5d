package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

//go:embed class.html.tmpl
var classPage string

// A lookHTML is how a status is shown; the mark says it without colour.
type lookHTML struct{ Class, Mark, Word string }

var looksHTML = map[grade.Status]lookHTML{
	grade.Pass:     {"pass", "✓", "pass"},
	grade.Fail:     {"fail", "✗", "fail"},
	grade.Unstable: {"unstable", "≈", "unstable"},
	grade.Waiting:  {"waiting", "·", "waiting for another exercise"},
	grade.NotRun:   {"not_run", "–", "not run"},
	grade.Broken:   {"broken", "!", "broken: the grader's fault"},
}

// HTML writes the gradebook as one page without scripts or anything from elsewhere:
// points, the checks most often failed, and exercises by submissions.
func (g *Gradebook) HTML(w io.Writer) error {
	type column struct {
		ID, Title string
		Stretch   bool
	}
	type row struct {
		Name, Note string
		Score, Max int
		Cells      []lookHTML
	}
	type bar struct {
		Label          string
		Count, Percent int
	}
	page := struct {
		Title, Summary, Isolation, Broken string
		Seed                              uint64
		Count                             int
		Spread                            []bar
		Missed                            []Missed
		Legend                            []lookHTML
		Columns                           []column
		Rows                              []row
	}{
		Title: CourseTitle + ": a class", Summary: g.summary(), Isolation: g.Isolation(), Seed: g.Seed, Count: len(g.Rows),
		Broken: oneLine(list(g.Broken())),
	}
	for _, s := range []grade.Status{grade.Pass, grade.Fail, grade.Unstable, grade.Waiting, grade.NotRun, grade.Broken} {
		page.Legend = append(page.Legend, looksHTML[s])
	}
	spread := g.spread()
	for i := len(spread) - 1; i >= 0; i-- {
		page.Spread = append(page.Spread, bar{tenth(i), spread[i], 100 * spread[i] / max(1, len(g.Rows))})
	}
	for _, m := range g.Missed(20) {
		m.Check, m.Hint = oneLine(m.Check), oneLine(m.Hint)
		page.Missed = append(page.Missed, m)
	}
	for _, c := range g.Columns {
		page.Columns = append(page.Columns, column{c.ID, c.Title, c.Level == catalog.Stretch})
	}
	for _, r := range g.Rows {
		out := row{Name: oneLine(r.Name), Note: oneLine(r.Note), Score: r.Score, Max: r.Max}
		for _, s := range r.Cells {
			out.Cells = append(out.Cells, looksHTML[s])
		}
		page.Rows = append(page.Rows, out)
	}
	t, err := template.New("class").Parse(classPage) // here, so that no other verb waits for it
	if err != nil {
		return err
	}
	return t.Execute(w, page)
}

// tenth names the i-th tenth of the points.
func tenth(i int) string { return fmt.Sprintf("%d–%d %%", 10*i, 10*i+10) }

// summary is the class in a sentence or two.
func (g *Gradebook) summary() string {
	score, most, all, unbuilt := 0, 0, 0, 0
	for _, r := range g.Rows {
		score, most = score+r.Score, most+r.Max
		if r.Max > 0 && r.Score == r.Max {
			all++
		}
		if r.Unbuilt {
			unbuilt++
		}
	}
	parts := []string{count(len(g.Rows), "submission")}
	if most > 0 {
		parts = append(parts, fmt.Sprintf("%d %% of all points", (100*score+most/2)/most))
	}
	parts = append(parts, fmt.Sprintf("%d with every point", all))
	if unbuilt > 0 {
		parts = append(parts, fmt.Sprintf("%d with a program that does not build or cannot be read", unbuilt))
	}
	return strings.Join(parts, ", ") + "."
}

package report

import (
	"fmt"
	"io"
	"strings"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// Gradescope writes the record as the results.json that an autograder leaves for
// Gradescope (gradescope-autograders.readthedocs.io/en/latest/specs).
func (r Record) Gradescope(w io.Writer) error {
	out := gradescopeJSON{
		Score: r.Score, Visibility: "visible", StdoutVisibility: "hidden",
		OutputFormat: "text", TestOutputFormat: "text", TestNameFormat: "text", Tests: []gradescopeTest{},
	}
	out.Output = points(r.Score, r.Max, r.Stretch, r.StretchMax)
	if r.Broken() {
		out.Output += "\nSome exercises could not be graded, which is no fault of yours. Your instructor can run the autograder again."
	}
	var ms int64
	for _, p := range r.Phases {
		ms += p.MS
		for _, note := range p.Notes {
			out.Output += "\n" + oneLine(note)
		}
		for _, e := range p.Exercises {
			out.Tests = append(out.Tests, gradescopeOf(p, e))
		}
	}
	out.ExecutionTime = float64(ms) / 1000
	return encode(w, out)
}

type gradescopeJSON struct {
	Score            int              `json:"score"`
	ExecutionTime    float64          `json:"execution_time"` // seconds
	Output           string           `json:"output"`
	OutputFormat     string           `json:"output_format"`
	TestOutputFormat string           `json:"test_output_format"`
	TestNameFormat   string           `json:"test_name_format"`
	Visibility       string           `json:"visibility"`
	StdoutVisibility string           `json:"stdout_visibility"`
	Tests            []gradescopeTest `json:"tests"`
}

type gradescopeTest struct {
	Score        int    `json:"score"`
	MaxScore     int    `json:"max_score"`
	Status       string `json:"status,omitempty"` // passed or failed; left out where it is neither
	Name         string `json:"name"`
	NameFormat   string `json:"name_format"`
	Number       string `json:"number"`
	Output       string `json:"output"`
	OutputFormat string `json:"output_format"`
	Visibility   string `json:"visibility"`
}

// gradescopeOf is one exercise. What does not count for the phase (stretch) and what
// could not run is worth nothing there: Gradescope knows one total.
func gradescopeOf(p phaseJSON, e exerciseJSON) gradescopeTest {
	t := gradescopeTest{
		Score: e.Points, MaxScore: e.Max, Name: oneLine(titled(e.Title, e.Level)), NameFormat: "text",
		Number: e.ID, Output: p.account(e), OutputFormat: "text", Visibility: "visible",
	}
	switch e.Status {
	case grade.Pass:
		t.Status, t.Output = "passed", fmt.Sprintf("%s hold.", count(e.Checks, "check"))
	case grade.Fail, grade.Unstable, grade.Waiting:
		t.Status = "failed"
	}
	if e.Level == catalog.Stretch || e.Status == grade.NotRun {
		t.Score, t.MaxScore = 0, 0
	}
	if e.Status != grade.Pass && e.Status != grade.Fail {
		t.Output = strings.TrimRight(strings.ReplaceAll(string(e.Status), "_", " ")+"\n"+t.Output, "\n")
	}
	return t
}

package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/workspace"
)

type statusOptions struct{ g *global }

// runStatus is `grader` alone: where you are and what comes next.
func runStatus(_ context.Context, o statusOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if errors.Is(err, workspace.ErrNone) {
		return report.Status(w, style, report.StatusScreen{NoWorkspace: true, GraderCmd: s.command()})
	}
	if err != nil {
		return err
	}
	screen := report.StatusScreen{Phases: s.rows(), GraderCmd: s.command(), Notices: s.notices}
	if p := s.current(); p != nil {
		screen.Current = p.Name
		screen.NextID = s.owed(p)[0].ID
	}
	return report.Status(w, style, screen)
}

// rows are the phases with what was reached.
func (s *session) rows() []report.PhaseRow {
	var rows []report.PhaseRow
	for _, p := range s.course.Phases {
		row := report.PhaseRowOf(p)
		for i := range row.Exercises {
			e := &row.Exercises[i]
			kept := s.state.Exercises[e.ID]
			e.Attempts, e.Hints, e.GaveUp, e.FirstPass, e.LastTry = kept.Attempts, kept.Hints, kept.GaveUp, kept.FirstPass, kept.LastTry
			e.Status = grade.Status(kept.Status)
			if e.Status == grade.Pass {
				e.Points = catalog.Points
			}
		}
		for _, r := range s.state.Quizzes[p.Number].Runs {
			row.Quiz = append(row.Quiz, report.QuizRun{Score: r.Score, Of: r.Of, Time: r.Time})
		}
		rows = append(rows, row)
	}
	return rows
}

type listOptions struct{ g *global }

func newListCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List phases and exercises with points and state",
		Args:  argCount(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return runList(cmd.Context(), listOptions{g: g}) },
	}
}

func runList(_ context.Context, o listOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil && !errors.Is(err, workspace.ErrNone) {
		return err
	}
	screen := report.ListScreen{Phases: s.rows()}
	if s.ws != nil {
		if p := s.current(); p != nil {
			screen.NextID = s.owed(p)[0].ID
			screen.NextCommand = s.command() + " check " + screen.NextID
		}
	} else {
		screen.NextCommand = s.command() + " init DIR"
	}
	return report.List(w, style, screen)
}

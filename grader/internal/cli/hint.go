package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/report"
)

type hintOptions struct {
	g  *global
	id string
}

func newHintCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "hint [EXERCISE]",
		Short: "Show the next hint of an exercise",
		Long: `Hint shows one hint more of an exercise at each call: where to look, the idea, the
call that does it, nearly the line. Without an argument it takes the exercise that is next.`,
		Args:              argCount(1),
		ValidArgsFunction: first(g.completeExercises),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := hintOptions{g: g}
			if len(args) > 0 {
				o.id = args[0]
			}
			return runHint(cmd.Context(), o)
		},
	}
}

func runHint(ctx context.Context, o hintOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil {
		return err
	}
	e, err := s.exercise(o.id)
	if err != nil {
		return err
	}
	screen, unsaved, err := s.hint(ctx, e)
	if err != nil {
		return err
	}
	if unsaved != nil {
		fmt.Fprintf(o.g.Stderr, "Your progress was not saved: %v\n", unsaved)
	}
	return report.Hint(w, style, screen)
}

// hint takes one more hint of an exercise. Where that cannot be kept, it says why, and
// all hints there are is all that helps.
func (s *session) hint(ctx context.Context, e *catalog.Exercise) (screen report.HintScreen, unsaved, err error) {
	taken := 0
	err = s.store.Update(ctx, func(st *progress.State) error {
		taken = st.TakeHint(e.ID)
		return nil
	})
	if errors.Is(err, progress.ErrReadOnly) {
		taken, unsaved, err = len(e.Hints), err, nil
	}
	return report.HintScreen{ID: e.ID, Title: e.Title, Hints: e.Hints[:min(taken, len(e.Hints))],
		Of: len(e.Hints), GraderCmd: s.command()}, unsaved, err
}

// exercise is the one named, or of the phase named or current the first that is owed.
func (s *session) exercise(name string) (*catalog.Exercise, error) {
	p := s.current()
	if name != "" {
		if _, e := s.course.Exercise(name); e != nil {
			return e, nil
		}
		if p = s.course.Phase(name); p == nil {
			return nil, unknown(s.course, name)
		}
	}
	if p == nil || len(s.owed(p)) == 0 {
		return nil, usagef("every exercise there passes. Name one, such as `%s hint %s`", s.command(), s.course.Phases[0].Exercises[0].ID)
	}
	return s.owed(p)[0], nil
}

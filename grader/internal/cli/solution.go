package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/reference"
	"echofromzero/grader/internal/report"
)

type solutionOptions struct {
	g      *global
	id     string
	file   string
	all    bool
	second bool
	giveUp bool
}

func newSolutionCmd(g *global) *cobra.Command {
	o := solutionOptions{g: g}
	cmd := &cobra.Command{
		Use:   "solution EXERCISE",
		Short: "Show how the reference solves an exercise",
		Long: `Solution shows what the reference program changes in the starter for an exercise that
you have passed. With --give-up it shows that before; it is kept with your progress, and
points still come from a check alone. Your files are never written to.

--file prints one file of the program as it is, to compare with yours:
  grader solution 1.2 --file handlers.go | diff phases/01-hello/handlers.go -`,
		Example: "  grader solution 3.2\n  grader solution 3.2 --all\n  grader solution 3.2 --second --file routes.go",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("solution takes one exercise, such as `grader solution 1.1`")
			}
			return nil
		},
		ValidArgsFunction: first(g.completeExercises),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.id = args[0]
			return runSolution(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.all, "all", false, "the whole program of the phase")
	cmd.Flags().BoolVar(&o.second, "second", false, "the other right program, whole")
	cmd.Flags().StringVar(&o.file, "file", "", "one `file` of the program, as it is")
	cmd.Flags().BoolVar(&o.giveUp, "give-up", false, "show it before a pass; that is kept with your progress")
	return cmd
}

func runSolution(ctx context.Context, o solutionOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil {
		return err
	}
	p, e := s.course.Exercise(o.id)
	if e == nil {
		if s.course.Phase(o.id) != nil {
			return usagef("solution takes one exercise of phase %s, such as `%s solution %s`", o.id, s.command(), s.course.Phase(o.id).Exercises[0].ID)
		}
		return unknown(s.course, o.id)
	}
	if e.Kind == catalog.KindQuiz {
		return usagef("%s is the quiz, which says itself what was right: `%s quiz %s`", e.ID, s.command(), p.Number)
	}
	program := p.Solution
	if o.second {
		program = p.Second
	}
	file, err := o.named(program)
	if err != nil {
		return err
	}
	gaveUp, err := o.allowed(ctx, s, e)
	if err != nil {
		return err
	}
	if file != "" {
		_, err := o.g.Stdout.Write(program[file])
		return err
	}
	screen := report.SolutionScreen{ID: e.ID, Title: e.Title, Phase: p.Name, Second: o.second, GaveUp: gaveUp,
		GraderCmd: s.command(), Notices: s.notices}
	for _, c := range reference.Of(p, e.ID) {
		screen.Changes = append(screen.Changes, report.SolutionChange{File: c.File, Line: c.Line, Lines: c.Lines})
	}
	if o.all || o.second || len(screen.Changes) == 0 {
		screen.Files, screen.Changes = program, nil
	}
	return report.Solution(w, style, screen)
}

// named is the file of the program that --file means, or "".
func (o solutionOptions) named(program catalog.Files) (string, error) {
	if o.file == "" {
		return "", nil
	}
	for name := range program {
		if name == o.file || strings.HasSuffix(path.Clean(strings.ReplaceAll(o.file, `\`, "/")), "/"+name) {
			return name, nil
		}
	}
	return "", usagef("--file %s is not in the program. It has %s", o.file, strings.Join(slices.Sorted(maps.Keys(program)), ", "))
}

// allowed lets a learner see what they have passed, or give up now.
func (o solutionOptions) allowed(ctx context.Context, s *session, e *catalog.Exercise) (gaveUp bool, err error) {
	kept := s.state.Exercises[e.ID]
	switch {
	case kept.Passed():
		return false, nil
	case !o.giveUp && !kept.GaveUp:
		return false, usagef("%s has not passed yet. `%s hint %[1]s` says more. To see the solution all the same: %[2]s solution %[1]s --give-up", e.ID, s.command())
	}
	err = s.store.Update(ctx, func(st *progress.State) error {
		st.GiveUp(e.ID)
		return nil
	})
	if errors.Is(err, progress.ErrReadOnly) {
		s.notices = append(s.notices, fmt.Sprintf("Your progress was not saved: %v", err))
		err = nil
	}
	return true, err
}

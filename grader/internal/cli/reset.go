package cli

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
)

type resetOptions struct {
	g     *global
	phase string
	file  string
}

func newResetCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:               "reset PHASE [FILE]",
		Short:             "Put a phase, or one file of it, back to the starter after a backup",
		Example:           "  grader reset 03\n  grader reset 03 handlers.go",
		ValidArgsFunction: g.completeReset,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("reset takes a phase, such as `grader reset 03`")
			}
			return argCount(2)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o := resetOptions{g: g, phase: args[0]}
			if len(args) > 1 {
				o.file = args[1]
			}
			return runReset(cmd.Context(), o)
		},
	}
}

// completeReset completes a phase, and then the files of its starter.
func (g *global) completeReset(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return first(g.completePhases)(cmd, args, prefix)
	}
	return g.complete(args, func(p *catalog.Phase) []string {
		if p.Number != args[0] && p.Name != args[0] {
			return nil
		}
		return slices.Sorted(maps.Keys(p.Starter))
	})
}

func runReset(ctx context.Context, o resetOptions) error {
	s, err := o.g.open()
	if err != nil {
		return err
	}
	p, err := onePhase(s.course, o.phase)
	if err != nil {
		return err
	}
	done, err := s.ws.Reset(ctx, p, o.file, o.g.Now())
	out := o.g.Stdout
	if done.Backup != "" {
		fmt.Fprintf(out, "Your files are saved in %s\n", s.relative(done.Backup))
	}
	if err != nil {
		return err
	}
	if len(done.Files)+len(done.Removed) == 0 {
		fmt.Fprintf(out, "%s is the starter already. Nothing was changed.\n", p.Dir())
		return nil
	}
	for _, f := range done.Files {
		fmt.Fprintf(out, "  restored %s/%s\n", p.Dir(), f)
	}
	for _, f := range done.Removed {
		fmt.Fprintf(out, "  removed  %s/%s\n", p.Dir(), f)
	}
	fmt.Fprintln(out)
	if done.Backup != "" {
		fmt.Fprintln(out, "To undo it, copy them back from where they are saved.")
	}
	fmt.Fprintf(out, "Next: %s check %s\n", s.command(), p.Number)
	return nil
}

// relative is a path as seen from the working directory, where that is shorter.
func (s *session) relative(path string) string {
	rel, err := filepath.Rel(s.g.Dir, path)
	if err != nil || len(rel) >= len(path) {
		return path
	}
	return rel
}

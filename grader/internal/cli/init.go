package cli

import (
	"context"
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/workspace"
)

//go:embed workspace.md
var workspaceReadme []byte

type initOptions struct {
	g   *global
	dir string
}

func newInitCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a fresh workspace: lessons and starters",
		Args:  argCount(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o := initOptions{g: g, dir: "."}
			if len(args) > 0 {
				o.dir = args[0]
			}
			return runInit(cmd.Context(), o)
		},
	}
}

func runInit(ctx context.Context, o initOptions) error {
	if err := o.g.source(); err != nil {
		return err
	}
	c, err := o.g.loadCourse()
	if err != nil {
		return err
	}
	dir := o.dir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(o.g.Dir, dir)
	}
	if err := workspace.Init(ctx, dir, c, workspaceReadme); err != nil {
		return &exitError{exitUsage, err}
	}
	phases := slices.DeleteFunc(slices.Clone(c.Phases), (*catalog.Phase).Capstone)
	what := fmt.Sprintf("%d phases", len(phases))
	if capstones := len(c.Phases) - len(phases); capstones > 0 {
		what += fmt.Sprintf(" and %d capstones", capstones)
	}
	fmt.Fprintf(o.g.Stdout, "%s is ready: %s, their lessons and starters.\n", o.dir, what)
	if err := warm(ctx, o.g, c); err != nil {
		if ctx.Err() != nil {
			return err
		}
		fmt.Fprintf(o.g.Stderr, "The first check will have to prepare the build, since that did not work now:\n%v\n", err)
	}
	s := &session{g: o.g, ws: &workspace.Workspace{}}
	fmt.Fprintln(o.g.Stdout, "\nNext:")
	if o.dir != "." {
		fmt.Fprintf(o.g.Stdout, "  cd %s\n", o.dir)
	}
	fmt.Fprintf(o.g.Stdout, "  %s check %s\n", s.command(), c.Phases[0].Number)
	return nil
}

// warm downloads and compiles what the phases need, so that the first check is fast
// and needs no network.
func warm(ctx context.Context, g *global, c *catalog.Course) error {
	wait := g.newWaiter("preparing the build")
	defer wait.close()
	e, _, err := g.engine(ctx, c, wait.set)
	if err != nil {
		return err
	}
	wait.expect(len(c.Phases))
	for _, p := range c.Phases {
		if err := e.builder.Warm(ctx, p.Name); err != nil {
			return err
		}
		wait.step()
	}
	return nil
}

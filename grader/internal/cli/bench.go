package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/throughput"
)

type benchOptions struct {
	g      *global
	phase  string
	format string
}

func newBenchCmd(g *global) *cobra.Command {
	o := benchOptions{g: g}
	cmd := &cobra.Command{
		Use:   "bench [PHASE]",
		Short: "Compare your program's throughput with the reference's",
		Long: `Bench runs your program and the reference by turns, in the same minute on the same
machine, until the ratio of the requests that they answer is known well enough, or for
about ten seconds. It gives no points: it is a badge.`,
		Args:              argCount(1),
		ValidArgsFunction: first(g.completePhases),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.phase = args[0]
			}
			return runBench(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "`text` or json")
	completeWords(cmd, "format", "text", "json")
	return cmd
}

func runBench(ctx context.Context, o benchOptions) error {
	if err := oneOf("format", o.format, "text", "json"); err != nil {
		return err
	}
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil {
		return err
	}
	p := s.current()
	if o.phase != "" {
		if p, err = onePhase(s.course, o.phase); err != nil {
			return err
		}
	}
	if p == nil || p.Bench == nil {
		return usagef("there is nothing to compare in this phase. Name one of: %s", benched(s.course))
	}
	src, err := s.ws.ReadPhase(p)
	if err != nil {
		return err
	}
	wait := o.g.newWaiter("measuring")
	defer wait.close()
	e, _, err := o.g.engine(ctx, s.course, wait.set)
	if err != nil {
		return err
	}
	own, err := e.builder.Build(ctx, build.Source{Phase: p.Name, Files: src.Files})
	if err != nil {
		return err
	}
	if own.Path == "" {
		if err := report.BuildErrors(w, style, grade.Build{Errors: own.Errors, More: own.More}); err != nil {
			return err
		}
		return &exitError{code: exitFail}
	}
	reference, err := e.builder.Build(ctx, build.Source{Phase: p.Name, Files: p.Solution})
	if err != nil {
		return err
	}
	r, err := throughput.Compare(ctx, throughput.Options{Program: own.Path, Reference: reference.Path, Path: p.Bench.Path, Env: p.Bench.Env,
		Scratch: e.scratch.Dir, Round: func(r throughput.Result) {
			if wait.tty {
				wait.set("measuring", fmt.Sprintf("round %d: %.2f", r.Rounds, r.Ratio))
			}
		}})
	if err != nil {
		return fmt.Errorf("GET %s: %w", p.Bench.Path, err)
	}
	screen := report.BenchScreen{Phase: p.Name, Title: p.Title, Path: p.Bench.Path, Clients: throughput.Clients,
		Ratio: r.Ratio, Low: r.Low, High: r.High, Rounds: r.Rounds, Decision: string(r.Decision)}
	if o.format == "json" {
		return report.BenchJSON(w, screen)
	}
	return report.Bench(w, style, screen)
}

// benched are the phases that can be compared, as they are typed.
func benched(c *catalog.Course) string {
	list := ""
	for _, p := range c.Phases {
		if p.Bench != nil {
			list += " " + p.Number
		}
	}
	if list == "" {
		return "none of this course"
	}
	return list[1:]
}

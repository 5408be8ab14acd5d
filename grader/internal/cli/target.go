package cli

import (
	"slices"
	"sort"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
)

// target is a phase and the exercises of it that were asked for; none: all.
type target struct {
	phase *catalog.Phase
	only  []string
}

// targets reads the arguments of a verb: phases, exercises, or `all`.
func targets(c *catalog.Course, args []string) ([]target, error) {
	var list []target
	at := map[*catalog.Phase]int{}
	add := func(p *catalog.Phase, id string) {
		i, ok := at[p]
		if !ok {
			i = len(list)
			at[p] = i
			list = append(list, target{phase: p})
			if id != "" {
				list[i].only = []string{id}
			}
			return
		}
		switch {
		case id == "":
			list[i].only = nil
		case len(list[i].only) > 0:
			list[i].only = append(list[i].only, id)
		}
	}
	for _, arg := range args {
		if arg == "all" {
			for _, p := range c.Phases {
				if !p.Capstone() {
					add(p, "")
				}
			}
			continue
		}
		if p := c.Phase(arg); p != nil {
			add(p, "")
			continue
		}
		p, e := c.Exercise(arg)
		if e == nil {
			return nil, unknown(c, arg)
		}
		add(p, e.ID)
	}
	return list, nil
}

// onePhase reads an argument that must be a phase; an exercise stands for its own.
func onePhase(c *catalog.Course, arg string) (*catalog.Phase, error) {
	list, err := targets(c, []string{arg})
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, usagef("%q is more than one phase: name one, such as %s", arg, c.Phases[0].Number)
	}
	return list[0].phase, nil
}

// names lists what can be asked for.
func names(c *catalog.Course) []string {
	var list []string
	for _, p := range c.Phases {
		list = append(list, p.Number, p.Name)
		for _, e := range p.Exercises {
			list = append(list, e.ID)
		}
	}
	return list
}

// unknown is the error for a name that is neither a phase nor an exercise, with
// the nearest ones.
func unknown(c *catalog.Course, arg string) error {
	near := names(c)
	sort.SliceStable(near, func(i, j int) bool {
		return levenshtein.ComputeDistance(arg, near[i]) < levenshtein.ComputeDistance(arg, near[j])
	})
	return usagef("%q is no phase and no exercise. The nearest are %s. `grader list` shows all", arg, strings.Join(near[:min(3, len(near))], ", "))
}

// completeNames completes phases and exercises in a shell.
func (g *global) completeNames(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return g.complete(args, func(p *catalog.Phase) (list []string) {
		list = append(list, p.Number+"\t"+p.Title)
		if strings.Contains(prefix, ".") || strings.HasPrefix(prefix, strings.TrimLeft(p.Number, "0")) {
			list = append(list, exerciseNames(p)...)
		}
		return list
	})
}

// completePhases completes phases only.
func (g *global) completePhases(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return g.complete(args, func(p *catalog.Phase) []string { return []string{p.Number + "\t" + p.Title} })
}

// completeExercises completes exercises only.
func (g *global) completeExercises(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return g.complete(args, exerciseNames)
}

// first completes the first argument only.
func first(f cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f(cmd, args, prefix)
	}
}

func exerciseNames(p *catalog.Phase) []string {
	var list []string
	for _, e := range p.Exercises {
		list = append(list, e.ID+"\t"+e.Title)
	}
	return list
}

// complete lists what of names was not typed yet.
func (g *global) complete(args []string, of func(*catalog.Phase) []string) ([]string, cobra.ShellCompDirective) {
	if g.source() != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c, err := catalog.Load(g.Course)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	for _, p := range c.Phases {
		list = append(list, of(p)...)
	}
	list = slices.DeleteFunc(list, func(line string) bool {
		name, _, _ := strings.Cut(line, "\t")
		return slices.Contains(args, name)
	})
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completeWords completes the values of a flag.
func completeWords(cmd *cobra.Command, flag string, words ...string) {
	// The error says that there is no such flag, or that it is completed already.
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

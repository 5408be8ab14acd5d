package cli

import (
	"fmt"
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
				if !strings.Contains(p.Name, "/") {
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
func (g *global) completeNames(cmd *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if g.source() != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c, err := catalog.Load(g.Course)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	for _, p := range c.Phases {
		list = append(list, fmt.Sprintf("%s\t%s", p.Number, p.Title))
		if strings.Contains(prefix, ".") || strings.HasPrefix(prefix, strings.TrimLeft(p.Number, "0")) {
			for _, e := range p.Exercises {
				list = append(list, fmt.Sprintf("%s\t%s", e.ID, e.Title))
			}
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

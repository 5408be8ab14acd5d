package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/scaffold"
	"echofromzero/grader/internal/verify"
	"echofromzero/grader/internal/workspace"
)

// authorDir is the course's folder: --course, or the clone we are in.
func (g *global) authorDir() (string, error) {
	if g.courseDir != "" {
		if filepath.IsAbs(g.courseDir) {
			return g.courseDir, g.source()
		}
		return filepath.Join(g.Dir, g.courseDir), g.source()
	}
	ws, err := workspace.Find(g.Dir)
	if err != nil {
		return "", usagef("this verb changes the course itself: call it in a clone of the repository, or with --course DIR")
	}
	if !ws.Clone {
		return "", usagef("%s is a learner's workspace, and this verb changes the course itself: call it in a clone of the repository, or with --course DIR", ws.Root)
	}
	return ws.Root, nil
}

func newPackCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "pack PHASE…",
		Short: "Pack a phase's starter (for authors)",
		Long: `Pack writes .hidden/starter.txtar of a phase from the files at the top of its folder.
init, reset and verify take the starter from there, so that a learner who works in a clone
can always get it back.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("pack takes a phase, such as `grader pack 03`")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := g.authorDir()
			if err != nil {
				return err
			}
			for _, arg := range args {
				if err := runPack(g, dir, arg); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// runPack does not load the course, which may be incomplete while a phase is written.
func runPack(g *global, dir, arg string) error {
	fsys := os.DirFS(dir)
	phase, err := phaseDir(fsys, arg)
	if err != nil {
		return err
	}
	top, err := verify.Top(fsys, phase)
	if err != nil {
		return err
	}
	if len(top) == 0 {
		return usagef("%s has no file at its top: the starter is what a learner begins with", phase)
	}
	data, err := catalog.PackStarter(top)
	if err != nil {
		return fmt.Errorf("pack %s: %w", phase, err)
	}
	file := filepath.Join(dir, filepath.FromSlash(phase), catalog.Hidden, "starter.txtar")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(g.Stdout, "packed %d files into %s/%s/starter.txtar\n", len(top), phase, catalog.Hidden)
	return nil
}

// phaseDir finds a phase's folder by number or name.
func phaseDir(fsys fs.FS, arg string) (string, error) {
	entries, err := fs.ReadDir(fsys, "phases")
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.IsDir() && (e.Name() == arg || len(e.Name()) > 2 && e.Name()[:2] == arg) {
			return "phases/" + e.Name(), nil
		}
		if info, err := fs.Stat(fsys, "phases/"+e.Name()+"/"+arg+"/phase.toml"); err == nil && !info.IsDir() {
			return "phases/" + e.Name() + "/" + arg, nil
		}
	}
	return "", usagef("there is no phase %q in phases/", arg)
}

func newNewCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME",
		Short: "Scaffold a phase (for authors)",
		Long: `New makes the folder and the quiz of a phase, such as 09-caching, from the reference
of the phase before. Each place that an author must fill in says TODO; once they are all
filled, verify accepts the phase.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("new takes one name, such as `grader new 09-caching`")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := g.authorDir()
			if err != nil {
				return err
			}
			made, err := scaffold.Phase(dir, args[0])
			if err != nil {
				return scaffoldError(err)
			}
			for _, file := range made {
				fmt.Fprintln(g.Stdout, "  "+file)
			}
			fmt.Fprintf(g.Stdout, "\nNext: fill in each TODO (docs/add-a-phase.md says how), then\n  go run ./grader pack %s --course .\n  go run ./grader verify %s --course .\n", args[0][:2], args[0][:2])
			return nil
		},
	}
}

// scaffoldError: what is wrong with the name or the course is the author's to mend,
// what the file system refuses is not.
func scaffoldError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &exitError{exitUsage, err}
}

type verifyOptions struct {
	g       *global
	args    []string
	repeat  int
	sample  int
	proofs  []int
	load    bool
	explain bool
}

func newVerifyCmd(g *global) *cobra.Command {
	o := verifyOptions{g: g}
	cmd := &cobra.Command{
		Use:   "verify [PHASE]…",
		Short: "Prove phases (for authors)",
		Long: `Verify shows eight things of each phase: the starter fails every exercise; two right
programs pass; every mutant fails exactly what it names; manifest, suites and lesson agree;
untouched files are the previous reference's; the quiz is sound; the lesson's Go builds; the
hidden programs vet. docs/add-a-phase.md says what each means.`,
		ValidArgsFunction: g.completePhases,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.args = args
			return runVerify(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.repeat, "repeat", 1, "how often the right programs must pass, in shuffled order")
	cmd.Flags().IntVar(&o.sample, "sample", 0, "try so many mutants of each exercise, chosen by chance; 0 for all")
	cmd.Flags().IntSliceVar(&o.proofs, "proof", nil, "show only these, by their numbers, such as 1,3; all without it")
	cmd.Flags().BoolVar(&o.load, "load", true, "keep every core busy while they do")
	cmd.Flags().BoolVar(&o.explain, "explain", false, "say which check caught each mutant, and the hint a learner sees")
	return cmd
}

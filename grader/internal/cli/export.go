package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/durable"
	"echofromzero/grader/internal/export"
)

type exportOptions struct {
	g      *global
	phases []string
	out    string
	grader string
}

func newExportCmd(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Make what Gradescope or GitHub grade with (for instructors)",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%q is nothing to export to: gradescope and github are", args[0])
			}
			return usagef("export takes where to export to: gradescope or github. See `%s --help`", cmd.CommandPath())
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args has the last word
	}
	cmd.AddCommand(newExportGradescopeCmd(g), newExportGitHubCmd(g))
	return cmd
}

func newExportGradescopeCmd(g *global) *cobra.Command {
	o := exportOptions{g: g}
	cmd := &cobra.Command{
		Use:     "gradescope",
		Short:   "Write the zip of a Gradescope autograder",
		Example: "  grader export gradescope --phase 05 --out autograder.zip",
		Args:    argCount(0),
		RunE:    func(*cobra.Command, []string) error { return runExportGradescope(o) },
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "the zip to write (required)")
	cmd.Flags().StringVar(&o.grader, "grader", "", "the grader's `program` for Linux; without it this one")
	return cmd
}

func newExportGitHubCmd(g *global) *cobra.Command {
	o := exportOptions{g: g}
	cmd := &cobra.Command{
		Use:   "github",
		Short: "Write a GitHub Actions workflow that grades at each push",
		Long: `Github writes .github/workflows/grade.yml into the folder of --out, for the repositories
that learners begin with; without --out it prints it. The file says what to set up.`,
		Example: "  grader export github --phase 05 --out template",
		Args:    argCount(0),
		RunE:    func(*cobra.Command, []string) error { return runExportGitHub(o) },
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "folder of the repository to write into")
	return cmd
}

func (o *exportOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&o.phases, "phase", nil, "a phase to grade, several with commas; without it all")
}

// options checks the phases and takes Go's version from the one that is used here.
func (o exportOptions) options() (export.Options, error) {
	if err := o.g.source(); err != nil {
		return export.Options{}, err
	}
	c, err := o.g.loadCourse()
	if err != nil {
		return export.Options{}, err
	}
	out := export.Options{Go: "go" + build.Oldest(c.GoMod)}
	phases, err := asked(c, o.phases)
	for _, p := range phases {
		out.Phases = append(out.Phases, p.Number)
	}
	return out, err
}

func runExportGradescope(o exportOptions) error {
	if o.out == "" {
		return usagef("export gradescope needs a file to write: --out autograder.zip")
	}
	options, err := o.options()
	if err != nil {
		return err
	}
	program := o.g.abs(o.grader)
	if o.grader == "" {
		if program, err = os.Executable(); err != nil {
			return fmt.Errorf("find the grader's own program: %w", err)
		}
	}
	f, err := os.Open(program)
	if err != nil {
		return err
	}
	defer f.Close()
	if options.Arch, err = export.CheckProgram(f); errors.Is(err, export.ErrProgram) {
		return usagef("%s: %w. In a clone of the course, make one and name it:\n"+
			"  CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -o grader-linux ./grader\n"+
			"  grader export gradescope --grader grader-linux --out %s", program, err, o.out)
	}
	if err != nil {
		return err
	}
	out := o.g.abs(o.out)
	if err := durable.Write(out, func(w io.Writer) error { return export.Gradescope(w, f, options) }); err != nil {
		return fmt.Errorf("write the autograder: %w", err)
	}
	fmt.Fprintf(o.g.Stdout, "wrote %s: upload it as the autograder of a programming assignment on Gradescope\n", o.out)
	return nil
}

func runExportGitHub(o exportOptions) error {
	options, err := o.options()
	if err != nil {
		return err
	}
	text, err := export.GitHub(options)
	if err != nil {
		return err
	}
	if o.out == "" {
		_, err := io.WriteString(o.g.Stdout, text)
		return err
	}
	dir := filepath.Join(o.g.abs(o.out), ".github", "workflows")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := durable.Replace(filepath.Join(dir, "grade.yml"), []byte(text)); err != nil {
		return fmt.Errorf("write the workflow: %w", err)
	}
	fmt.Fprintf(o.g.Stdout, "wrote %s\n", filepath.Join(o.out, ".github", "workflows", "grade.yml"))
	return nil
}

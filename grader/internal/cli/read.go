package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/tui"
	"echofromzero/grader/internal/workspace"
)

type readOptions struct {
	g       *global
	arg     string // a phase
	section string // of a heading; "" for the whole lesson
}

func newReadCmd(g *global) *cobra.Command {
	o := readOptions{g: g}
	cmd := &cobra.Command{
		Use:   "read [PHASE]",
		Short: "Show the lesson of a phase",
		Long: `Read shows the lesson of a phase, page by page. Without an argument it takes the
current phase. Space goes on, / searches, n finds the next place, q quits. Where $PAGER
is set, that program shows the lesson.

--section takes a heading, its beginning, or words of it: --section traps, --section 3.2,
--section "mental model". Into a pipe or a file goes the Markdown as it is.`,
		Example:           "  grader read 01\n  grader read 03 --section 3.2\n  grader read 01 > lesson.md",
		Args:              argCount(1),
		ValidArgsFunction: first(g.completePhases),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.arg = args[0]
			}
			return runRead(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.section, "section", "", "only what is below a `heading`")
	return cmd
}

func runRead(ctx context.Context, o readOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	p, err := o.phase()
	if err != nil {
		return err
	}
	title, parts := p.Number+" "+p.Title, [][]byte{p.Lesson}
	if o.section != "" {
		if title, parts, err = o.part(p); err != nil {
			return err
		}
	}
	if !isTerminal(o.g.Stdout) {
		_, err := o.g.Stdout.Write(bytes.Join(parts, []byte("\n")))
		return err
	}
	render := func(width int) []string {
		s := style
		s.Width = width
		return lessonRows(s, parts)
	}
	terminal, ok := o.g.interactive(style)
	switch pager := o.g.Env("PAGER"); {
	case !ok:
		_, err = w.Write(joined(render(style.Width)))
		return err
	case pager != "":
		return o.g.page(ctx, pager, joined(render(style.Width)))
	}
	_, err = tui.Run(ctx, terminal, tui.NewPager(style, title, render))
	return err
}

// phase is the one that was asked for, or the current one.
func (o readOptions) phase() (*catalog.Phase, error) {
	s, err := o.g.open()
	if err != nil && !errors.Is(err, workspace.ErrNone) {
		return nil, err
	}
	if o.arg != "" {
		return onePhase(s.course, o.arg)
	}
	if p := s.current(); p != nil {
		return p, nil
	}
	return s.course.Phases[0], nil
}

// part is what --section asks for, with a title.
func (o readOptions) part(p *catalog.Phase) (title string, parts [][]byte, err error) {
	all := report.Sections(p.Lesson)
	found := report.FindSections(all, o.section)
	if len(found) == 0 {
		var list strings.Builder
		for _, s := range all {
			list.WriteString("\n" + strings.Repeat("  ", s.Level) + s.Title)
		}
		return "", nil, usagef("lesson %s has no heading %q. It has%s", p.Number, o.section, list.String())
	}
	var titles []string
	for _, s := range found {
		titles, parts = append(titles, s.Title), append(parts, s.Markdown)
	}
	return p.Number + " " + strings.Join(titles, ", "), parts, nil
}

// lessonRows are the rows of a lesson, or of parts of one.
func lessonRows(s report.Style, parts [][]byte) []string {
	var b bytes.Buffer
	for i, part := range parts {
		if i > 0 {
			b.WriteString("\n")
		}
		_ = report.Lesson(&b, s, part) // a buffer takes everything
	}
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

func joined(rows []string) []byte { return []byte(strings.Join(rows, "\n") + "\n") }

// page hands text to the user's pager, as a shell would start it. How Ctrl-C is meant is
// the pager's matter, so it is waited for.
func (g *global) page(ctx context.Context, pager string, text []byte) error {
	cmd := exec.Command("sh", "-c", pager)
	if runtime.GOOS == "windows" {
		cmd = exec.Command("cmd", "/C", pager)
	}
	cmd.Env = os.Environ()
	if g.Env("LESS") == "" {
		cmd.Env = append(cmd.Env, "LESS=FRX") // ends at once if all fits, and shows colours
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), g.Stdout, g.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() < 126: // from there on the shell could not start it
		return nil
	}
	return usagef("PAGER=%s does not work: %w. Without PAGER the grader pages by itself", pager, err)
}

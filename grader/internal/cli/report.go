package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/durable"
	"echofromzero/grader/internal/report"
)

var reportFormats = []string{"text", "md", "json", "html"}

type reportOptions struct {
	g      *global
	format string
	out    string
}

func newReportCmd(g *global) *cobra.Command {
	o := reportOptions{g: g}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Show your progress, also as Markdown, JSON or a page",
		Long: `Report shows what you have reached: points, tries, hints, quizzes and times, of every
phase. As html it is one page that needs nothing else, to open in a browser or to print.`,
		Example: "  grader report\n  grader report --format html --out progress.html",
		Args:    argCount(0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return runReport(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "`text`, md, json or html")
	cmd.Flags().StringVar(&o.out, "out", "", "write to a `file`, at once or not at all")
	completeWords(cmd, "format", reportFormats...)
	return cmd
}

func runReport(_ context.Context, o reportOptions) error {
	if err := oneOf("format", o.format, reportFormats...); err != nil {
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
	screen := report.ProgressScreen{Phases: s.rows(), Now: o.g.Now(), Notices: s.notices}
	if o.out == "" {
		return o.write(w, style, screen)
	}
	var b bytes.Buffer
	style.Color = false
	if err := o.write(&b, style, screen); err != nil {
		return err
	}
	return o.keep(b.Bytes())
}

func (o reportOptions) write(w io.Writer, style report.Style, in report.ProgressScreen) error {
	switch o.format {
	case "md":
		return report.ProgressMarkdown(w, in)
	case "json":
		return report.ProgressJSON(w, in)
	case "html":
		return report.ProgressHTML(w, in)
	}
	return report.Progress(w, style, in)
}

// keep puts the report in the place of the file.
func (o reportOptions) keep(data []byte) error {
	path := o.out
	if !filepath.IsAbs(path) {
		path = filepath.Join(o.g.Dir, path)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return usagef("--out %s: that is no file. Name one that is, or that is not there yet", o.out)
	}
	if err := durable.Replace(path, data); err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return usagef("--out %s: %w", o.out, err)
	}
	_, err := fmt.Fprintf(o.g.Stdout, "%s is written.\n", o.out)
	return err
}

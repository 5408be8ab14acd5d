package report

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"echofromzero/grader/internal/grade"
)

// GitHub writes verdicts for the log of a GitHub Actions job: screen, which a person
// reads, and an annotation for each thing that is wrong. A runner takes lines of the
// log for commands, so the screen stands between stop-commands and the token, which
// nobody must be able to guess, and annotations are escaped
// (docs.github.com/actions/reference/workflow-commands-for-github-actions).
func GitHub(w io.Writer, verdicts []grade.Verdict, screen []byte, token string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "::stop-commands::%s\n%s\n::%s::\n", token, bytes.TrimRight(screen, "\n"), token)
	for _, v := range verdicts {
		for _, a := range annotations(phaseOf(v)) {
			b.WriteString(a + "\n")
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// annotations are the workflow commands for what is wrong in a phase.
func annotations(p phaseJSON) []string {
	var list []string
	for _, e := range p.Build.Errors {
		place := ""
		if e.File != "" {
			place = fmt.Sprintf("file=%s,line=%d,col=%d,", property(e.File), max(1, e.Line), max(1, e.Col))
		}
		list = append(list, "::error "+place+"title="+property(p.Phase+" does not build")+"::"+message(e.Msg))
	}
	for _, e := range p.Exercises {
		level := "error"
		switch {
		case e.Status == grade.Fail && !p.Build.OK: // said above
			continue
		case e.Status == grade.Broken:
			level = "warning" // the grader's fault is no mark against the learner
		case e.Status != grade.Fail && e.Status != grade.Unstable:
			continue
		}
		list = append(list, "::"+level+" title="+property(e.ID+" "+e.Title+": "+string(e.Status))+"::"+message(p.account(e)))
	}
	return list
}

var (
	messageEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// message is text as the data of a workflow command.
func message(s string) string { return messageEscapes.Replace(Sanitize(s)) }

// property is text as the value of a workflow command's property.
func property(s string) string { return propertyEscapes.Replace(Sanitize(s)) }

// GitHubSummary writes verdicts as the Markdown of a job's summary page. What a
// learner wrote stands in it as escaped HTML, which Markdown leaves alone.
func GitHubSummary(w io.Writer, verdicts []grade.Verdict) error {
	const most = 900 << 10 // bytes; the page takes 1 MiB a step
	var b bytes.Buffer
	for _, v := range verdicts {
		p := phaseOf(v)
		fmt.Fprintf(&b, "### %s: %s\n\n", inertMarkdown(phaseNumber(p.Phase)+" "+p.Title), points(p.Score, p.Max, p.Stretch, p.StretchMax))
		b.WriteString("| exercise | | points | status |\n| --- | --- | --- | --- |\n")
		for _, e := range p.Exercises {
			fmt.Fprintf(&b, "| %s | %s | %d of %d | %s |\n", inertMarkdown(e.ID), inertMarkdown(titled(e.Title, e.Level)), e.Points, e.Max, e.Status)
		}
		b.WriteString("\n")
		for _, e := range p.Exercises {
			if e.Status == grade.Pass || b.Len() > most {
				continue
			}
			fmt.Fprintf(&b, "<details><summary>%s</summary>\n<pre>%s</pre>\n</details>\n\n",
				html.EscapeString(oneLine(e.ID+" "+e.Title+": "+p.gist(e))), html.EscapeString(p.account(e)))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// inertMarkdown is text in which GitHub finds no mention, no issue and no link.
func inertMarkdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+-.!|~&@:", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"echofromzero/grader/internal/grade"
)

// JUnit writes verdicts as the XML that build servers read, a testsuite a phase: a
// `failure` is the learner's, an `error` the grader's or the machine's, and what is
// waiting or could not run is `skipped`. It keeps to the schema of Jenkins
// (junit-10.xsd of its xunit plugin).
func JUnit(w io.Writer, verdicts []grade.Verdict) error {
	x, err := newSuites(w)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		if err := x.add(suiteOf("", phaseOf(v), true)); err != nil {
			return err
		}
	}
	return x.close()
}

// ClassJUnit writes the records that next returns, until it returns nil, as JUnit XML
// with a testsuite for each phase of each submission; without times, so that the same
// results make the same file.
func ClassJUnit(w io.Writer, next func() (*Record, error)) error {
	x, err := newSuites(w)
	if err != nil {
		return err
	}
	for {
		r, err := next()
		if err != nil {
			return err
		}
		if r == nil {
			return x.close()
		}
		for _, p := range r.Phases {
			if err := x.add(suiteOf(r.Name, p, false)); err != nil {
				return err
			}
		}
	}
}

type suiteXML struct {
	XMLName  xml.Name  `xml:"testsuite"`
	Name     string    `xml:"name,attr"`
	Tests    int       `xml:"tests,attr"`
	Failures int       `xml:"failures,attr"`
	Errors   int       `xml:"errors,attr"`
	Skipped  int       `xml:"skipped,attr"`
	Time     string    `xml:"time,attr,omitempty"` // seconds
	Cases    []caseXML `xml:"testcase"`
}

type caseXML struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr,omitempty"`
	Skipped *missedXML `xml:"skipped"`
	Error   *missedXML `xml:"error"`
	Failure *missedXML `xml:"failure"`
}

type missedXML struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// suiteOf is a phase of the named submission, or of nobody's.
func suiteOf(name string, p phaseJSON, times bool) suiteXML {
	s := suiteXML{Name: p.Phase, Tests: len(p.Exercises)}
	if name != "" {
		s.Name = oneLine(name) + " " + p.Phase
	}
	if times {
		s.Time = seconds(p.MS)
	}
	for _, e := range p.Exercises {
		c := caseXML{Name: e.ID + " " + oneLine(e.Title), Class: s.Name}
		if times {
			c.Time = seconds(e.MS)
		}
		m := &missedXML{Type: string(e.Status), Message: p.gist(e), Text: p.account(e)}
		switch e.Status {
		case grade.Pass:
		case grade.Waiting, grade.NotRun:
			m.Type = "" // which the schema does not know here
			c.Skipped, s.Skipped = m, s.Skipped+1
		case grade.Broken:
			c.Error, s.Errors = m, s.Errors+1
		default:
			c.Failure, s.Failures = m, s.Failures+1
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// gist is why an exercise did not pass, in one line.
func (p phaseJSON) gist(e exerciseJSON) string {
	if e.Failure != nil && e.Failure.Check != "" {
		return oneLine(e.Failure.Check)
	}
	return oneLine(e.Reason)
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }

// suites is a document that is written a testsuite at a time.
type suites struct {
	w   io.Writer
	enc *xml.Encoder
}

func newSuites(w io.Writer) (*suites, error) {
	_, err := io.WriteString(w, xml.Header+"<testsuites>\n")
	x := &suites{w, xml.NewEncoder(w)}
	x.enc.Indent("  ", "  ")
	return x, err
}

func (x *suites) add(s suiteXML) error {
	if err := x.enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(x.w, "\n")
	return err
}

func (x *suites) close() error {
	_, err := io.WriteString(x.w, "</testsuites>\n")
	return err
}

package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"echofromzero/grader/internal/grade"
)

// A Record is what a class keeps of one submission: the JSON of `grader check`
// over its phases, and whose it is.
type Record struct {
	Format int    `json:"format"`
	Name   string `json:"name"`
	Key    string `json:"key"` // hash of everything that the results depend on
	phasesJSON
}

// NewRecord makes the record of a submission.
func NewRecord(name, key string, verdicts []grade.Verdict) Record {
	return Record{Format, name, key, phasesOf(verdicts)}
}

// Write writes the record as JSON, as [JSONAll] does.
func (r Record) Write(w io.Writer) error { return encode(w, r) }

// ReadRecord reads what Write wrote.
func ReadRecord(data []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return Record{}, err
	}
	if r.Format != Format {
		return Record{}, fmt.Errorf("it has format %d, and not %d", r.Format, Format)
	}
	return r, nil
}

// Broken reports whether an exercise could not be graded.
func (r Record) Broken() bool {
	return slices.ContainsFunc(r.Phases, func(p phaseJSON) bool { return p.has(grade.Broken) })
}

func (p phaseJSON) has(s grade.Status) bool {
	return slices.ContainsFunc(p.Exercises, func(e exerciseJSON) bool { return e.Status == s })
}

// account is what a person is told of an exercise that did not pass, as plain text
// without escape sequences: nothing of it is trusted.
func (p phaseJSON) account(e exerciseJSON) string {
	var b strings.Builder
	add := func(label, text string) {
		if text = strings.TrimSpace(Sanitize(text)); text != "" {
			fmt.Fprintf(&b, "%s%s\n", label, shorten(text))
		}
	}
	add("", e.Reason)
	if f := e.Failure; f != nil {
		add("", f.Check)
		add("environment: ", strings.Join(f.Env, " "))
		for _, line := range f.Setup[max(0, len(f.Setup)-setupShown):] {
			add("before: ", line)
		}
		add("request: ", f.Request)
		add("want: ", f.Want)
		add("got: ", f.Got)
		add(strings.ToLower(printer(f.Tests))+":\n", f.Output)
		add("hint: ", f.Hint)
	} else if !p.Build.OK {
		for _, err := range p.Build.Errors {
			add("", err.place()+err.Msg)
		}
		if p.Build.More > 0 {
			add("", count(p.Build.More, "more error"))
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// place is where a build error is, in front of its message.
func (e errorsJSON) place() string {
	if e.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", e.File, e.Line)
}

// shorten keeps the beginning of a text that is too long for an account.
func shorten(text string) string {
	const most = 4 << 10 // bytes
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("\n... %d more bytes", len(text)-most)
}

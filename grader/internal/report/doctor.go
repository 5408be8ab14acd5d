package report

import (
	"io"
)

// How a part of the machine is.
const (
	PartOK      = "ok"
	PartMissing = "missing"
	PartWarn    = "warn"
)

// A DoctorRow is one part that the course needs, or could use.
type DoctorRow struct {
	Name  string // "Go", "PostgreSQL", "isolation"
	State string // PartOK, PartMissing or PartWarn
	Found string // what is there: "go1.26.0 in /usr/local/go"; may be ""
	Cost  string // what it costs that it is missing, a sentence; "" when it is there
	Do    string // what to do about it
}

// A DoctorScreen is what `grader doctor` shows.
type DoctorScreen struct {
	Rows        []DoctorRow
	NextCommand string // "" leaves the line out
}

// Doctor writes what is there, what is missing, what that costs and what to do
// about it.
func Doctor(w io.Writer, s Style, in DoctorScreen) error {
	p := newPage(s)
	var rows []row
	missing, warned := 0, 0
	for _, d := range in.Rows {
		r := row{mark: p.g.pass, role: good, key: oneLine(d.Name), title: d.Found}
		switch d.State {
		case PartMissing:
			missing++
			r.mark, r.role = p.g.notRun, warn
			if r.title == "" {
				r.title = "missing"
			}
		case PartWarn:
			warned++
			r.mark, r.role = p.g.broken, warn
			if r.title == "" {
				r.title, d.Cost = d.Cost, ""
			}
		}
		if d.Cost != "" {
			r.more = append(r.more, "Cost: "+d.Cost)
		}
		if d.Do != "" {
			r.more = append(r.more, "To do: "+d.Do)
		}
		rows = append(rows, r)
	}
	p.line(2, p.paint(strong, "What this machine has for the course"))
	p.blank()
	p.table(2, rows)
	p.blank()
	switch {
	case missing+warned == 0:
		p.hang(2, p.g.pass+" ", good, strong, "Everything is there.")
	case missing == 0:
		p.hang(2, p.g.pass+" ", good, strong, "All that is needed is there. Lines marked "+p.g.broken+" have a remark.")
	default:
		p.text(2, strong, count(missing, "part")+" missing. The lines above say what that costs.")
	}
	p.next("", in.NextCommand)
	return p.flush(w)
}

package report

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// A VerifyRow is one proof of one phase.
type VerifyRow struct {
	Phase   string // "03-extractors"
	Proof   int    // 1 to 8, as docs/architecture.md numbers them
	Name    string // "every mutant fails exactly what it names"
	OK      bool
	Details []string // what does not hold; with Explain also what was proved
	Remarks []string // what to look at, or could not be shown here: always told
	Took    time.Duration
}

// A VerifyScreen is what `grader verify` shows.
type VerifyScreen struct {
	Rows    []VerifyRow
	Explain bool // show the details of proofs that hold, too
	Elapsed time.Duration
}

// VerifyReport writes the proofs, phase by phase.
func VerifyReport(w io.Writer, s Style, in VerifyScreen) error {
	p := newPage(s)
	failed := 0
	for from := 0; from < len(in.Rows); {
		to := from
		var rows []row
		for ; to < len(in.Rows) && in.Rows[to].Phase == in.Rows[from].Phase; to++ {
			v := in.Rows[to]
			r := row{mark: p.g.pass, role: good, key: fmt.Sprint(v.Proof), title: v.Name, value: took(v.Took)}
			if !v.OK {
				failed++
				r.mark, r.role, r.word = p.g.fail, bad, "fails"
			}
			if !v.OK || in.Explain {
				r.more = v.Details
			}
			r.more = slices.Concat(r.more, v.Remarks)
			rows = append(rows, r)
		}
		p.blank()
		p.line(2, p.paint(strong, oneLine(in.Rows[from].Phase)))
		p.table(2, rows)
		from = to
	}
	p.blank()
	switch {
	case len(in.Rows) == 0:
		p.hang(2, p.g.broken+" ", warn, strong, "Nothing was proved: no phase was found.")
	default:
		mark, r := p.g.pass, good
		if failed > 0 {
			mark, r = p.g.fail, bad
		}
		p.hang(2, mark+" ", r, strong, fmt.Sprintf("%d of %d proofs hold, in %s.",
			len(in.Rows)-failed, len(in.Rows), took(in.Elapsed)))
	}
	return p.flush(w)
}

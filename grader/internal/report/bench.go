package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// A BenchScreen is how many requests a program answers for one that the reference does.
type BenchScreen struct {
	Phase, Title string
	Path         string // that was asked for
	Clients      int
	Ratio        float64
	Low, High    float64 // of its interval
	Rounds       int
	Decision     string // as package throughput names it
}

// benchWords say what a decision means.
var benchWords = map[string]string{
	"as fast":   "About as many requests as the reference",
	"slower":    "Fewer requests than the reference",
	"faster":    "More requests than the reference",
	"undecided": "Undecided: the rounds differ too much. Is the machine busy? Then try again later",
}

// Bench writes the badge.
func Bench(w io.Writer, s Style, in BenchScreen) error {
	p := newPage(s)
	p.hang(2, phaseNumber(in.Phase)+" ", strong, strong, in.Title+": throughput")
	p.blank()
	role, mark := good, p.g.pass
	switch in.Decision {
	case "slower":
		role, mark = warn, p.g.notYet
	case "undecided":
		role, mark = dim, p.g.notRun
	}
	p.hang(2, mark+" ", role, strong, fmt.Sprintf("%.2f times the reference", in.Ratio))
	p.text(4, plain, benchWords[in.Decision]+".")
	p.blank()
	p.text(4, dim, fmt.Sprintf("GET %s, %s, %s by turns; 99 %% sure: %.2f to %.2f. Only the ratio counts: both "+
		"shared this machine with each other and with who asked. No points.", oneLine(in.Path), count(in.Clients, "connection"), count(in.Rounds, "round"), in.Low, in.High))
	return p.flush(w)
}

// BenchJSON writes it for programs. Bounds that are not known are null.
func BenchJSON(w io.Writer, in BenchScreen) error {
	bound := func(x float64) *float64 {
		if math.IsInf(x, 0) || x == 0 {
			return nil
		}
		return &x
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"format": Format, "phase": in.Phase, "path": in.Path, "clients": in.Clients, "rounds": in.Rounds,
		"ratio": in.Ratio, "low": bound(in.Low), "high": bound(in.High), "decision": in.Decision})
}

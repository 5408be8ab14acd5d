package report

import (
	"fmt"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// A WaitLine is what a terminal shows while something takes long.
type WaitLine struct {
	Stage    string // "checking"
	Detail   string // "github.com/labstack/echo/v4 v4.16.0"
	Done, Of int    // how much of it is done; Of is 0 where that is not known
	Elapsed  time.Duration
}

// waitBar is how many columns a bar has.
const waitBar = 16

// waitTurn is how long a frame of the spinner shows.
const waitTurn = 100 * time.Millisecond

// Wait is the line, without its end: a bar where the whole is known, else a spinner, and
// the time. It is narrower than the screen.
func Wait(s Style, in WaitLine) string {
	p := newPage(s)
	head := string(`|/-\`[int(in.Elapsed/waitTurn)%4]) + " "
	if in.Of > 0 {
		head = p.bar(waitBar, in.Done, in.Of) + fmt.Sprintf(" %d/%d  ", in.Done, in.Of)
	}
	line := head + oneLine(in.Stage) + fmt.Sprintf(" %.0f s", in.Elapsed.Seconds())
	if in.Detail != "" {
		line += "  " + p.paint(dim, oneLine(in.Detail))
	}
	return ansi.Truncate(line, p.width-1, p.g.ellipsis)
}

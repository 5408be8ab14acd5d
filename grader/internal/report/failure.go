package report

import (
	"slices"
	"strings"

	"echofromzero/grader/internal/grade"
)

// Caps of what a failure shows.
const (
	setupShown  = 8  // earlier requests
	outputShown = 10 // lines that the program printed
)

// failures adds the one failure in full, or each of them.
func (p *page) failures(c checked) {
	for i, e := range c.Verdict.Exercises {
		if failed(e) && (i == c.first || c.Verbose) {
			p.failure(c, e)
		}
	}
}

// failure adds one failed exercise in full: the check, the request, want and got,
// the output, the hint.
func (p *page) failure(c checked, e grade.Result) {
	mark, r, _ := p.look(e.Status)
	p.blank()
	p.hang(2, mark+" ", r, strong, e.ID+" "+e.Title)
	f := e.Failure
	if f == nil {
		f = &grade.Failure{Got: e.Reason}
	}
	p.text(4, plain, f.Check)
	if e.Status == grade.Unstable {
		p.blank()
		p.text(4, warn, "Two tries of this exercise disagreed, so it scores nothing yet. Look for what can differ "+
			"from try to try: data that goroutines share, the order of a map, time.")
	}
	p.byHand(c, f)
	p.blank()
	if f.Crash && f.Want == "" && f.Got == "" {
		p.text(4, bad, "Your program ended, or never answered.")
	}
	p.diff(4, f.Want, f.Got)
	p.output(printer(f.Tests), f.Output)
	p.blank()
	another := "A hint: "
	if f.Hint != "" {
		p.hang(4, "Hint: ", warn, plain, f.Hint)
		another = "Another hint: "
	}
	p.line(4, p.paint(dim, another+c.GraderCmd+" hint "+oneLine(e.ID)))
}

// byHand adds how to repeat the request: how to start the program, what was asked
// before, and the request.
func (p *page) byHand(c checked, f *grade.Failure) {
	if f.Request == "" && len(f.Env) == 0 && len(f.Setup) == 0 {
		return
	}
	p.blank()
	if c.Verdict.URL != "" {
		p.text(4, dim, "To see it yourself:")
		for _, s := range slices.Concat(f.Setup, []string{f.Request}) {
			p.command(6, copied, s)
		}
		return
	}
	if f.Tests {
		p.text(4, dim, "To run these tests yourself:")
		p.command(6, copied, f.Request)
		return
	}
	run := c.GraderCmd + " run " + phaseNumber(c.Verdict.Phase)
	if f.Race {
		run += " --race"
	}
	after := ":"
	if len(f.Setup) > 0 {
		after = ", after:"
	}
	switch {
	case len(f.Env) == 0:
		p.text(4, dim, "To see it yourself, while `"+run+"` runs in another terminal"+after)
	default:
		if len(f.Prepare) > 0 {
			p.text(4, dim, "To see it yourself, first do what the check did:")
			for _, line := range f.Prepare {
				p.command(6, copied, line)
			}
			p.text(4, dim, "then start your program with:")
		} else {
			p.text(4, dim, "To see it yourself, start your program with:")
		}
		p.command(6, copied, environment(f.Env)+run)
		if f.Request != "" || len(f.Setup) > 0 {
			p.text(4, dim, "and ask it from another terminal"+after)
		}
	}
	setup := f.Setup
	if rest := len(setup) - setupShown; rest > 0 && !c.Verbose {
		p.text(6, dim, p.g.ellipsis+" "+count(rest, "earlier request"))
		setup = setup[rest:]
	}
	for _, s := range setup {
		p.command(6, copied, s)
	}
	if len(setup) > 0 && f.Request != "" {
		p.text(4, dim, "this:")
	}
	if f.Request != "" {
		p.command(6, copied, f.Request)
	}
}

// environment is what stands before a command: SEED='[…]' and a space.
func environment(env []string) string {
	var b strings.Builder
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		b.WriteString(name + "=" + shellQuote(value) + " ")
	}
	return b.String()
}

// printer says whose the output is.
func printer(tests bool) string {
	if tests {
		return "Your tests printed"
	}
	return "Your program printed"
}

// output adds the last lines that were printed, or the first ones of a panic: its cause
// stands above the stack.
func (p *page) output(who, text string) {
	lines := strings.Split(strings.TrimRight(Sanitize(text), "\n "), "\n")
	if len(lines) == 1 && lines[0] == "" {
		return
	}
	from := max(0, len(lines)-outputShown)
	if i := slices.IndexFunc(lines, panics); i >= 0 {
		from = min(i, from)
	}
	to := min(len(lines), from+outputShown)
	p.blank()
	p.line(4, p.paint(dim, who+":"))
	gutter := p.paint(dim, p.g.gutter) + " "
	if from > 0 {
		p.line(4, gutter, p.paint(dim, p.g.ellipsis+" "+count(from, "more line")+" above"))
	}
	for _, l := range lines[from:to] {
		for _, row := range chop(expand(l), p.width-6, 3, p.g.ellipsis) {
			p.line(4, gutter, row)
		}
	}
	if rest := len(lines) - to; rest > 0 {
		p.line(4, gutter, p.paint(dim, p.g.ellipsis+" "+count(rest, "more line")))
	}
}

// panics says whether a line of output begins the account of a panic.
func panics(line string) bool {
	return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") ||
		strings.Contains(line, "http: panic serving") || strings.HasPrefix(line, "WARNING: DATA RACE")
}

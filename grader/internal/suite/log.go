package suite

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/itchyny/gojq"
)

// logShown is how many log lines a failure shows, and logLine how much of each.
const (
	logShown = 5
	logLine  = 400
)

// logged asserts on the JSON lines that the program printed.
func logged(r *run, neg bool, args []string) {
	fl := r.flags("log", args, "n", "want", "name")
	if len(fl.rest) != 1 {
		r.usage("log", "it takes one jq program")
	}
	n := -1
	if fl.is("n") {
		var err error
		if n, err = strconv.Atoi(fl.text("n")); err != nil || n < 0 || neg {
			r.usage("log", "-n takes a count, without `!`")
		}
	}
	s := r.serverNamed(fl.text("name"))
	q := r.parse(fl.rest[0])
	read := func() logLines { return r.logLines(s.proc.Output(), q) }
	what, ok := cmpOr(fl.text("want"), fl.rest[0]), false
	var want string
	switch {
	case neg:
		want, ok = "no JSON log line with "+what, len(read().hits) == 0
	case n >= 0:
		want = fmt.Sprintf("%s with %s", counted(n, "JSON log line"), what)
		ok = r.eventually(func() bool { return len(read().hits) >= n }) && len(read().hits) == n
	default:
		want = "a JSON log line with " + what
		ok = r.eventually(func() bool { return len(read().hits) > 0 })
	}
	if ok {
		return
	}
	lines := read()
	got := lines.shown(s.proc.Output())
	switch {
	case len(lines.hits) > 0 || n >= 0 && len(lines.all) > 0:
		got = lines.matching() + "\n" + got
	case fl.text("want") == "" && lines.near != nil:
		got = fmt.Sprintf("in the line that comes nearest, %s\n%s", lines.near.got, got)
	}
	if neg {
		got = lines.matching() + ":\n" + strings.Join(last(lines.hits), "\n")
	}
	r.fail(Failure{Want: want, Got: got})
}

// logLines are the lines of an output that are one JSON object each.
type logLines struct {
	all, hits []string
	near      *finding // what the line that satisfies the most parts lacks; nil if none satisfies one
}

func (r *run) logLines(output string, q *gojq.Query) logLines {
	var l logLines
	most := 0
	for line := range strings.SplitSeq(output, "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "{") {
			continue
		}
		doc, err := document([]byte(line))
		if err != nil {
			continue
		}
		l.all = append(l.all, line)
		f := r.judge(q, doc)
		if f == nil {
			l.hits = append(l.hits, line)
		} else if n := r.holding(q, doc); n > most || n == most && n > 0 {
			most, l.near = n, f
		}
	}
	return l
}

// holding counts the parts of a condition, joined by `and`, that hold before the
// first that does not.
func (r *run) holding(q *gojq.Query, doc any) int {
	parts := conjuncts(q)
	for i, part := range parts {
		if r.judge(part, doc) != nil {
			return i
		}
	}
	return len(parts)
}

// conjuncts are the parts that `and` joins at the top of a condition.
func conjuncts(q *gojq.Query) []*gojq.Query {
	if len(q.FuncDefs) == 0 && q.Patterns == nil && q.Op == gojq.OpAnd {
		return append(conjuncts(q.Left), conjuncts(q.Right)...)
	}
	return []*gojq.Query{q}
}

func (l logLines) matching() string {
	if len(l.hits) == 1 {
		return "1 line is so"
	}
	return fmt.Sprintf("%d lines are so", len(l.hits))
}

// shown are the last lines that count, or of the output what there is instead.
func (l logLines) shown(output string) string {
	if len(l.all) > 0 {
		of := ":"
		if len(l.all) > logShown {
			of = ", of which the last are:"
		}
		return fmt.Sprintf("the program printed %s%s\n%s", counted(len(l.all), "JSON line"), of, strings.Join(last(l.all), "\n"))
	}
	if strings.TrimSpace(output) == "" {
		return "the program printed nothing"
	}
	return "the program printed no line that is a JSON object, but:\n" + strings.Join(last(strings.Split(strings.TrimRight(output, "\n"), "\n")), "\n")
}

// last are the last of the lines, each cut to a length that can be read.
func last(lines []string) []string {
	var out []string
	for _, line := range lines[max(0, len(lines)-logShown):] {
		out = append(out, clip(line))
	}
	return out
}

// clip cuts a line to a length that can be read.
func clip(line string) string {
	if len(line) > logLine {
		return strings.ToValidUTF8(line[:logLine], "") + "…"
	}
	return line
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

package suite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/sandbox"
)

// run is the state of one script.
type run struct {
	ctx   context.Context
	id    string
	suite *catalog.Suite
	opt   Options
	root  string // folder of this run
	work  string // $WORK
	box   sandbox.Box
	ts    *testscript.TestScript

	vars    map[string]any // typed, for jq; their text is in the script's environment
	servers map[string]*server
	resp    *response // the current response
	several *tally    // of the last `parallel`
	pending *crowd    // of a `parallel -later` whose answers were not looked at yet
	socket  *rawSocket
	sockets map[string]*sockets
	kept    atomic.Int64 // bytes of the messages that came over them

	upstreams map[string]*upstream
	standIns  []standIn // as they were started
	databases int       // how many `db` made
	database  string    // what `serve` sets DATABASE_URL to, "" for nothing
	aside     bool      // what is asked is no matter of the program's
	relays    []*relay
	receivers []*receiver

	tested      map[string]*tested // of `gotest`
	testAtLimit atomic.Bool        // a right program's tests passed a limit of their box

	taken   []int    // ports of `listen`
	written []string // commands that write the same files as `write` did

	check    string // the sentence of the current section
	hint     string
	asserted int
	clock    int64 // counts uses of servers
	stopping bool  // Fatalf has been called by us

	failure *Failure
	broken  string
	notRun  string
}

func newRun(ctx context.Context, id string, s *catalog.Suite, o Options, root string, box sandbox.Box) *run {
	return &run{ctx: ctx, id: id, suite: s, opt: o, root: root, box: box,
		vars: map[string]any{"STATUS": nil, "HEADERS": nil, "LAST_MS": nil, "MESSAGE": nil}, servers: map[string]*server{},
		upstreams: map[string]*upstream{}, sockets: map[string]*sockets{}, tested: map[string]*tested{}}
}

// A command of the suite language.
type command struct {
	do      func(r *run, neg bool, args []string)
	negates bool // may stand behind `!`
	asserts bool
	usage   string
}

// commands binds the table to this run.
func (r *run) commands() map[string]func(*testscript.TestScript, bool, []string) {
	bound := map[string]func(*testscript.TestScript, bool, []string){}
	for name, c := range table() {
		bound[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			r.ts, r.stopping = ts, false
			defer func() {
				if p := recover(); p != nil {
					if r.stopping {
						panic(p) // testscript's own way to stop
					}
					r.brokenf("%s: the command failed: %v", name, p)
				}
			}()
			if r.ctx.Err() != nil {
				r.stop()
			}
			if neg && !c.negates {
				r.brokenf("`! %s` has no meaning", name)
			}
			c.do(r, neg, args)
			if c.asserts {
				r.asserted++
			}
		}
	}
	return bound
}

// stop ends the script at this line.
func (r *run) stop() {
	r.stopping = true
	r.ts.Fatalf("stopped")
}

// brokenf ends the script: the suite, the grader or the machine is at fault.
func (r *run) brokenf(format string, args ...any) {
	if r.ctx.Err() != nil { // it failed because time is up, which outcome says
		r.stop()
	}
	r.broken = fmt.Sprintf("%s: check %q: %s", r.suite.File, r.check, fmt.Sprintf(format, args...))
	r.stop()
}

// usage ends the script for a command with wrong arguments.
func (r *run) usage(name, problem string) {
	r.brokenf("%s: %s; usage: %s", name, problem, table()[name].usage)
}

// missing ends the script as not run: a part is not there on this machine.
func (r *run) missing(part string) {
	r.notRun = part
	r.stop()
}

// fail ends the script: the learner's program is wrong.
func (r *run) fail(f Failure) {
	if r.ctx.Err() != nil { // it failed because time is up, which outcome says
		r.stop()
	}
	r.failure = r.describe(f)
	r.stop()
}

// describe fills in what every failure shows.
func (r *run) describe(f Failure) *Failure {
	f.Check, f.Hint = r.check, r.hint
	if s := r.current(); s != nil && !r.aside {
		if len(s.shownEnv)+len(s.prepare) > 0 {
			f.Prepare = slices.Concat(r.written, s.prepare, r.playing(slices.Concat(s.first, s.shownEnv)))
		}
		f.Env, f.Race = s.first, s.detects
		if f.Output == "" && s.proc != nil {
			f.Output = narrow(telling(s.proc.Output(), tailLines))
		}
		if f.Request == "" && len(s.sent) > 0 && !f.Crash {
			f.Request = s.sent[len(s.sent)-1]
		}
		earlier := s.sent
		if n := len(earlier); n > 0 && earlier[n-1] == f.Request {
			earlier = earlier[:n-1]
		}
		for i, line := range earlier {
			done := stops(line) || strings.HasPrefix(line, againByHand)
			last := i+1 < len(s.sent) && stops(s.sent[i+1]) // what the stop is about
			if done || (changes(line) || last) && !slices.Contains(f.Setup, line) {
				f.Setup = append(f.Setup, line)
			}
		}
	}
	for _, l := range r.relays {
		if l.overfull() {
			f.Want, f.Got = fmt.Sprintf("a database of at most %d MiB", maxDatabase>>20), "it grew beyond that, and was closed"
		}
	}
	f.Env, f.Setup, f.Request = r.publicAll(f.Env), r.publicAll(f.Setup), r.public(f.Request)
	return &f
}

// current is the server of the last request, or the last that was started.
func (r *run) current() *server {
	var last *server
	for _, s := range r.servers {
		if last == nil || s.used > last.used {
			last = s
		}
	}
	return last
}

// set keeps a value for jq and, as text, for the script.
func (r *run) set(name string, value any) {
	r.vars[name] = value
	r.ts.Setenv(name, text(value))
}

var panicLine = regexp.MustCompile(`(?m)^(?:panic: |fatal error: |.*http: panic serving )`)

// telling is the last n lines of an output, or the n lines from where the last panic
// begins: its cause and the learner's own frames stand above those of the libraries.
func telling(s string, n int) string {
	if all := panicLine.FindAllStringIndex(s, -1); len(all) > 0 {
		lines := strings.Split(strings.TrimRight(s[all[len(all)-1][0]:], "\n"), "\n")
		if len(lines) > n {
			return strings.Join(lines[:n], "\n")
		}
	}
	return lastLines(s, n)
}

// narrow shortens lines that nobody would read to their end.
func narrow(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if n := len(line) - maxLine; n > 0 {
			lines[i] = fmt.Sprintf("%s … %d more bytes", line[:maxLine], n)
		}
	}
	return strings.Join(lines, "\n")
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}

var words = strings.Fields(`amber anchor apple arrow autumn bakery barley basket beacon birch bottle bridge butter
	candle canyon castle cedar cherry clover copper coral cotton desert dragon ember falcon feather fern forest
	garden ginger glacier hammer harbor hazel honey island ivory jacket juniper kettle ladder lantern lemon linen
	magnet maple marble meadow mirror mosaic needle nickel nutmeg oasis olive orchard otter paper pebble pepper
	pillow planet plum pocket quartz rabbit raven ribbon river saddle saffron salmon silver spruce summer thistle
	timber tulip tunnel umbrella valley velvet violet walnut willow window winter`)

// randomValues makes the values that a learner could otherwise hard-code.
func randomValues(rng *rand.Rand) map[string]any {
	values := map[string]any{}
	picks := rng.Perm(len(words))
	ids := map[int]bool{}
	for i := range 9 {
		suffix := ""
		if i > 0 {
			suffix = fmt.Sprint(i + 1)
		}
		id := 1000 + rng.IntN(999000)
		for ids[id] {
			id++
		}
		ids[id] = true
		values["RANDOM_ID"+suffix] = id
		values["RANDOM_TITLE"+suffix] = fmt.Sprintf("%s %s %d", words[picks[2*i]], words[picks[2*i+1]], 10+rng.IntN(90))
		word := make([]byte, 8)
		for j := range word {
			word[j] = byte('a' + rng.IntN(26))
		}
		values["RANDOM_WORD"+suffix] = string(word)
	}
	return values
}

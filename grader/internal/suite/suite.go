// Package suite runs one suite: a testscript with the grader's own commands, against
// one built program, in one box.
//
// What it returns is made of bytes that the commands read from sockets they
// connected themselves, and of the exit status of the program; text that the
// program prints is shown, and decides nothing unless a check asks about it.
// The package is the only importer of testscript. It does not build programs and
// it does not know what an exercise is worth.
package suite

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/postgres"
	"echofromzero/grader/internal/sandbox"
)

// Limits of a suite, in one table. A zero field of Options takes these.
const (
	defaultTimeout = 60 * time.Second // of the whole script
	testsTimeout   = 5 * time.Minute  // of a script with `gotest`
	defaultReady   = 10 * time.Second // from the start of a program to its first accept
	defaultRequest = 5 * time.Second  // of one exchange, from connecting to the last byte
	defaultQuit    = 2 * time.Second  // from a signal to the end
	maxHeader      = 64 << 10         // bytes of response header
	maxBody        = 1 << 20          // bytes of response body
	maxWire        = 8 << 20          // bytes that may carry them: small chunks take six for one
	maxMessage     = 1 << 20          // bytes of one WebSocket message
	maxKept        = 64 << 20         // bytes of messages that no `ws recv` has taken
	maxMessages    = 10_000           // that one `ws recv` takes
	maxListeners   = 500              // that one `ws dial` opens
	maxExport      = 4 << 20          // bytes of one export of spans, also once they are decoded
	maxSpans       = 10_000           // kept of a receiver
	maxDatabase    = 128 << 20        // bytes of a PostgreSQL database
	maxRelayed     = 64               // connections to one at once
	databaseTasks  = 192              // threads of a box with a database: SQLite takes one for each connection that waits
	settle         = time.Second      // how long `output` and `log` wait for what is to come
	tailLines      = 20               // lines of the program's output shown with a failure
	maxLine        = 2 << 10          // bytes of one of them
)

// Options say what to run the suite against.
type Options struct {
	Program string         // path of the built program; "" for a suite without `serve`
	Race    string         // path of the one built with the race detector; "" if there is none on this machine
	Release string         // path of the one built as it is shipped; "" for a suite that does not ask for it
	Version string         // that Release was told to have
	Tests   []Tests        // what `gotest` runs
	Number  string         // the phase's number, for `grader run 03` in what is shown
	Dir     string         // the phase's folder, in what is shown: "phases/03-extractors"
	Files   catalog.Files  // the learner's, for what is read and not built
	Seed    uint64         // of the random values
	Scratch string         // existing folder to work in
	URL     *url.URL       // of a program that runs already, for a suite of [catalog.Exercise.Smoke]; nil to start one
	Timeout time.Duration  // wall clock of the script; 0 is 60 s, more with Tests, which it builds
	Limits  sandbox.Limits // of the box
	Level   string         // isolation; "" is the best that the machine has

	Postgres *postgres.Cluster // for `db postgres`; nil if the machine has none
}

// A Failure is what a learner is shown of the first check that did not hold.
type Failure struct {
	Check   string   // the check, a sentence
	Env     []string // environment the program ran with beyond HOST and PORT: "SEED=[…]"
	Prepare []string // commands that make the files it read, to be typed before it starts
	Setup   []string // curl lines of the earlier requests to the same program, oldest first
	Request string   // curl line of the request that failed, "" when there was none
	Want    string
	Got     string
	Output  string // last lines the program printed
	Hint    string
	Tests   bool // the learner's own tests failed, or passed: Request runs them, and Output is theirs
	Race    bool // the program had the race detector: by hand it is `grader run 03 --race`
	Crash   bool // the program ended, panicked or never answered: no assertion was reached
}

// An Outcome is how a suite ended. Exactly one of Failure, NotRun, Broken and
// passed (none of them, with Checks above zero) holds.
type Outcome struct {
	Checks  int      // assertions made
	Failure *Failure // the learner's program is wrong
	NotRun  string   // what is missing on this machine
	Broken  string   // the suite or the grader is at fault, with file:line
	AtLimit bool     // a program passed a limit, and was stopped: no chance in it
	Level   string   // of the box
	Took    time.Duration
	Stall   time.Duration // the longest time the machine did not let the grader run
}

// Passed reports whether every check held, and there was one.
func (o Outcome) Passed() bool {
	return o.Failure == nil && o.NotRun == "" && o.Broken == "" && o.Checks > 0
}

// Run runs the suite of the exercise id. The error is only ever ctx's: whatever
// the program or the script does is in the Outcome.
func Run(ctx context.Context, id string, s *catalog.Suite, o Options) (Outcome, error) {
	began := time.Now()
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
		if len(o.Tests) > 0 {
			o.Timeout = testsTimeout
		}
	}
	wall, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	stalls := watchStalls()
	out := execute(wall, id, s, o)
	out.Stall = stalls()
	out.Took = time.Since(began)
	if err := ctx.Err(); err != nil {
		return out, err
	}
	return out, nil
}

func execute(ctx context.Context, id string, s *catalog.Suite, o Options) Outcome {
	root, err := os.MkdirTemp(o.Scratch, "suite-")
	if err != nil {
		return Outcome{Broken: fmt.Sprintf("make a folder for the suite: %v", err)}
	}
	defer os.RemoveAll(root)
	file := filepath.Join(root, "suite.txtar")
	if err := os.WriteFile(file, s.Script, 0o600); err != nil {
		return Outcome{Broken: fmt.Sprintf("write the suite: %v", err)}
	}
	work := filepath.Join(root, "script-suite") // testscript's name for the folder of a script
	if err := os.Mkdir(work, 0o755); err != nil {
		return Outcome{Broken: fmt.Sprintf("make a folder for the suite: %v", err)}
	}
	visible := []string{work}
	if o.Program != "" {
		visible = append(visible, o.Program)
	}
	if o.Release != "" {
		visible = append(visible, o.Release)
	}
	limits := o.Limits
	if slices.ContainsFunc(s.Commands, func(c catalog.Command) bool { return c.Name == "db" }) {
		limits.Tasks = max(limits.Tasks, databaseTasks)
	}
	box, err := sandbox.Open(sandbox.Options{Limits: limits, Level: o.Level, Scratch: root, Visible: visible,
		Race: o.Race, RaceOptions: goRace})
	if err != nil {
		return Outcome{Broken: fmt.Sprintf("open a box: %v", err)}
	}
	defer box.Close()
	// When the time is up, or the caller gives up, nothing in the box may keep a
	// command waiting. A Close that is under way then is waited for: only at its end
	// has every process ended.
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		box.Close()
	})
	defer func() {
		if !stop() {
			<-closed
		}
	}()

	r := newRun(ctx, id, s, o, root, box)
	if o.URL != nil {
		r.servers[""] = &server{remote: newRemote(o.URL)}
		r.standIns = append(r.standIns, standIn{address: shownAddress, shown: strings.TrimSuffix(o.URL.String(), "/")})
	}
	t := &scriptT{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		t.Run("suite", func(t testscript.T) { r.script(t, file, root) })
	}()
	select {
	case <-ended:
	case <-afterDone(ctx, 10*time.Second):
		return Outcome{Broken: s.File + ": the script does not end", Level: box.Level()}
	}
	out := r.outcome(t)
	out.Level = box.Level()
	return out
}

// afterDone returns a channel that is closed d after ctx is done.
func afterDone(ctx context.Context, d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(d, func() { close(c) }) })
	return c
}

func (r *run) script(t testscript.T, file, root string) {
	deadline, _ := r.ctx.Deadline()
	testscript.RunT(t, testscript.Params{
		Files:       []string{file},
		WorkdirRoot: root,
		Deadline:    deadline,
		Cmds:        r.commands(),
		Setup:       r.setup,
		Condition: func(cond string) (bool, error) {
			if cond == "postgres" {
				_, err := r.opt.Postgres.Tools()
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}

// setup gives the script its variables.
func (r *run) setup(env *testscript.Env) error {
	r.work = env.WorkDir
	r.vars["WORK"] = env.WorkDir
	h := fnv.New64a()
	h.Write([]byte(r.id))
	rng := rand.New(rand.NewPCG(r.opt.Seed, h.Sum64()))
	for name, value := range randomValues(rng) {
		r.vars[name] = value
		env.Setenv(name, text(value))
	}
	return nil
}

func (r *run) outcome(t *scriptT) Outcome {
	out := Outcome{Checks: r.asserted, AtLimit: r.atLimit()}
	switch {
	case r.broken != "":
		out.Broken = r.broken
	case r.notRun != "":
		out.NotRun = r.notRun
	case r.failure != nil:
		out.Failure = r.failure
	case errors.Is(r.ctx.Err(), context.DeadlineExceeded):
		out.Failure = r.describe(Failure{
			Want: fmt.Sprintf("all checks of this exercise within %v", r.opt.Timeout),
			Got:  "the time ran out here", Crash: true,
		})
	case t.failed:
		out.Broken = r.suite.File + ": " + t.reason()
	case r.asserted == 0:
		out.Broken = r.suite.File + ": the script ended without a single assertion"
	}
	return out
}

// atLimit reports whether a program passed one of the box's limits.
func (r *run) atLimit() bool {
	if r.testAtLimit.Load() {
		return true
	}
	for _, s := range r.servers {
		if s.proc != nil && s.proc.Ended() && s.proc.Exit().AtLimit() {
			return true
		}
	}
	return slices.ContainsFunc(r.relays, (*relay).overfull)
}

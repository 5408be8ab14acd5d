package suite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// server is one start of the learner's program.
type server struct {
	name      string
	port      int
	proc      *sandbox.Process
	shownEnv  []string
	prepare   []string // commands to be typed before it starts
	sent      []string // what was asked and done, oldest first: curl lines, and how it was stopped
	first     []string // shownEnv of the first of the starts that sent is about
	signalled bool     // `quit` was called
	awaited   bool     // `exits` held
	race      bool     // it was started by `serve -race`
	detects   bool     // and has the race detector
	used      int64    // when it was last used, to find the current one
	remote    *remote  // where it runs, if not here; then there is no proc
	path      string   // of the program, and what it was started with, for `starts`
	env       []string
}

// touch makes s the current program.
func (r *run) touch(s *server) {
	r.clock++
	s.used = r.clock
	r.aside = false
}

// note keeps the curl line of a request that goes to s.
func (r *run) note(s *server, curl string) {
	r.touch(s)
	s.sent = append(s.sent, curl)
}

// latest is where a line was noted last, or -1.
func (s *server) latest(line string) int {
	for i, noted := range slices.Backward(s.sent) {
		if noted == line {
			return i
		}
	}
	return -1
}

// forget takes back what was noted last of a line.
func (s *server) forget(line string) {
	if i := s.latest(line); i >= 0 {
		s.sent = slices.Delete(s.sent, i, i+1)
	}
}

// serverNamed is the running program a request goes to.
func (r *run) serverNamed(name string) *server {
	s := r.servers[name]
	if s == nil {
		r.brokenf("no program is running: begin with `serve`")
	}
	return s
}

// serve starts the program and waits until it accepts connections.
func serve(r *run, _ bool, args []string) {
	fl := r.flags("serve", args, "env*", "name", "within", "race!", "release!", "no-wait!")
	if len(fl.rest) > 0 {
		r.usage("serve", fmt.Sprintf("%q is no option", fl.rest[0]))
	}
	if fl.is("race") && fl.is("release") {
		r.usage("serve", "-race and -release exclude each other")
	}
	name := fl.text("name")
	if old := r.servers[name]; old != nil {
		old.proc.Kill()
		<-old.proc.Done()
	}
	// A port that was free a moment ago can be taken by the time the program binds
	// it. Then the start says nothing about the program, and is made again.
	for try := 0; ; try++ {
		s := r.launch(name, fl.all["env"], fl)
		if fl.is("no-wait") {
			return
		}
		problem := r.ready(s, fl.duration("within", defaultReady))
		if problem == "" {
			return
		}
		if try < 2 && s.proc.Ended() && r.portTaken(s.port) {
			continue
		}
		r.notReady(s, problem)
	}
}

// notReady fails a check whose program does not listen.
func (r *run) notReady(s *server, problem string) {
	r.failIfRaced(s)
	r.fail(Failure{
		Want: fmt.Sprintf("the program listens on 127.0.0.1:%d, as HOST and PORT say", s.port),
		Got:  problem, Crash: true,
	})
}

// readied waits for a program that `serve -no-wait` started.
func readied(r *run, _ bool, args []string) {
	fl := r.flags("ready", args, "within", "name")
	if len(fl.rest) > 0 {
		r.usage("ready", fmt.Sprintf("%q is no option", fl.rest[0]))
	}
	s := r.serverNamed(fl.text("name"))
	r.touch(s)
	if problem := r.ready(s, fl.duration("within", defaultReady)); problem != "" {
		r.notReady(s, problem)
	}
}

// launch starts the program once, built as the options of `serve` say.
func (r *run) launch(name string, vars []string, fl flagged) *server {
	port, err := r.box.Port()
	if err != nil {
		r.brokenf("%v", err)
	}
	env := []string{"HOST=127.0.0.1"}
	isURL := func(kv string) bool { return strings.HasPrefix(kv, databaseURL+"=") }
	if r.database != "" && !slices.ContainsFunc(vars, isURL) {
		vars = append([]string{databaseURL + "=" + r.database}, vars...)
	}
	given := false
	for _, kv := range vars {
		key, value, ok := strings.Cut(kv, "=")
		if !ok {
			r.usage("serve", fmt.Sprintf("-env %q is not KEY=VALUE", kv))
		}
		if key == "PORT" {
			given = true
			if n, err := strconv.Atoi(value); err == nil {
				port = n
			}
		}
	}
	if !given {
		env = append(env, "PORT="+strconv.Itoa(port))
	}
	s := &server{name: name, port: port, race: fl.is("race"), detects: fl.is("race") && r.opt.Race != "", path: r.opt.Program}
	switch {
	case s.detects:
		s.path = r.opt.Race
		env = append(env, "GORACE="+goRace)
	case fl.is("release"):
		s.path = r.opt.Release
		s.prepare = []string{r.releaseCommand()}
	}
	if r.opt.Version != "" && fl.is("release") {
		r.set("VERSION", r.opt.Version)
	}
	for _, kv := range vars {
		key, value, _ := strings.Cut(kv, "=")
		if key == "PORT" && slices.Contains(r.taken, s.port) {
			s.prepare = append(s.prepare, fmt.Sprintf("PORT=%d grader run %s   # in a terminal of its own, to take the port", s.port, r.opt.Number))
		}
		s.shownEnv = append(s.shownEnv, key+"="+strings.ReplaceAll(value, r.work+string(filepath.Separator), ""))
	}
	s.env = append(env, vars...)
	s.first = s.shownEnv
	if old := r.servers[name]; old != nil {
		s.again(old)
	}
	s.proc, err = r.box.Start(sandbox.Spec{Path: s.path, Env: s.env})
	if err != nil {
		r.boxFailed("the program starts", err)
	}
	r.touch(s)
	r.servers[name] = s
	return s
}

// The lines of a by-hand list that are no requests.
const (
	stopByHand  = "# Ctrl-C in the terminal where it runs"
	killByHand  = "kill -9 $(lsof -t -i tcp:8080 -s tcp:listen)"
	againByHand = "# start it again"
)

// stops reports whether a line says how the program is stopped.
func stops(line string) bool { return line == stopByHand || line == killByHand }

// again takes over what was done to the program before, if it was changed, told to end and
// keeps its database: without that nobody could repeat what comes.
func (s *server) again(old *server) {
	url := variable(s.shownEnv, databaseURL)
	if !old.signalled || url == "" || url != variable(old.shownEnv, databaseURL) || !slices.ContainsFunc(old.sent, changes) {
		return
	}
	s.sent = slices.Clone(old.sent)
	if !stops(s.sent[len(s.sent)-1]) { // by `parallel -kill`
		s.sent = append(s.sent, killByHand)
	}
	line := againByHand + ", as before"
	if changed := environmentChange(old.shownEnv, s.shownEnv); changed != "" {
		line = againByHand + ", now " + changed
	}
	s.sent, s.first, s.prepare = append(s.sent, line), old.first, slices.Compact(slices.Concat(old.prepare, s.prepare))
}

// variable is the value of a variable, or "".
func variable(env []string, name string) string {
	for _, kv := range env {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

// environmentChange says in what an environment is not like the one before, or "".
func environmentChange(before, after []string) string {
	var list []string
	for _, kv := range after {
		if !slices.Contains(before, kv) {
			name, value, _ := strings.Cut(kv, "=")
			list = append(list, "with "+name+"="+shellQuote(value))
		}
	}
	for _, kv := range before {
		name, _, _ := strings.Cut(kv, "=")
		if !slices.ContainsFunc(after, func(kv string) bool { return strings.HasPrefix(kv, name+"=") }) {
			list = append(list, "without "+name)
		}
	}
	return strings.Join(list, ", ")
}

// boxFailed ends the script because the box cannot do its part. In one of its own the
// program can be the reason, once it has run there: it fills its box or takes what it
// finds.
func (r *run) boxFailed(want string, err error) {
	if r.box.Level() == sandbox.LevelNone || len(r.servers) == 0 {
		r.brokenf("%v", err)
	}
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next
	}
	r.fail(Failure{Want: want, Got: "what ran before does not allow it: " + err.Error(), Crash: true})
}

// ready waits until the program accepts, and otherwise says what it did instead.
func (r *run) ready(s *server, within time.Duration) string {
	began := time.Now()
	wait := time.Millisecond
	var strangers time.Time // since when it listens only elsewhere
	var accepted time.Time  // since when somebody accepts there
	for {
		if s.proc.Ended() {
			return fmt.Sprintf("it %s before it listened", s.proc.Exit())
		}
		ctx, cancel := context.WithTimeout(r.ctx, time.Second)
		conn, err := r.box.Dial(ctx, s.port)
		cancel()
		if err == nil {
			conn.Close()
			if accepted.IsZero() {
				accepted = time.Now()
			}
			if !s.proc.Ended() && (r.owns(s) || time.Since(accepted) > ownWait) {
				return ""
			}
			time.Sleep(wait)
			continue
		}
		elsewhere := s.proc.Ports()
		switch {
		case len(elsewhere) == 0 || slices.Contains(elsewhere, s.port):
			strangers = time.Time{}
		case strangers.IsZero():
			strangers = time.Now()
		case time.Since(strangers) > time.Second:
			return fmt.Sprintf("it listens on port %s instead", joinInts(elsewhere))
		}
		if time.Since(began) > within || r.ctx.Err() != nil {
			return fmt.Sprintf("nothing accepted a connection there within %v", within)
		}
		time.Sleep(wait)
		wait = min(wait*5/4+time.Millisecond, 20*time.Millisecond)
	}
}

// ownWait is how long a program has to show that it is the one that accepts on its
// port. One whose child listens for it never does.
const ownWait = 3 * time.Second

// owns reports whether the program itself holds its port, as far as that is known.
func (r *run) owns(s *server) bool {
	return runtime.GOOS != "linux" || slices.Contains(s.proc.Ports(), s.port)
}

func joinInts(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ", ")
}

// portTaken reports whether somebody else holds the port.
func (r *run) portTaken(port int) bool {
	ctx, cancel := context.WithTimeout(r.ctx, time.Second)
	defer cancel()
	conn, err := r.box.Dial(ctx, port)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

var signals = map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL}

// quit sends a signal and waits for the end, unless -no-wait leaves that to `exits`.
func quit(r *run, _ bool, args []string) {
	fl := r.flags("quit", args, "signal", "within", "name", "no-wait!")
	s := r.serverNamed(fl.text("name"))
	name := cmpOr(fl.text("signal"), "TERM")
	sig, ok := signals[name]
	if !ok || len(fl.rest) > 0 {
		r.usage("quit", "the signal is TERM, INT or KILL")
	}
	within := fl.duration("within", defaultQuit)
	s.signalled = true
	if name == "KILL" {
		r.note(s, killByHand)
		s.proc.Kill()
	} else {
		r.note(s, stopByHand)
		if err := s.proc.Signal(sig); err != nil && !s.proc.Ended() {
			r.missing("sending SIG" + name + " to a program")
		}
	}
	if fl.is("no-wait") {
		return
	}
	r.awaitEnd(s, within, fmt.Sprintf("the program ends within %v of SIG%s", within, name), false)
}

// awaitEnd waits for the end of a program; starting says that nothing asked it to
// end but its own start.
func (r *run) awaitEnd(s *server, within time.Duration, want string, starting bool) {
	for end := time.Now().Add(within); ; {
		select {
		case <-s.proc.Done():
			return
		case <-time.After(min(50*time.Millisecond, time.Until(end))):
		}
		if time.Now().After(end) {
			r.fail(Failure{Want: want, Got: "it was still running"})
		}
		// A program that has begun to serve means to stay: no need to wait out the rest.
		if ports := s.proc.Ports(); starting && len(ports) > 0 {
			r.fail(Failure{Want: want, Got: "it was running, and listened on port " + joinInts(ports)})
		}
	}
}

// exits asserts how the program ended.
func exits(r *run, _ bool, args []string) {
	fl := r.flags("exits", args, "within", "name")
	code := 0
	if len(fl.rest) > 0 {
		n, err := strconv.Atoi(fl.rest[0])
		if err != nil || len(fl.rest) > 1 {
			r.usage("exits", "the status is a number")
		}
		code = n
	}
	s := r.serverNamed(fl.text("name"))
	within := fl.duration("within", defaultQuit)
	r.awaitEnd(s, within, fmt.Sprintf("the program exits with status %d within %v", code, within), !s.signalled)
	if e := s.proc.Exit(); e.Code != code || e.Signal != "" || e.Flood {
		r.fail(Failure{Want: fmt.Sprintf("the program exits with status %d", code), Got: "it " + e.String()})
	}
	s.awaited = true
}

// listen takes a port inside the box.
func listen(r *run, _ bool, args []string) {
	if len(args) != 1 {
		r.usage("listen", "it takes one name")
	}
	port, err := r.box.Listen()
	if err != nil {
		r.boxFailed("the port is free", err)
	}
	r.taken = append(r.taken, port)
	r.set(args[0], port)
}

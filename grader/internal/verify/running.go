package verify

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/sandbox"
)

// workedPhase is the folder in which a lesson's own programs are built.
const workedPhase = "lesson"

// settle is how long the output of a program that runs may lag behind.
const settle = 2 * time.Second

// A role is one of the two programs that a lesson can have running: its own, and the
// phase's.
type role struct {
	name    string        // folder: books
	files   catalog.Files // nil when there is none
	broken  bool          // there is one, but it does not build
	starter bool          // the last command started the starter
	want    catalog.Files // files, as this block edits them
	prefix  string        // variables of the command that started it last
	rest    string        // arguments of that command
	race    bool          // that command asked for the race detector
	running *running      // nil before the start, and when it ended at once
}

// running is a program that was started and listens.
type running struct {
	proc  *sandbox.Process
	key   string   // of what it was built from
	ports []string // that it listens on, as the lesson names them
	c     command
	said  bool // the lesson shows the command, and so what is printed
}

// A binary is what a role is built into.
type binary struct {
	prog  *build.Program
	ports []string
}

// build builds what a role is in this block.
func (s *stage) build(ctx context.Context, r *role) (b binary, err error) {
	if r == &s.phase {
		b.ports = []string{phasePort}
		if m := assigned.FindStringSubmatch(r.prefix); m != nil {
			b.ports = []string{m[2]}
		}
		b.prog, err = s.Builder.Build(ctx, build.Source{Phase: s.p.Name, Files: r.want})
		return b, err
	}
	src := string(r.want["main.go"])
	list, consts := literals(src, s.known)
	for _, l := range list {
		b.ports = append(b.ports, l.port)
	}
	for _, m := range assigned.FindAllStringSubmatch(r.prefix, -1) {
		b.ports = append(b.ports, m[2])
	}
	plain := func(src string) (*build.Program, error) {
		return s.Builder.Build(ctx, build.Source{Phase: workedPhase, Race: r.race, Files: catalog.Files{"main.go": []byte(src)}})
	}
	if len(list) == 0 {
		b.prog, err = plain(src)
		return b, err
	}
	b.prog, err = s.Builder.Build(ctx, build.Source{Phase: workedPhase, Race: r.race, Files: catalog.Files{
		"main.go": []byte(withEnv(src, list, consts)), "shown_port.go": []byte(portFile)}})
	if err != nil || len(b.prog.Errors) == 0 {
		return b, err
	}
	// Its own errors are told of its own text; it may also need its ports as constants.
	if b.prog, err = plain(src); err != nil || len(b.prog.Errors) > 0 {
		return b, err
	}
	if src, err = s.ports.withPorts(src, list); err == nil {
		b.prog, err = plain(src)
	}
	return b, err
}

// ensure starts the program that a command's port belongs to, if it does not run as
// this block wants it. It reports whether the command can be run.
func (s *stage) ensure(ctx context.Context, c command, port string) (bool, error) {
	r := s.owner(port)
	if r == &s.worked && r.files == nil {
		return false, s.none(c)
	}
	if r.running == nil || r.running.key != s.key(r) {
		if err := s.start(ctx, r, c, false); err != nil || r.running == nil {
			return false, err
		}
	}
	s.last = r.running
	if !slices.Contains(r.running.ports, port) {
		return true, nil
	}
	real, err := s.ports.of(port)
	if err != nil {
		return false, err
	}
	ctx2, cancel := context.WithTimeout(ctx, settle) // of several ports one may come later
	defer cancel()
	s.wait(ctx2, r.running.proc, []string{real})
	return true, ctx.Err()
}

// owner is the role that listens on a port.
func (s *stage) owner(port string) *role {
	if s.worked.want != nil {
		list, _ := literals(string(s.worked.want["main.go"]), s.known)
		if slices.ContainsFunc(list, func(l literal) bool { return l.port == port }) {
			return &s.worked
		}
	}
	if port == phasePort || s.phase.running != nil && slices.Contains(s.phase.running.ports, port) {
		return &s.phase
	}
	return &s.worked
}

// key tells whether a role is what runs.
func (s *stage) key(r *role) string {
	return s.Builder.Key(build.Source{Phase: r.name, Race: r.race, Files: r.want})
}

// start builds and starts a program and waits until it listens or ends. Said is
// whether the lesson shows the command.
func (s *stage) start(ctx context.Context, r *role, c command, said bool) error {
	b, err := s.build(ctx, r)
	if err != nil {
		return err
	}
	for _, old := range []*role{&s.worked, &s.phase} {
		if old == r || old.running != nil && slices.ContainsFunc(old.running.ports, func(port string) bool { return slices.Contains(b.ports, port) }) {
			if err := s.stop(ctx, old); err != nil {
				return err
			}
		}
	}
	if len(b.prog.Errors) > 0 {
		s.failed(r, b.prog, c, said)
		return nil
	}
	proc, real, err := s.launch(r, b)
	if err != nil {
		return err
	}
	run := &running{proc: proc, key: s.key(r), ports: b.ports, c: c, said: said}
	s.last = run
	ended, err := s.wait(ctx, proc, real)
	switch {
	case err != nil:
		return err
	case ended:
		s.ended(r, run)
	case !listening(proc, s.box, real):
		proc.Kill()
		<-proc.Done()
		s.last = nil
		s.proof.bad("README.md:%d: `%s`: the program %s within %v", c.line, brief(c.text), map[bool]string{true: "does not end", false: "neither ends nor listens"}[len(real) == 0], s.limit)
	default:
		r.running = run
		if said && slices.ContainsFunc(c.shown, interrupts) {
			return s.interrupt(ctx, r)
		}
	}
	return nil
}

// failed compares the errors of a program that does not build.
func (s *stage) failed(r *role, prog *build.Program, c command, said bool) {
	s.status = 1
	if r == &s.worked && said {
		s.compare(c, c.shown, s.errorLines(prog), prog.More > 0)
		return
	}
	s.proof.bad("README.md:%d: `%s`: the program does not build: %s", c.line, brief(c.text), s.ours(prog.Errors[0].String()))
}

// errorLines are the lines of the go command for a program that does not build.
func (s *stage) errorLines(prog *build.Program) []string {
	lines := []string{"# echofromzero/" + s.worked.name}
	for _, e := range prog.Errors {
		if e.File != "" && e.Col == 0 {
			e.Msg, e.File = e.File+":"+strconv.Itoa(e.Line)+": "+e.Msg, ""
		}
		lines = append(lines, strings.Split(s.ours(e.String()), "\n")...)
	}
	return lines
}

// launch starts a binary, with the variables and arguments of the last command of its role.
func (s *stage) launch(r *role, b binary) (proc *sandbox.Process, real []string, err error) {
	env := s.env()
	for _, port := range b.ports {
		to, err := s.ports.of(port)
		if err != nil {
			return nil, nil, err
		}
		real = append(real, to)
		env = append(env, portEnv+port+"="+to)
	}
	if r == &s.phase {
		env = append(env, "HOST=127.0.0.1", "PORT="+real[0])
		files := map[string][]byte{}
		for name, data := range r.want {
			files[s.p.Dir()+"/"+name] = data
		}
		if err := write(s.dir, files); err != nil {
			return nil, nil, err
		}
	}
	prefix, err := s.ports.into(r.prefix)
	if err != nil {
		return nil, nil, err
	}
	script := shellBegins + prefix + "exec '" + strings.ReplaceAll(b.prog.Path, "'", `'\''`) + "'" + r.rest
	proc, err = s.box.Start(sandbox.Spec{Path: shell, Args: []string{"-c", script}, Dir: s.dir, Env: env})
	return proc, real, err
}

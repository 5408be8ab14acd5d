package verify

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/sandbox"
)

// shownLimit is how long one command of a lesson may take.
const shownLimit = 20 * time.Second

// phasePort is where lessons look for the phase's own program.
const phasePort = "8080"

// A stage is where the console blocks of one lesson are played, in their order: a
// folder like a learner's, and the programs that were started in it.
type stage struct {
	*Verifier
	p     *catalog.Phase
	proof *Proof

	box   sandbox.Box
	root  string // holds the folder, and what only the stage needs
	dir   string // looks like a learner's folder
	ports *ports
	known []string // the ports that the lesson's commands name

	worked role // the last whole program of the lesson
	phase  role // the phase's own program
	last   *running
	status int // of the last command, for $?
}

// newStage opens a stage. The caller closes it.
func (v *Verifier) newStage(p *catalog.Phase, proof *Proof, list map[int]transcript) (*stage, error) {
	root, err := os.MkdirTemp(v.Scratch, "lesson-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the lesson: %w", err)
	}
	s := &stage{Verifier: v, p: p, proof: proof, root: root, dir: filepath.Join(root, "course"),
		worked: role{name: "books"}, phase: role{name: p.Name, files: p.Solution}}
	for _, t := range list {
		for _, c := range t.commands {
			s.known = append(s.known, named(c.text)...)
		}
	}
	s.box = sandbox.Host(sandbox.Limits{}) // the course's own programs, beside a shell and curl
	s.ports = &ports{box: s.box, real: map[string]string{}}
	files := map[string][]byte{"course/go.mod": v.Course.GoMod, "course/go.sum": v.Course.GoSum,
		"course/" + p.Dir() + "/README.md": p.Lesson,
		// In a terminal curl shows no meter either.
		"home/.curlrc": []byte("no-progress-meter\n"), "tmp/.keep": nil}
	for name, data := range p.Starter {
		files["course/"+p.Dir()+"/"+name] = data
	}
	if err := write(root, files); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// close ends what still runs and removes the folder.
func (s *stage) close() {
	s.box.Close()
	os.RemoveAll(s.root)
}

// write writes files below dir.
func write(dir string, files map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, files[name], 0o644)
		}
		if err != nil {
			return fmt.Errorf("write the files of the lesson: %w", err)
		}
	}
	return nil
}

// show makes a whole program of the lesson the last one. What is shown of a program
// that does not build is not looked at.
func (s *stage) show(text string, builds bool) error {
	s.worked.files, s.worked.prefix, s.worked.rest, s.worked.race, s.worked.broken = nil, "", "", false, !builds
	if !builds {
		return nil
	}
	s.worked.files = catalog.Files{"main.go": []byte(text)}
	return write(s.dir, map[string][]byte{"books/main.go": []byte(text)})
}

// The commands that start a program: variables before it, arguments behind it.
var (
	variables = `((?:[A-Za-z_][A-Za-z0-9_]*=(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])*(?:\s|\\\n)+)*)`
	goRun     = regexp.MustCompile(`^` + variables + `go run( -race)? \./([a-z][a-z0-9-]*)((?:\s[^|;]*)?)$`)
	graderRun = regexp.MustCompile(`^` + variables + `grader run(?: ([0-9][a-z0-9-]*))?((?:\s[^|;]*)?)$`)
	ofGrader  = regexp.MustCompile(`(?:^|[\s;&|(])(?:grader|go run \./grader)(?:\s|$)`)
	ofGo      = regexp.MustCompile(`^` + variables + `go\s`)
)

// play runs the commands of a console block and compares what they print.
func (s *stage) play(ctx context.Context, t transcript) error {
	if err := s.dress(t); err != nil {
		s.proof.bad("%v", err)
		return nil
	}
	if t.log != nil {
		return s.logged(ctx, t)
	}
	for _, c := range t.commands {
		if err := s.run(ctx, t, c); err != nil {
			return err
		}
	}
	return nil
}

// dress sets what the programs are in this block.
func (s *stage) dress(t transcript) error {
	s.phase.files = s.p.Solution
	if t.starter || s.phase.starter {
		s.phase.files = s.p.Starter
	}
	var worked, phase []replacement
	for _, e := range t.edits {
		if e.file != "" {
			phase = append(phase, e)
		} else if e.file = "main.go"; s.worked.files != nil {
			worked = append(worked, e)
		} else if !s.worked.broken {
			return fmt.Errorf("README.md:%d: there is no program above to edit", e.line)
		}
	}
	var err error
	if s.phase.want, err = edited(s.phase.files, phase); err == nil {
		s.worked.want, err = edited(s.worked.files, worked)
	}
	return err
}

// run runs one command.
func (s *stage) run(ctx context.Context, t transcript, c command) error {
	if m := goRun.FindStringSubmatch(c.text); m != nil && m[3] != "grader" {
		if s.worked.files == nil {
			return s.none(c)
		}
		if why := s.Builder.NoRace(); m[2] != "" && why != "" {
			s.proof.NotRun = append(s.proof.NotRun, fmt.Sprintf("README.md:%d: no race detector, since %s: %s", c.line, why, brief(c.text)))
			return nil
		}
		s.worked.prefix, s.worked.race, s.worked.name, s.worked.rest = m[1], m[2] != "", m[3], m[4]
		return s.start(ctx, &s.worked, c, true)
	}
	if m := graderRun.FindStringSubmatch(c.text); m != nil && (m[2] == "" || m[2] == s.p.Number || m[2] == s.p.Name) {
		s.phase.prefix, s.phase.rest, s.phase.starter = m[1], m[3], t.starter
		if err := s.dress(t); err != nil { // a block before may have started the other one
			s.proof.bad("%v", err)
			return nil
		}
		return s.start(ctx, &s.phase, c, true)
	}
	switch {
	case ofGrader.MatchString(c.text):
		s.proof.bad("README.md:%d: of the grader a console block runs `grader run %s` alone, since what other commands print cannot be compared: put them into a block tagged `sh`: %s", c.line, s.p.Number, brief(c.text))
		return nil
	case ofGo.MatchString(c.text):
		s.proof.bad("README.md:%d: of go a console block runs `go run [-race] ./books` alone: put other commands into a block tagged `sh`: %s", c.line, brief(c.text))
		return nil
	}
	return s.line(ctx, c)
}

// none says that there is no program to run, unless that has been said already: it
// does not build.
func (s *stage) none(c command) error {
	if !s.worked.broken {
		s.proof.bad("README.md:%d: no whole program stands above: %s", c.line, brief(c.text))
	}
	return nil
}

// brief is the first line of a command.
func brief(text string) string {
	first, _, more := strings.Cut(text, "\n")
	if more {
		first += " …"
	}
	return first
}

func (s *stage) env() []string {
	return []string{"HOME=" + filepath.Join(s.root, "home"), "TMPDIR=" + filepath.Join(s.root, "tmp"),
		"SHOWN_STATE=" + filepath.Join(s.root, "state")}
}

// lines are what a process printed, as the lesson would show it.
func (s *stage) lines(proc *sandbox.Process) []string {
	return printedLines(s.ours(s.ports.back(proc.Output())))
}

// ours puts the folder that the lesson names in the place of the one that was built.
func (s *stage) ours(text string) string {
	return strings.NewReplacer("phases/"+workedPhase+"/", s.worked.name+"/", "echofromzero/phases/"+workedPhase, "echofromzero/"+s.worked.name).Replace(text)
}

// compare adds a problem if what is shown below a command is not what was printed.
func (s *stage) compare(c command, shown, real []string, prefix bool) {
	if diff := compare(shown, real, prefix); diff != "" {
		s.proof.bad("README.md:%d: `%s`: %s", c.line, brief(c.text), diff)
	}
}

// logged compares the last lines that a program has printed.
func (s *stage) logged(ctx context.Context, t transcript) error {
	if s.last == nil {
		s.proof.bad("README.md:%d: no program runs here whose log could be shown", t.line)
		return nil
	}
	shown := slices.Concat([]string{anyText}, t.log)
	if err := s.await(ctx, s.last, shown, false); err != nil {
		return err
	}
	real := s.lines(s.last.proc)
	if compare(shown, real, false) != "" {
		tail := real[max(0, len(real)-len(t.log)):]
		s.proof.bad("README.md:%d: the log: %s", t.line, compare(t.log, tail, false))
	}
	return nil
}

package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// assertions are the commands that can make a section fail; a section without
// one would check nothing.
var assertions = []string{
	"status", "header", "body", "json", "parallel", "codes", "tally", "exits", "quit", "output", "log", "tcp",
	"norace", "reached", "until", "ready", "starts", "dockerfile", "hashed",
	"ws", "spans", "metrics", "gotest", "cmp", "cmpenv", "stdout", "stderr", "grep", "exists",
}

// forbidden are testscript's own commands that no suite may use, and what they would
// do.
var forbidden = map[string]string{
	"stop": "would end the script as a pass",
	"skip": "would end the script as a pass",
	"exec": "would run a program outside of the box",
}

func loadSuites(fsys fs.FS, p *Phase, dir string, errs []error) []error {
	names, errs := txtarFiles(fsys, dir, errs)
	found := map[string]bool{} // also a suite with defects is one
	for _, name := range names {
		e := p.exerciseOf(path.Base(name))
		switch {
		case e == nil:
			errs = append(errs, &Error{File: name, Msg: fmt.Sprintf("belongs to no exercise of %s/phase.toml: a suite is named like 3.2-query.txtar", p.Dir())})
			continue
		case e.Kind != KindSuite:
			errs = append(errs, &Error{File: name, Msg: fmt.Sprintf("exercise %s is of kind %q and has no suite", e.ID, e.Kind)})
			continue
		case strings.HasSuffix(name, smokeSuffix):
			errs = loadSmoke(fsys, e, name, errs)
			continue
		case e.Suite != nil:
			errs = append(errs, &Error{File: name, Msg: fmt.Sprintf("exercise %s already has %s", e.ID, e.Suite.File)})
			continue
		}
		found[e.ID] = true
		var data []byte
		n := len(errs)
		if data, errs = readFile(fsys, name, errs); len(errs) > n {
			continue
		}
		var err error
		if e.Suite, err = ParseSuite(name, data, e.ID+" "+e.Title); err != nil {
			errs = append(errs, err)
		}
	}
	for _, e := range p.Exercises {
		if e.Kind == KindSuite && !found[e.ID] {
			errs = append(errs, &Error{File: dir, Msg: fmt.Sprintf("exercise %s has no suite: write %s/%s-noun.txtar", e.ID, dir, e.ID)})
		}
	}
	return errs
}

// smokeSuffix ends the name of a suite for a program that is deployed.
const smokeSuffix = ".smoke.txtar"

// smokeCommands are what such a suite may use: it sees answers, and no process.
var smokeCommands = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "status", "header", "body", "json", "set", "until", "hint"}

func loadSmoke(fsys fs.FS, e *Exercise, name string, errs []error) []error {
	n := len(errs)
	data, errs := readFile(fsys, name, errs)
	if len(errs) > n {
		return errs
	}
	s, err := ParseSuite(name, data, e.ID+" "+e.Title)
	if err != nil {
		return append(errs, err)
	}
	for _, c := range s.Commands {
		if !slices.Contains(smokeCommands, c.Name) {
			return append(errs, &Error{File: name, Line: c.Line, Msg: fmt.Sprintf("`%s` needs a program that the grader started; this suite asks one that is deployed", c.Name)})
		}
	}
	e.Smoke = s
	return errs
}

// exerciseOf returns the exercise whose id a suite's name begins with. The id of a
// capstone may hold a hyphen itself.
func (p *Phase) exerciseOf(suite string) *Exercise {
	for _, e := range p.Exercises {
		if strings.HasPrefix(suite, e.ID+"-") {
			return e
		}
	}
	return nil
}

// ParseSuite reads one suite. title is what its first line must say after "# "; the
// empty title allows any. Line numbers of the result's Script are the file's.
func ParseSuite(file string, data []byte, title string) (*Suite, error) {
	a, err := archive(file, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	s := &Suite{File: file, Hash: hex.EncodeToString(sum[:])}
	lines := strings.Split(string(a.Comment), "\n")
	bad := func(i int, format string, args ...any) error {
		return &Error{File: file, Line: i + 1, Msg: fmt.Sprintf(format, args...)}
	}
	if got, ok := strings.CutPrefix(lines[0], "# "); !ok || (title != "" && got != title) {
		return nil, bad(0, "the first line must be the title, %q", "# "+title)
	}
	asserted, section := true, 0
	for i, line := range lines[1:] {
		i++
		if sentence, ok := strings.CutPrefix(line, "# "); ok {
			if !asserted {
				return nil, bad(section, "this check asserts nothing: add `status`, `json` or another assertion")
			}
			if sentence = strings.TrimSpace(sentence); sentence == "" {
				return nil, bad(i, "a check is a sentence that a learner can read")
			}
			s.Checks = append(s.Checks, sentence)
			lines[i] = "check '" + strings.ReplaceAll(sentence, "'", "''") + "'"
			asserted, section = false, i
			continue
		}
		words, err := split(line)
		if err != nil {
			return nil, bad(i, "%v", err)
		}
		if len(words) == 0 {
			continue
		}
		conditional := false
		for len(words) > 0 && (words[0] == "!" || strings.HasPrefix(words[0], "[")) {
			conditional = conditional || words[0] != "!"
			s.Postgres = s.Postgres || words[0] == "[postgres]" || words[0] == "[!postgres]"
			words = words[1:]
		}
		if len(words) == 0 {
			return nil, bad(i, "a condition without a command")
		}
		if len(s.Checks) == 0 {
			return nil, bad(i, "%q stands before the first check: begin a section with a line such as `# GET / answers 200`", words[0])
		}
		if harm := forbidden[words[0]]; harm != "" {
			return nil, bad(i, "%q %s and is not allowed", words[0], harm)
		}
		if strings.Contains(words[0], "$") {
			return nil, bad(i, "%q: a command stands in a script by its name, never in a variable", words[0])
		}
		if words[0] == "check" {
			return nil, bad(i, "`check` is made from the section's comment: write `# sentence` instead")
		}
		s.Commands = append(s.Commands, Command{Name: words[0], Line: i + 1})
		switch words[0] {
		case "serve":
			s.Serves = true
			s.Race = s.Race || slices.Contains(words, "-race")
			s.Release = s.Release || slices.Contains(words, "-release")
		case "gotest":
			t, _, err := ParseTest(words[1:])
			if err != nil {
				return nil, bad(i, "%v", err)
			}
			if !slices.ContainsFunc(s.Tests, func(known Test) bool { return known.Key() == t.Key() }) {
				s.Tests = append(s.Tests, t)
			}
		}
		if !conditional && slices.Contains(assertions, words[0]) {
			asserted = true
		}
	}
	if len(s.Checks) == 0 {
		return nil, bad(0, "no check: a suite that asks nothing would pass anything")
	}
	if !asserted {
		return nil, bad(section, "this check asserts nothing: add `status`, `json` or another assertion")
	}
	a.Comment = []byte(strings.Join(lines, "\n"))
	s.Script = txtar.Format(a)
	return s, nil
}

// split cuts a line into words as testscript does, without expanding variables.
func split(line string) ([]string, error) {
	var words []string
	var word []byte
	in, quoted := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'' && quoted && i+1 < len(line) && line[i+1] == '\'':
			word = append(word, '\'')
			i++
		case c == '\'':
			quoted, in = !quoted, true
		case !quoted && (c == ' ' || c == '\t' || c == '\r'):
			if in {
				words = append(words, string(word))
			}
			word, in = word[:0], false
		case !quoted && c == '#':
			i = len(line)
		default:
			word, in = append(word, c), true
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote is not closed")
	}
	if in {
		words = append(words, string(word))
	}
	return words, nil
}

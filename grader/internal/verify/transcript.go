package verify

import (
	"fmt"
	"regexp"
	"strings"
)

// A transcript is a block of a lesson that is tagged console.
type transcript struct {
	line     int
	starter  bool // the phase's program is the starter here, not the reference
	edits    []replacement
	commands []command
	log      []string // of a block tagged `console log`: the last lines that a program has printed
}

// A command is what stands behind one "$ ", with what is shown below it.
type command struct {
	line  int
	text  string // lines that end in \ and the next one are one command
	shown []string
}

// A replacement changes the last program, or one file of the phase, for one block.
type replacement struct {
	line     int
	file     string // "" is the last program
	old, new string
}

const prompt = "$ "

// transcripts reads the console blocks of a lesson, by the line they begin in.
func transcripts(lesson string) (list map[int]transcript, problems []string) {
	list = map[int]transcript{}
	bad := func(line int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("README.md:%d: ", line)+fmt.Sprintf(format, args...))
	}
	all := blocks(lesson)
	for _, b := range all {
		if b.tag == "text" || b.tag == "" {
			if line := printed(b); line != "" {
				bad(b.line, "this is output, which only a block tagged `console` may show, below its command: %s", line)
			}
		}
		if b.tag != "console" {
			continue
		}
		t := transcript{line: b.line}
		t.kind(b, bad)
		var stray string
		if t.commands, stray = commands(b); t.log != nil {
			if len(t.commands) > 0 {
				bad(b.line, "a console block that shows a log has no commands")
				continue
			}
		} else if stray != "" || len(t.commands) == 0 {
			bad(b.line, "a console block begins with a command, `$ …`; this one with %q", stray)
			continue
		}
		list[b.line] = t
	}
	for line, edits := range replacements(lesson, all, bad) {
		if t, ok := list[line]; ok {
			t.edits = edits
			list[line] = t
		}
	}
	return list, problems
}

// kind reads what stands behind the tag of a block.
func (t *transcript) kind(b block, bad func(int, string, ...any)) {
	for _, word := range strings.Fields(b.info) {
		switch word {
		case "starter":
			t.starter = true
		case "log":
			t.log = b.lines()
		default:
			bad(b.line, "a console block knows `starter` and `log`, and not %q", word)
		}
	}
}

// commands reads the lines of a console block. Stray is what stands above the first
// command.
func commands(b block) (list []command, stray string) {
	more := false
	for i, line := range b.lines() {
		text, begins := strings.CutPrefix(line, prompt)
		switch {
		case more:
			last := &list[len(list)-1]
			last.text += "\n" + line
			more = strings.HasSuffix(line, `\`)
		case begins:
			list = append(list, command{line: b.line + 1 + i, text: text})
			more = strings.HasSuffix(line, `\`)
		case len(list) == 0:
			if stray == "" {
				stray = line
			}
		default:
			last := &list[len(list)-1]
			last.shown = append(last.shown, line)
		}
	}
	return list, stray
}

// lines are the lines of a block, without the white space that its fence stands in.
func (b block) lines() []string {
	list := strings.Split(strings.TrimSuffix(b.text, "\n"), "\n")
	for i, line := range list {
		for n := b.indent; n > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")); n-- {
			line = line[1:]
		}
		list[i] = strings.TrimRight(line, " \t\r")
	}
	return list
}

var compilerLine = regexp.MustCompile(`^\S+\.go:[0-9]+:[0-9]+: `)

// printed is the first line of a block that looks like what a server or the compiler
// printed, or "".
func printed(b block) string {
	for i, line := range b.lines() {
		if i == 0 && strings.HasPrefix(line, "HTTP/1.") || compilerLine.MatchString(line) {
			return line
		}
	}
	return ""
}

var (
	comment  = regexp.MustCompile(`(?s)<!--(.*?)-->`)
	comments = regexp.MustCompile(`(?s)^(?:\s*<!--.*?-->)*\s*`)
	editHead = regexp.MustCompile(`(?s)^\s*edit(?:[ \t]+([^\s:]+))?:(.*)$`)
)

// replacements reads the edit comments of a lesson, by the line of the console block
// that each stands above.
func replacements(lesson string, all []block, bad func(int, string, ...any)) map[int][]replacement {
	lines := strings.Split(lesson, "\n")
	consoles := map[int]bool{}
	for _, b := range all { // no comment is looked for inside a block
		for i := range strings.Count(b.text, "\n") {
			if b.line+i < len(lines) {
				lines[b.line+i] = ""
			}
		}
		consoles[b.line] = b.tag == "console"
	}
	text := strings.Join(lines, "\n")
	found := map[int][]replacement{}
	for _, at := range comment.FindAllStringSubmatchIndex(text, -1) {
		m := editHead.FindStringSubmatch(text[at[2]:at[3]])
		if m == nil {
			continue
		}
		line := 1 + strings.Count(text[:at[0]], "\n")
		before, after, ok := strings.Cut(m[2], "=>")
		e := replacement{line: line, file: m[1], old: strings.TrimSpace(before), new: strings.TrimSpace(after)}
		below := at[1] + len(comments.FindString(text[at[1]:]))
		fence := 1 + strings.Count(text[:below], "\n")
		switch {
		case !ok || e.old == "" || strings.Contains(after, "=>"):
			bad(line, "an edit is written `<!-- edit: OLD => NEW -->`")
		case !consoles[fence]:
			bad(line, "an edit stands directly above a console block")
		default:
			found[fence] = append(found[fence], e)
		}
	}
	return found
}

// edited applies edits to files, of which each must hold its text once.
func edited(files map[string][]byte, edits []replacement) (map[string][]byte, error) {
	out := map[string][]byte{}
	for name, data := range files {
		out[name] = data
	}
	for _, e := range edits {
		data, ok := out[e.file]
		if n := strings.Count(string(data), e.old); !ok || n != 1 {
			return nil, fmt.Errorf("README.md:%d: the text to edit occurs %d times in %s: it must occur exactly once: %s", e.line, n, e.file, e.old)
		}
		out[e.file] = []byte(strings.Replace(string(data), e.old, e.new, 1))
	}
	return out, nil
}

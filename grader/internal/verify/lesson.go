package verify

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/sandbox"
)

// A block is one fenced block of a Markdown text.
type block struct {
	tag    string
	info   string // what stands behind the tag
	line   int    // of the opening fence, 1-based
	indent int    // of the fence
	text   string
}

var fence = regexp.MustCompile("^([ \t]*)(```+|~~~+)[ \t]*([^` \t]*)([^`]*)")

// blocks lists the fenced blocks of a text.
func blocks(text string) []block {
	var list []block
	var open string
	var cur block
	for i, line := range strings.Split(text, "\n") {
		m := fence.FindStringSubmatch(line)
		switch {
		case open == "" && m != nil:
			open, cur = m[2], block{tag: m[3], info: m[4], line: i + 1, indent: len(m[1])}
		case open != "" && m != nil && strings.HasPrefix(m[2], open) && m[3] == "":
			list = append(list, cur)
			open = ""
		case open != "":
			cur.text += line + "\n"
		}
	}
	if open != "" { // it goes on to the end of the text
		list = append(list, cur)
	}
	return list
}

// outsideFences lists the lines of a text that are in no fenced block.
func outsideFences(text string) []string {
	var lines []string
	open := ""
	for line := range strings.SplitSeq(text, "\n") {
		m := fence.FindStringSubmatch(line)
		switch {
		case open == "" && m != nil:
			open = m[2]
		case open != "" && m != nil && strings.HasPrefix(m[2], open) && m[3] == "":
			open = ""
		case open == "":
			lines = append(lines, line)
		}
	}
	return lines
}

var packageMain = regexp.MustCompile(`(?m)^package main\b`)

// elided stands alone on a line where a fragment leaves lines out.
var elided = []string{"// …", "// ..."}

// lesson is proof 7.
func (v *Verifier) lesson(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	list, problems := transcripts(string(p.Lesson))
	proof.Problems = append(proof.Problems, problems...)
	var st *stage
	if len(list) > 0 {
		if !there(shell) {
			proof.NotRun = append(proof.NotRun, "there is no "+shell+" on this machine: what the lesson shows was not compared")
		} else {
			var err error
			if st, err = v.newStage(p, proof, list); err != nil {
				return err
			}
			defer st.close()
		}
	}
	sources := sourcesOf(p)
	for _, b := range blocks(string(p.Lesson)) {
		var err error
		t, shows := list[b.line]
		switch {
		case shows && st != nil:
			err = st.play(ctx, t)
		case b.tag == "go" && packageMain.MatchString(b.text):
			sources = append(sources, strings.Split(b.text, "\n"))
			err = v.whole(ctx, b, proof, st)
		case b.tag == "go":
			for _, part := range parts(b.text) {
				if !slices.ContainsFunc(sources, func(lines []string) bool { return contains(lines, part) }) {
					proof.bad("README.md:%d: no file of the phase, and no program above, has these lines: %s …", b.line, strings.TrimSpace(part[0]))
				}
			}
		}
		if err != nil {
			return err
		}
	}
	if st != nil {
		return st.finish(ctx)
	}
	return nil
}

// sourcesOf are the lines of the phase's files.
func sourcesOf(p *catalog.Phase) (sources [][]string) {
	for _, files := range []catalog.Files{p.Starter, p.Solution, p.Second} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			sources = append(sources, strings.Split(string(files[name]), "\n"))
		}
	}
	return sources
}

// whole builds a program of the lesson and hands it to the stage, if there is one.
func (v *Verifier) whole(ctx context.Context, b block, proof *Proof, st *stage) error {
	prog, err := v.Builder.Build(ctx, build.Source{Phase: workedPhase, Files: catalog.Files{"main.go": []byte(b.text)}})
	if err != nil {
		return err
	}
	for _, e := range prog.Errors {
		proof.bad("README.md:%d: the program does not build: %s", b.line, strings.TrimPrefix(e.String(), "phases/"+workedPhase+"/"))
	}
	if st == nil {
		return nil
	}
	return st.show(b.text, len(prog.Errors) == 0)
}

// parts cuts a fragment where it leaves lines out, and drops blank ends.
func parts(text string) [][]string {
	var list [][]string
	var cur []string
	flush := func() {
		for len(cur) > 0 && strings.TrimSpace(cur[0]) == "" {
			cur = cur[1:]
		}
		for len(cur) > 0 && strings.TrimSpace(cur[len(cur)-1]) == "" {
			cur = cur[:len(cur)-1]
		}
		if len(cur) > 0 {
			list = append(list, dedent(cur))
		}
		cur = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if slices.Contains(elided, strings.TrimSpace(line)) {
			flush()
			continue
		}
		cur = append(cur, line)
	}
	flush()
	return list
}

// dedent removes the white space that all lines begin with, and what ends them.
func dedent(lines []string) []string {
	prefix := ""
	for i, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if strings.TrimSpace(line) == "" {
			continue
		}
		if i == 0 || len(indent) < len(prefix) {
			prefix = indent
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimRight(strings.TrimPrefix(line, prefix), " \t\r")
	}
	return out
}

// contains reports whether part, dedented, is a run of lines.
func contains(lines, part []string) bool {
	for i := 0; i+len(part) <= len(lines); i++ {
		if strings.TrimSpace(lines[i]) == strings.TrimSpace(part[0]) && slices.Equal(dedent(lines[i:i+len(part)]), part) {
			return true
		}
	}
	return false
}

// Sizes of a quiz, and the share of questions whose right choice may be the longest.
const (
	minQuestions = 8
	minCode      = 2
	maxLongest   = 40 // percent
)

// quiz is proof 6.
func (v *Verifier) quiz(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	if p.Capstone() && len(p.Quiz) == 0 { // a capstone needs none
		return nil
	}
	if len(p.Quiz) < minQuestions {
		proof.bad("%s has %d questions: at least %d", p.QuizFile, len(p.Quiz), minQuestions)
	}
	code, longest := 0, 0
	for i, q := range p.Quiz {
		if len(q.Choices) > 0 && longestChoice(q) {
			longest++
		}
		if q.Code == "" {
			continue
		}
		code++
		if q.Output == "" {
			continue
		}
		if problem, err := v.prints(ctx, q); err != nil {
			return err
		} else if problem != "" {
			proof.bad("%s: question %d: %s", p.QuizFile, i+1, problem)
		}
	}
	if code < minCode {
		proof.bad("%s shows code in %d questions: at least %d", p.QuizFile, code, minCode)
	}
	if n := len(p.Quiz); n > 0 && longest*100 > maxLongest*n {
		proof.warn("%s: the right choice is the longest in %d of %d questions, which gives it away", p.QuizFile, longest, n)
	}
	return nil
}

func longestChoice(q catalog.Question) bool {
	for i, c := range q.Choices {
		if i != q.Answer && len(c) >= len(q.Choices[q.Answer]) {
			return false
		}
	}
	return true
}

// prints runs a question's code and compares what it prints.
func (v *Verifier) prints(ctx context.Context, q catalog.Question) (problem string, err error) {
	prog, err := v.Builder.Build(ctx, build.Source{Phase: "quiz", Files: catalog.Files{"main.go": []byte(q.Code)}})
	if err != nil {
		return "", err
	}
	if len(prog.Errors) > 0 {
		return "the code does not build: " + strings.TrimPrefix(prog.Errors[0].String(), "phases/quiz/"), nil
	}
	box, err := sandbox.Open(sandbox.Options{Scratch: v.Scratch, Visible: []string{prog.Path}})
	if err != nil {
		return "", err
	}
	defer box.Close()
	proc, err := box.Start(sandbox.Spec{Path: prog.Path, Env: []string{"HOST=127.0.0.1", "PORT=0"}})
	if err != nil {
		return "", err
	}
	select {
	case <-proc.Done():
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(20 * time.Second):
		return "the code does not end", nil
	}
	if got := strings.TrimRight(proc.Output(), "\n"); got != strings.TrimRight(q.Output, "\n") {
		return "claims the output " + strconv.Quote(q.Output) + ", but the code prints " + strconv.Quote(got), nil
	}
	return "", nil
}

// Package reference tells which part of a phase's reference program an exercise is
// about: the changes from the starter that lie at its TODO comments, and what they use
// that the starter does not have. It reads nothing and formats nothing.
package reference

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"

	"echofromzero/grader/internal/catalog"
)

// context is how many lines stand before and after a change.
const context = 3

// A Change is some lines of a file that differ between the starter and the reference.
type Change struct {
	File  string
	Line  int      // of the reference's file, from 1, that Lines begin at
	Lines []string // each begins with ' ', '-' (the starter's) or '+' (the reference's)

	ids    []string // exercises whose TODO it takes away, or the rest of its declaration does
	within string   // name of the declaration that it lies in; "" above the first
}

// Of returns the changes that belong to an exercise, in the order of the files. It is
// empty when no TODO of the starter names the exercise.
func Of(p *catalog.Phase, id string) []Change {
	all := changes(p.Starter, p.Solution)
	share(all)
	chosen := make([]bool, len(all))
	var used strings.Builder
	found := false
	take := func(i int) {
		chosen[i], found = true, true
		for _, line := range all[i].Lines {
			if line[0] == '+' {
				used.WriteString(line[1:] + "\n")
			}
		}
	}
	for i, c := range all {
		if slices.Contains(c.ids, id) {
			take(i)
		}
	}
	if !found {
		return nil
	}
	// What the exercise's lines name, and no other exercise's TODO stands at.
	for again := true; again; {
		again = false
		words := wordsOf(used.String())
		for i, c := range all {
			if !chosen[i] && len(c.ids) == 0 && slices.ContainsFunc(c.names(), func(n string) bool { return words[n] }) {
				take(i)
				again = true
			}
		}
	}
	var out []Change
	for i, c := range all {
		if chosen[i] {
			out = append(out, c)
		}
	}
	return out
}

// Compiled when first used: other verbs do not wait for them at their start.
var (
	todo     = lazy(`TODO ([0-9A-Za-z-]+\.[0-9]+)`)
	declared = lazy(`^(?:func (?:\([^)]*\) )?|type |var |const )([A-Za-z_][0-9A-Za-z_]*)`)
	hunk     = lazy(`^@@ -[0-9]+(?:,[0-9]+)? \+([0-9]+)`)
)

func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "//") {
			for _, w := range strings.FieldsFunc(line, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				words[w] = true
			}
		}
	}
	return words
}

// share gives a change without a TODO those of its declaration.
func share(all []Change) {
	type place struct{ file, name string }
	owners := map[place][]string{}
	for _, c := range all {
		if at := (place{c.File, c.within}); c.within != "" {
			owners[at] = append(owners[at], c.ids...)
		}
	}
	for i, c := range all {
		if len(c.ids) == 0 {
			all[i].ids = owners[place{c.File, c.within}]
		}
	}
}

// names are what the reference declares here at the top of a file, and in what.
func (c Change) names() []string {
	names := []string{c.within}
	for _, line := range c.Lines {
		if m := declared().FindStringSubmatch(line[1:]); line[0] == '+' && m != nil {
			names = append(names, m[1])
		}
	}
	return names
}

// changes are all differences of two programs, each as small as it can be.
func changes(from, to catalog.Files) []Change {
	all := map[string]bool{}
	for _, files := range []catalog.Files{from, to} {
		for name := range files {
			all[name] = true
		}
	}
	var list []Change
	for _, name := range slices.Sorted(maps.Keys(all)) {
		of := split(name, string(diff.Diff("", from[name], "", to[name])))
		for i := range of {
			of[i].within = within(string(to[name]), of[i])
		}
		list = append(list, of...)
	}
	return list
}

// split cuts a unified diff of a file where the two are alike for two lines or more.
func split(name, text string) []Change {
	var list []Change
	var lines []string // of the hunk
	at := 0
	flush := func() {
		list = append(list, groups(name, at, lines)...)
		lines = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch m := hunk().FindStringSubmatch(line); {
		case m != nil:
			flush()
			at = atoi(m[1])
		case at > 0 && line != "" && strings.ContainsRune(" +-", rune(line[0])):
			lines = append(lines, line)
		}
	}
	flush()
	return list
}

// within is the declaration that the first changed line of a file lies in.
func within(text string, c Change) string {
	last := c.Line
	for _, l := range c.Lines {
		if l[0] != ' ' {
			break
		}
		last++
	}
	name := ""
	for line := range strings.Lines(text) {
		if last--; last <= 0 {
			break
		}
		switch m := declared().FindStringSubmatch(line); {
		case m != nil:
			name = m[1]
		case strings.HasPrefix(line, "}"), strings.HasPrefix(line, ")"):
			name = ""
		}
	}
	return name
}

func atoi(digits string) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

// groups are the changes of a hunk, with the lines around each.
func groups(name string, at int, lines []string) []Change {
	var list []Change
	for i := 0; i < len(lines); {
		if lines[i][0] == ' ' {
			i++
			continue
		}
		end := i
		for k := i; k < len(lines) && k <= end+2; k++ {
			if lines[k][0] != ' ' {
				end = k
			}
		}
		from, to := i, end+1
		for from > 0 && i-from < context && lines[from-1][0] == ' ' {
			from--
		}
		for to < len(lines) && to-end <= context && lines[to][0] == ' ' {
			to++
		}
		c := Change{File: name, Line: at, Lines: lines[from:to]}
		for _, l := range lines[:from] {
			if l[0] != '-' {
				c.Line++
			}
		}
		for _, l := range lines[i : end+1] {
			if m := todo().FindStringSubmatch(l); l[0] == '-' && m != nil {
				c.ids = append(c.ids, m[1])
			}
		}
		list = append(list, c)
		i = end + 1
	}
	return list
}

package report

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A span is a piece of a line that has one look. Its text is sanitized.
type span struct {
	role role
	text string
}

// paintAll gives each span its look.
func (s Style) paintAll(spans []span) string {
	var b strings.Builder
	for _, sp := range spans {
		b.WriteString(s.paint(sp.role, sp.text))
	}
	return b.String()
}

// trimEnd drops the blanks at the end of a line, which in colour would stay.
func trimEnd(line []span) []span {
	for i := len(line) - 1; i >= 0; i-- {
		if line[i].text = strings.TrimRight(line[i].text, " "); line[i].text != "" {
			return line[:i+1]
		}
	}
	return nil
}

func widthOfAll(spans []span) int {
	n := 0
	for _, sp := range spans {
		n += ansi.StringWidth(sp.text)
	}
	return n
}

// add appends text to spans, to the last one where the look is the same.
func add(spans []span, r role, text string) []span {
	if last := len(spans) - 1; last >= 0 && spans[last].role == r {
		spans[last].text += text
		return spans
	}
	return append(spans, span{r, text})
}

// chopSpans cuts a line into rows of at most width columns, wherever that falls.
func chopSpans(line []span, width int) [][]span {
	var rows [][]span
	var row []span
	used := 0
	for _, sp := range line {
		for _, c := range cells(sp.text) {
			if used+c.width > width && used > 0 {
				rows, row, used = append(rows, row), nil, 0
			}
			row = add(row, sp.role, c.text)
			used += c.width
		}
	}
	return append(rows, row)
}

// wrapSpans is wrap for text with looks: it breaks at spaces, and a word that is longer
// than width is cut. A newline is a break that stays.
func wrapSpans(text []span, width int) [][]span {
	width = max(width, 8)
	var rows [][]span
	var row []span
	used := 0
	next := func() { rows, row, used = append(rows, row), nil, 0 }
	for _, word := range words(text) {
		if word == nil {
			next()
			continue
		}
		for i, part := range chopSpans(word, width) {
			n := widthOfAll(part)
			switch {
			case used == 0:
			case i == 0 && used+1+n <= width:
				row = add(row, between(row, part), " ")
				used++
			default:
				next()
			}
			for _, sp := range part {
				row = add(row, sp.role, sp.text)
			}
			used += n
		}
	}
	if used > 0 || len(rows) == 0 {
		next()
	}
	return rows
}

// between is the look of the blank between two words: theirs, if it is the same.
func between(before, after []span) role {
	if r := before[len(before)-1].role; r == after[0].role {
		return r
	}
	return plain
}

// words splits text at blanks. A nil word is a line break.
func words(text []span) [][]span {
	var out [][]span
	var word []span
	end := func() {
		if word != nil {
			out, word = append(out, word), nil
		}
	}
	for _, sp := range text {
		rest := sp.text
		for rest != "" {
			i := strings.IndexAny(rest, " \t\n")
			if i < 0 {
				word = add(word, sp.role, rest)
				break
			}
			if i > 0 {
				word = add(word, sp.role, rest[:i])
			}
			end()
			if rest[i] == '\n' {
				out = append(out, nil)
			}
			rest = rest[i+1:]
		}
	}
	end()
	return out
}

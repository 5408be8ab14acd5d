package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// A cell is one character as a reader sees it, and the columns it takes.
type cell struct {
	text  string
	width int
}

// cells splits a sanitized line.
func cells(s string) []cell {
	out := make([]cell, 0, len(s))
	for len(s) > 0 {
		cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		out = append(out, cell{cluster, width})
		s = s[len(cluster):]
	}
	return out
}

func widthOf(cs []cell) int {
	n := 0
	for _, c := range cs {
		n += c.width
	}
	return n
}

func join(cs []cell) string {
	var b strings.Builder
	for _, c := range cs {
		b.WriteString(c.text)
	}
	return b.String()
}

// cut is the beginning of s that takes at most width columns.
func cut(s string, width int) string {
	n := 0
	for _, c := range cells(s) {
		if width -= c.width; width < 0 {
			break
		}
		n += len(c.text)
	}
	return s[:n]
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// padRight fills s with spaces up to width columns.
func padRight(s string, width int) string { return s + spaces(width-ansi.StringWidth(s)) }

// padLeft puts spaces before s up to width columns.
func padLeft(s string, width int) string { return spaces(width-ansi.StringWidth(s)) + s }

// wrap breaks text at spaces into lines of at most width columns; a word that is
// longer is cut. Line breaks and the indentation of a line are kept. Hyphens are
// no place to break: `--give-up` has to stay in one piece.
func wrap(text string, width int) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimRight(text, "\n "), "\n") {
		out = append(out, wrapLine(line, max(width, 8))...)
	}
	return out
}

func wrapLine(line string, width int) []string {
	words := strings.Fields(line)
	if len(words) == 0 {
		return []string{""}
	}
	indent := spaces(min(len(line)-len(strings.TrimLeft(line, " ")), width/2))
	var out []string
	cur := indent
	for _, word := range words {
		for i, part := range chop(word, width-len(indent), 1<<30, "") {
			switch {
			case cur == indent:
				cur += part
			case i == 0 && ansi.StringWidth(cur)+1+ansi.StringWidth(part) <= width:
				cur += " " + part
			default:
				out = append(out, cur)
				cur = indent + part
			}
		}
	}
	return append(out, cur)
}

// chop cuts a line into rows of at most width columns, wherever that falls. Of
// more than most rows, the last one kept ends in the ellipsis.
func chop(line string, width, most int, ellipsis string) []string {
	if ansi.StringWidth(line) <= width {
		return []string{line}
	}
	var rows []string
	var b strings.Builder
	used := 0
	for _, c := range cells(line) {
		if used+c.width > width && used > 0 {
			rows = append(rows, b.String())
			b.Reset()
			used = 0
			if len(rows) == most {
				rows[most-1] = cut(rows[most-1], width-ansi.StringWidth(ellipsis)) + ellipsis
				return rows
			}
		}
		b.WriteString(c.text)
		used += c.width
	}
	return append(rows, b.String())
}

// leftEdge chooses from which column a line of total columns is shown in a window
// of width columns, so that column at is inside it.
func leftEdge(at, total, width int) int {
	if total <= width {
		return 0
	}
	return max(0, min(at-width/2, total-width))
}

// window shows the columns of a line from left on, at most width of them. Where
// something is cut off, the ellipsis takes its place. It also says in which column
// of the result the cell with index at begins.
func window(cs []cell, left, width, at int, ellipsis string) (string, int) {
	head, tail := "", ""
	if left > 0 {
		head = ellipsis
		left += ansi.StringWidth(head)
	}
	room := width - ansi.StringWidth(head)
	if widthOf(cs)-left > room {
		tail = ellipsis
		room -= ansi.StringWidth(tail)
	}
	var b strings.Builder
	col, used, caret := 0, 0, -1
	for i, c := range cs {
		if i == at {
			caret = used
		}
		if col >= left {
			if used+c.width > room {
				break
			}
			b.WriteString(c.text)
			used += c.width
		}
		col += c.width
	}
	if caret < 0 {
		caret = used
	}
	return head + b.String() + tail, caret + ansi.StringWidth(head)
}

// count is a number with its noun: "1 more line", "2 more lines".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// list joins words as a sentence does: "2.1, 2.2 and 2.4".
func list(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// ago says how long before now t was. Without a now it is the date.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case now.IsZero() || d >= 7*24*time.Hour:
		return t.Format("2 Jan 2006")
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 48*time.Hour:
		return "1 day ago"
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

// since names t so that it fits after "since": a time of today, else a day.
func since(now, t time.Time) string {
	n := now.In(t.Location())
	switch {
	case n.Year() == t.Year() && n.YearDay() == t.YearDay():
		return t.Format("15:04")
	case n.Year() == t.Year():
		return t.Format("2 Jan")
	default:
		return t.Format("2 Jan 2006")
	}
}

// took is a duration as a person says it.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
}

// about is how long a phase takes: "50 min", "1.5 h".
func about(minutes int) string {
	if minutes < 60 {
		return fmt.Sprintf("%d min", minutes)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(minutes)/60), ".0") + " h"
}

// shellQuote quotes s for a POSIX shell, in the plainest form that is right.
func shellQuote(s string) string {
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:,@%+=", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

package verify

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// anyLines stands alone on a line for any number of lines, and anyText in a line for
// any text within it.
const anyText = "…"

var anyLines = []string{anyText, "..."}

// A comparison looks for shown lines in what was really printed.
type comparison struct {
	shown, real []string
	prefix      bool // more may follow what is shown
	seen        map[[2]int]bool
	atShown     int // the first shown line that was never matched
	atReal      int // where it was looked for
}

// compare returns "" if shown is what was printed, and otherwise the first difference.
// With prefix, shown may be only its beginning.
func compare(shown, real []string, prefix bool) string {
	c := comparison{shown: cut(shown), real: cut(real), prefix: prefix, seen: map[[2]int]bool{}, atShown: -1}
	if c.match(0, 0) {
		return ""
	}
	switch {
	case c.atShown == len(c.shown):
		return fmt.Sprintf("it also prints %q", c.real[c.atReal])
	case c.atShown > 0 && slices.Contains(anyLines, strings.TrimSpace(c.shown[c.atShown-1])):
		return fmt.Sprintf("it shows %q, which is printed nowhere below what stands above it", c.shown[c.atShown])
	case c.atReal >= len(c.real):
		return fmt.Sprintf("it shows %q, and nothing more is printed", c.shown[c.atShown])
	}
	return fmt.Sprintf("it shows %q, and %q is printed", c.shown[c.atShown], c.real[c.atReal])
}

// cut drops the blank lines at the end.
func cut(lines []string) []string {
	n := len(lines)
	for n > 0 && lines[n-1] == "" {
		n--
	}
	return slices.Clone(lines[:n])
}

// match reports whether the lines from i and j on are the same, and notes how far
// it came.
func (c *comparison) match(i, j int) bool {
	at := [2]int{i, j}
	if c.seen[at] {
		return false
	}
	c.seen[at] = true
	if i < len(c.shown) && slices.Contains(anyLines, strings.TrimSpace(c.shown[i])) {
		for k := j; k <= len(c.real); k++ {
			if c.match(i+1, k) {
				return true
			}
		}
		return false
	}
	if i > c.atShown {
		c.atShown, c.atReal = i, j
	}
	if i == len(c.shown) {
		return c.prefix || j == len(c.real)
	}
	return j < len(c.real) && sameLine(c.shown[i], c.real[j]) && c.match(i+1, j+1)
}

var dateHeader = regexp.MustCompile(`(?i)^((?:< )?date: )(.*)$`)

// sameLine compares two lines; any date is as good as another in a Date header.
func sameLine(shown, real string) bool {
	a, b := dateHeader.FindStringSubmatch(shown), dateHeader.FindStringSubmatch(real)
	if a != nil && b != nil && strings.EqualFold(a[1], b[1]) {
		_, err := http.ParseTime(a[2])
		return err == nil || strings.Contains(a[2], anyText)
	}
	parts := strings.Split(shown, anyText)
	if len(parts) == 1 {
		return shown == real
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(real, first) || !strings.HasSuffix(real[len(first):], last) {
		return false
	}
	rest := real[len(first) : len(real)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return false
		}
		rest = after
	}
	return true
}

// escape is what colours a terminal.
var escape = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// printedLines are the lines of what a process printed, as a reader sees them.
func printedLines(output string) []string {
	output = escape.ReplaceAllString(strings.ReplaceAll(output, "\r", ""), "")
	if output == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(output, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return lines
}

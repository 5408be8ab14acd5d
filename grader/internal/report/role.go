package report

import "strings"

// A Role is what a piece of text is for; it decides the colour. The screens of
// package tui have the same ones as those of this package.
type Role = role

// The roles of text.
const (
	Plain   = plain
	Strong  = strong
	Good    = good
	Bad     = bad
	Warn    = warn
	Dim     = dim
	Copied  = copied
	Command = command
)

// Paint gives text the look of its role.
func (s Style) Paint(r Role, text string) string { return s.paint(r, text) }

// Cut is the beginning of a text, on one line of at most width columns and without
// what a terminal acts on.
func Cut(text string, width int) string { return cut(oneLine(text), width) }

// Line is text that anybody may have written as one line that is safe to print: what a
// terminal would act on is escaped, see Sanitize.
func Line(text string) string { return oneLine(text) }

// Wrap is text that anybody may have written in lines of at most width columns, broken
// between words: safe to print, see Sanitize.
func Wrap(text string, width int) string {
	return strings.Join(wrap(Sanitize(text), width), "\n")
}

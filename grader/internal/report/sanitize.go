package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Sanitize makes text that anybody may have written safe to print, and exact to
// read: what a terminal would act on, or would not show, becomes the escape that
// Go writes for it. So ESC is \x1b, a carriage return \r, a byte that is not
// UTF-8 \xff, a bidirectional override \u202e. Newlines, tabs and whatever
// prints are kept; a backslash is kept as it is, so the result reads like the
// original and is not meant to be decoded.
func Sanitize(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case shows(r):
			b.WriteRune(r)
		default:
			b.WriteString(escape(r))
		}
		i += size
	}
	return b.String()
}

func clean(s string) bool {
	for _, r := range s {
		if !shows(r) {
			return false
		}
	}
	return utf8.ValidString(s)
}

// shows says whether r may go to a terminal as it is. Format characters (bidi
// overrides, zero-width ones, soft hyphens) are not among what strconv.IsPrint
// allows, nor are spaces other than U+0020.
func shows(r rune) bool {
	return r == '\n' || r == '\t' || strconv.IsPrint(r)
}

func escape(r rune) string {
	switch {
	case r == '\r':
		return `\r`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}

// oneLine is Sanitize for what must stay on one line: newlines and tabs become
// spaces.
func oneLine(s string) string {
	return strings.Join(strings.Fields(Sanitize(s)), " ")
}

// tabWidth is how many columns a tab takes on the screens.
const tabWidth = 4

// expand turns tabs into spaces: terminals differ in what they make of a tab, and
// a line's width and a caret's column have to be known.
func expand(s string) string {
	return strings.ReplaceAll(s, "\t", spaces(tabWidth))
}

package report

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func drawDiff(t *testing.T, s Style, want, got string) string {
	t.Helper()
	var b strings.Builder
	if err := Diff(&b, s, want, got); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	long := strings.Repeat("abcdefghi ", 40)
	tests := []struct {
		name      string
		width     int
		want, got string
		out       string
	}{
		{"Differs", 60, `{"a":1}`, `{"a":2}`, `
want  {"a":1}
got   {"a":2}
           ^ differs here
`},
		{"StopsTooSoon", 60, "Hello, Echo!", "Hello", `
want  Hello, Echo!
got   Hello
           ^ stops too soon
`},
		{"GoesOn", 60, "Hello", "Hello, Echo!", `
want  Hello
got   Hello, Echo!
           ^ should have ended
`},
		{"SpacesAtTheEnd", 60, "Hello", "Hello  ", `
want  Hello
got   Hello··
           ^ spaces at the end
`},
		{"Tab", 60, "a b", "a\tb", `
want  a b
got   a\tb
       ^ differs here
`},
		{"NothingAlike", 60, "200", "connection refused", `
want  200
got   connection refused
`},
		{"Answer", 60, "201 Created", "200 OK\nContent-Type: text/plain\n\nHello", `
want  201 Created
got   200 OK
      Content-Type: text/plain

      Hello
`},
		{"Statement", 60, `.page == 1`, `.page is 0` + "\n" + `{"items":[],"page":0}`, `
want  .page == 1
got   .page is 0
               ^ differs here
      {"items":[],"page":0}
`},
		{"StatementOfText", 60, `.title == "a boat"`, `.title is "a coat"`, `
want  .title == "a boat"
got   .title is "a coat"
                   ^ differs here
`},
		{"StatementOfOrder", 60, `.milliseconds < 100`, `.milliseconds is 2000`, `
want  .milliseconds < 100
got   .milliseconds is 2000
`},
		{"Tally", 60, "200=20", "200=19 409=1", `
want  200=20
got   200=19 409=1
          ^ differs here
`},
		{"FirstCharacter", 60, "200", "500", `
want  200
got   500
      ^ differs here
`},
		{"Nothing", 60, "Hello", "", `
want  Hello
got   (nothing)
`},
		{"NothingToCompare", 60, "", "exit status 1\n", `
got   exit status 1
`},
		{"FinalNewline", 60, "Hello", "Hello\n", `
want  Hello
got   Hello
They look alike here, but their bytes differ (a final
newline, or how a character is written).
`},
		{"Same", 60, "7", "7", `
want  7
got   7
`},
		{"WideCharacters", 60, "世界 a", "世界 b", `
want  世界 a
got   世界 b
           ^ differs here
`},
		{"Lines", 60, "a\nb\nc", "a\nx\nc", `
want  a
      b
      ^
      c
got   a
      x
      ^ differs here
      c
`},
		{"LineMissing", 60, "a\nb", "a", `
want  a
      b
      ^
got   a

      ^ stops too soon
`},
		{"LineTooMany", 60, "a", "a\nb", `
want  a
got   a
      b
      ^ should have ended
`},
		{"ManyLines", 60, strings.Repeat("same\n", 20) + "want", strings.Repeat("same\n", 20) + "went" + strings.Repeat("\nmore", 20), `
want  … 18 lines alike
      same
      same
      want
       ^
got   … 18 lines alike
      same
      same
      went
       ^ differs here
      more
      more
      more
      more
      more
      … 15 more lines
`},
		{"LongLine", 60, long + "X" + long, long + "Y" + long, `
want  …efghi abcdefghi abcdefghi Xabcdefghi abcdefghi abcde…
got   …efghi abcdefghi abcdefghi Yabcdefghi abcdefghi abcde…
                                 ^ differs here
`},
		{"LongLineEnd", 60, long + "X", long + "Y", `
want  …i abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi X
got   …i abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi Y
                                              differs here ^
`},
		{"Beside", 100, `{"a":1}`, `{"a":2}`, `
want                                               got
{"a":1}                                            {"a":2}
     ^                                                  ^ differs here
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := drawDiff(t, Style{Width: tt.width, Unicode: true}, tt.want, tt.got)
			if want := strings.TrimPrefix(tt.out, "\n"); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// FuzzDiff ensures that the first difference is on the screen with the caret
// below it, and that no line is wider than the screen.
func FuzzDiff(f *testing.F) {
	f.Add("a", "b", "same ", 60, true)
	f.Add("x\ny", hostile, strings.Repeat("line\n", 30), 100, false)
	f.Add("o\ufe0f", "1\ufe0f\u20e3", "x\u0301", 9, true)
	f.Add("世", "界", strings.Repeat("世", 200), 41, true)
	f.Fuzz(func(t *testing.T, want, got, before string, width int, unicode bool) {
		width = 40 + (width&0xffff)%120
		s := Style{Width: width, Unicode: unicode}
		out := drawDiff(t, s, before+want, before+got)
		lines := strings.Split(out, "\n")
		for _, l := range lines {
			if n := ansi.StringWidth(l); n > width {
				t.Fatalf("%d columns of %d: %q", n, width, l)
			}
		}
		p := newPage(s)
		room, _ := p.sideWidth(0)
		c := p.compare(before+want, before+got, room)
		if c.plain || before+want == "" || got == "" || before+got == "\n" {
			return
		}
		if !strings.Contains(out, c.said()) || !strings.Contains(out, "^") {
			t.Fatalf("%q is not said:\n%s", c.said(), out)
		}
	})
}

// TestCaret ensures that the character over the caret is the first one that
// differs, at every place of a long line and at many widths.
func TestCaret(t *testing.T) {
	line := strings.Repeat("0123456789", 30)
	for width := minWidth; width < 180; width += 13 {
		for i := 0; i < len(line); i += 3 {
			got := line[:i] + "X" + line[i+1:]
			rows := strings.Split(drawDiff(t, Style{Width: width, Unicode: true}, line, got), "\n")
			under := rows[len(rows)-2]
			over := rows[len(rows)-3]
			col := strings.LastIndex(under, "^")
			if c := ansi.Cut(over, col, col+1); c != "X" {
				t.Fatalf("width %d, difference at %d: %q is over the caret\n%s", width, i, c, strings.Join(rows, "\n"))
			}
		}
	}
}

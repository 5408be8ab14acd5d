package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSanitize(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"Plain", "Hello, Echo!\n\tGrüße, 世界 👋\n", "Hello, Echo!\n\tGrüße, 世界 👋\n"},
		{"Empty", "", ""},
		{"Backslash", `C:\temp`, `C:\temp`},
		{"ClearScreen", "\x1b[2J\x1b[H", `\x1b[2J\x1b[H`},
		{"Title", "\x1b]0;owned\a", `\x1b]0;owned\x07`},
		{"C1", "\u009b31m", `\u009b31m`},
		{"CarriageReturn", "wrong\rright\r\n", "wrong\\rright\\r\n"},
		{"Backspace", "no\b\byes\x7f\x00", `no\x08\x08yes\x7f\x00`},
		{"NotUTF8", "a\xffb\xc3", `a\xffb\xc3`},
		{"ReplacementCharacter", "a\ufffdb", "a\ufffdb"},
		{"Surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"BidiOverride", "\u202egnp.exe\u2066", `\u202egnp.exe\u2066`},
		{"ZeroWidth", "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"LineSeparator", "a\u2028b\u0085", `a\u2028b\u0085`},
		{"NoBreakSpace", "a\u00a0b", `a\u00a0b`},
		{"Tag", "a\U000e0041", `a\U000e0041`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Sanitize(tt.in); got != tt.want {
				t.Errorf("Sanitize(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// FuzzSanitize ensures that nothing a terminal acts on comes through, that what is
// harmless stays as it is, and that sanitizing twice changes nothing.
func FuzzSanitize(f *testing.F) {
	for _, s := range []string{"", "a\tb\n", hostile, "\u202e", "\xc3\x28", "\u009b31m", "👩‍👩‍👧", "\x1b]8;;http://x\x1b\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Sanitize(in)
		if !utf8.ValidString(out) {
			t.Fatalf("not UTF-8: %q", out)
		}
		for _, r := range out {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Fatalf("%q comes through in %q", r, out)
			}
		}
		if again := Sanitize(out); again != out {
			t.Fatalf("sanitized twice: %q, once: %q", again, out)
		}
		if strings.Count(out, "\n") != strings.Count(in, "\n") {
			t.Fatalf("lines were lost or made: %q", out)
		}
	})
}

package report

import (
	"image/color"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"echofromzero/grader/internal/golden"
	"echofromzero/grader/internal/grade"
)

func TestTimes(t *testing.T) {
	tests := []struct {
		back       time.Duration
		ago, since string
	}{
		{30 * time.Second, "just now", "14:06"},
		{5 * time.Minute, "5 min ago", "14:02"},
		{2 * time.Hour, "2 h ago", "12:07"},
		{20 * time.Hour, "20 h ago", "19 Nov"},
		{30 * time.Hour, "1 day ago", "19 Nov"},
		{80 * time.Hour, "3 days ago", "17 Nov"},
		{400 * 24 * time.Hour, "16 Oct 2025", "16 Oct 2025"},
		{-time.Minute, "just now", "14:08"}, // a clock that was set back
	}
	for _, tt := range tests {
		then := now.Add(-tt.back)
		if got := ago(now, then); got != tt.ago {
			t.Errorf("ago(%s) = %q, want %q", tt.back, got, tt.ago)
		}
		if got := since(now, then); got != tt.since {
			t.Errorf("since(%s) = %q, want %q", tt.back, got, tt.since)
		}
	}
	if got := ago(time.Time{}, now); got != "20 Nov 2026" {
		t.Errorf("without a now: %q", got)
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"Hyphens", "aaaa bbb --give-up", []string{"aaaa bbb", "--give-up"}},
		{"LongWord", "a 0123456789abc d", []string{"a", "0123456789", "abc d"}},
		{"Code", "so:\n\n  x := 1\n  y := 22222", []string{"so:", "", "  x := 1", "  y :=", "  22222"}},
		{"Wide", "世界世界世界", []string{"世界世界世", "界"}},
		{"Empty", "", []string{""}},
	}
	for _, tt := range tests {
		if got := wrap(tt.in, 10); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestShellQuote ensures that a shell reads back what was quoted.
func TestShellQuote(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no POSIX shell here")
	}
	for _, s := range []string{"", "plain", `[{"a":"it's $HOME"}]`, "a b", "`x`", `\`, "'", "!*?~", "a\nb"} {
		out, err := exec.Command(sh, "-c", "printf %s "+shellQuote(s)).Output()
		if err != nil || string(out) != s {
			t.Errorf("%q became %q (%v)", s, out, err)
		}
	}
	if got := shellQuote("sqlite:///tmp/x.db"); got != "sqlite:///tmp/x.db" {
		t.Errorf("quoted without need: %s", got)
	}
}

// TestCommand ensures that a command is never wrapped, keeps the line breaks of a
// body, and is not printed when nobody could copy it.
func TestCommand(t *testing.T) {
	long := "curl -d '" + strings.Repeat("a b ", 500) + "' http://localhost:8080/"
	tests := []struct{ name, in, want string }{
		{"Long", long, "      " + long + "\n"},
		{"Lines", "curl -d 'a\n  b' x", "      curl -d 'a\n  b' x\n"},
		{"Escape", "curl http://localhost:8080/\x1b[2J", `      curl http://localhost:8080/\x1b[2J` + "\n"},
		{"TooLong", "curl " + strings.Repeat("é", 5000), "      curl " + strings.Repeat("é", 97) + "\n      ... 9806 more bytes, too long for a screen\n"},
	}
	for _, tt := range tests {
		p := newPage(Style{})
		p.command(6, copied, tt.in)
		if got := p.b.String(); got != tt.want {
			t.Errorf("%s: %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestBuildColumns ensures that the caret stands under the byte that the compiler
// names, and that a column beyond the line does no harm.
func TestBuildColumns(t *testing.T) {
	tests := []struct {
		name, source string
		col          int
		want         string
	}{
		{"Tabs", "\t\tx := y", 8, "      x := y\n           ^\n"},
		{"TabInside", "a\t:= b", 6, "      a    := b\n              ^\n"},
		{"Wide", `f("世", x)`, 9, `      f("世", x)` + "\n             ^\n"},
		{"Beyond", "}", 80, "      }\n       ^\n"},
		{"NoColumn", "\tx", 0, "          x\n"},
		{"NoSource", "", 3, ""},
		{"Negative", "x", -1, "      x\n"},
		{"Long", strings.Repeat("x", 300) + "(y)", 301, "      ..." + strings.Repeat("x", 68) + "(y)\n" + spaces(6+71) + "^\n"},
	}
	for _, tt := range tests {
		p := newPage(Style{})
		p.sourceLine(grade.BuildError{Source: tt.source, Col: tt.col})
		if got := p.b.String(); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// TestContrast ensures that each colour can be read on the backgrounds that
// terminals have: a ratio of 4.5, as WCAG 2.2 asks of text.
func TestContrast(t *testing.T) {
	dark := []color.Color{color.Black, rgb(0x1e1e1e), rgb(0x282c34), rgb(0x002b36), rgb(0x300a24)}
	light := []color.Color{color.White, rgb(0xfdf6e3), rgb(0xeeeeee)}
	for r, shade := range shades {
		if !shade.colored {
			continue
		}
		for _, bg := range dark {
			if c := contrast(shade.dark, bg); c < 4.5 {
				t.Errorf("role %d, dark: %.1f on %v", r, c, bg)
			}
		}
		for _, bg := range light {
			if c := contrast(shade.light, bg); c < 4.5 {
				t.Errorf("role %d, light: %.1f on %v", r, c, bg)
			}
		}
	}
}

func rgb(hex uint32) color.Color {
	return color.RGBA{byte(hex >> 16), byte(hex >> 8), byte(hex), 255}
}

func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

// TestAnyVerdict ensures that no verdict, however odd, breaks a screen: in every
// combination of two statuses, with nothing else set.
func TestAnyVerdict(t *testing.T) {
	statuses := []grade.Status{grade.Pass, grade.Fail, grade.Unstable, grade.Waiting, grade.NotRun, grade.Broken, "", "odd"}
	for _, a := range statuses {
		for _, b := range statuses {
			for i := range 4 {
				in := CheckScreen{Partial: i&1 > 0, Verbose: i&2 > 0, Verdict: grade.Verdict{Phase: "01-hello", Exercises: []grade.Result{
					{ID: "1.1", Status: a}, {ID: "1.2", Status: b, Level: "stretch"},
				}}}
				var out strings.Builder
				if err := Check(&out, Style{}, in); err != nil {
					t.Fatal(err)
				}
				golden.Lint(t, golden.Look{Name: "any", Style: golden.Style{Width: 80}}, out.String(), false)
				if !strings.Contains(out.String(), "Next:") {
					t.Errorf("%s, %s: no next command\n%s", a, b, &out)
				}
				praised := strings.Contains(out.String(), "Well done")
				if praised && (a != grade.Pass && a != grade.NotRun || in.Partial && failed(in.Verdict.Exercises[1])) {
					t.Errorf("%s, %s: praised\n%s", a, b, &out)
				}
			}
		}
	}
	var out strings.Builder
	if err := Check(&out, Style{}, CheckScreen{}); err != nil || strings.Contains(out.String(), "Well done") {
		t.Errorf("an empty verdict: %v\n%s", err, &out)
	}
}

// TestPure ensures that the package reads no environment, clock or terminal.
func TestPure(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{`"os"`, `"os/exec"`, "time.Now", "time.Since", "lipgloss/v2\"", "x/term\""} {
			if strings.Contains(string(src), bad) {
				t.Errorf("%s has %s", f, bad)
			}
		}
	}
}

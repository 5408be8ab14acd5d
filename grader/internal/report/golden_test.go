package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A look is one way a terminal, or a pipe, shows a screen.
type look struct {
	name  string
	style Style
}

func looks() []look {
	var all []look
	for _, width := range []int{80, 60, 120} {
		all = append(all,
			look{fmt.Sprintf("no color %d", width), Style{Width: width, Unicode: true}},
			look{fmt.Sprintf("pipe %d", width), Style{Width: width}},
			look{fmt.Sprintf("dark %d", width), Style{Width: width, Unicode: true, Color: true, Dark: true}})
	}
	return append(all, look{"light 80", Style{Width: 80, Unicode: true, Color: true}})
}

// golden compares got with a golden file, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test ./grader/internal/report -update", err)
	}
	if d := diff.Diff(file, want, "now", got); len(d) > 0 {
		t.Errorf("%q\n%s", d, d)
	}
}

// TestScreens holds every screen in every look. A golden file is a txtar with a
// file a look.
func TestScreens(t *testing.T) {
	for _, sc := range screens() {
		t.Run(sc.name, func(t *testing.T) {
			ar := new(txtar.Archive)
			shown := map[string]string{}
			for _, l := range looks() {
				var b bytes.Buffer
				if err := sc.draw(&b, l.style); err != nil {
					t.Fatal(err)
				}
				shown[l.name] = b.String()
				ar.Files = append(ar.Files, txtar.File{Name: l.name, Data: b.Bytes()})
				lint(t, l, b.String(), sc.foreign)
			}
			golden(t, sc.name, txtar.Format(ar))
			for _, l := range []string{"dark 60", "dark 80", "dark 120", "light 80"} {
				_, width, _ := strings.Cut(l, " ")
				if got, want := ansi.Strip(shown[l]), shown["no color "+width]; got != want {
					t.Errorf("%s says more, or less, than the screen without colours:\n%s", l, got)
				}
			}
		})
	}
}

// unwrapped are the lines that may be wider than the screen: they are for a shell.
var unwrapped = regexp.MustCompile(`^ *(curl |seq |[A-Z][A-Z0-9_]*=)`)

// lint holds what is true of every screen.
func lint(t *testing.T, l look, text string, foreign bool) {
	t.Helper()
	if !strings.HasSuffix(text, "\n") || strings.HasPrefix(text, "\n") || strings.HasSuffix(text, "\n\n") {
		t.Errorf("%s: begins or ends with an empty line, or without a newline: %q", l.name, text)
	}
	for i, line := range strings.Split(text, "\n") {
		bare := ansi.Strip(line)
		if n := ansi.StringWidth(line); n > l.style.Width && !unwrapped.MatchString(bare) {
			t.Errorf("%s:%d: %d columns wide: %q", l.name, i+1, n, bare)
		}
		if strings.HasSuffix(bare, " ") && !l.style.Color {
			t.Errorf("%s:%d: ends in a space: %q", l.name, i+1, bare)
		}
		if Sanitize(bare) != bare {
			t.Errorf("%s:%d: has what a terminal acts on: %q", l.name, i+1, bare)
		}
		if strings.Contains(bare, "\t") {
			t.Errorf("%s:%d: has a tab: %q", l.name, i+1, bare)
		}
		if strings.Contains(bare, "!") && !strings.Contains(bare, "Hello, ") && !strings.HasPrefix(strings.TrimSpace(bare), "! ") &&
			!strings.Contains(bare, "marked !") {
			t.Errorf("%s:%d: exclaims: %q", l.name, i+1, bare)
		}
	}
	if !l.style.Color && strings.Contains(text, "\x1b") {
		t.Errorf("%s: has an escape sequence", l.name)
	}
	if !l.style.Unicode && !foreign {
		for _, r := range text {
			if r >= 0x80 {
				t.Errorf("%s: has %q", l.name, r)
			}
		}
	}
}

// TestGoldenFiles finds golden files that no screen writes any more.
func TestGoldenFiles(t *testing.T) {
	known := map[string]bool{"json": true, "json-all": true}
	for _, sc := range screens() {
		if known[sc.name] {
			t.Errorf("%s is there twice", sc.name)
		}
		known[sc.name] = true
	}
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".golden")
		if filepath.Base(f) != "fuzz" && !known[name] {
			t.Errorf("%s belongs to no screen", f)
		}
	}
}

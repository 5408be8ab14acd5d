// Package golden holds screens in files for tests: how each one looks at every width,
// with and without colour, on a dark and a light background, and in a pipe. The flag
// -update rewrites the files. Only tests import it.
package golden

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A Style has the fields of report.Style, which a Style can be converted to.
type Style struct {
	Width   int
	Color   bool
	Dark    bool
	Unicode bool
}

// A Look is one way a terminal, or a pipe, shows a screen.
type Look struct {
	Name string
	Style
}

// Looks are the ways in which every screen is held.
func Looks() []Look {
	var all []Look
	for _, width := range []int{80, 60, 120} {
		all = append(all,
			Look{fmt.Sprintf("no color %d", width), Style{Width: width, Unicode: true}},
			Look{fmt.Sprintf("pipe %d", width), Style{Width: width}},
			Look{fmt.Sprintf("dark %d", width), Style{Width: width, Unicode: true, Color: true, Dark: true}})
	}
	return append(all, Look{"light 80", Style{Width: 80, Unicode: true, Color: true}})
}

// A Screen is one golden file: a txtar with a file a look.
type Screen struct {
	Name string
	Draw func(Style) (string, error)
	// Foreign is set where the learner's own bytes are not ASCII.
	Foreign bool
}

// Screens compares every screen in every look with its file in testdata.
func Screens(t *testing.T, screens []Screen) {
	for _, sc := range screens {
		t.Run(sc.Name, func(t *testing.T) {
			ar := new(txtar.Archive)
			shown := map[string]string{}
			for _, l := range Looks() {
				text, err := sc.Draw(l.Style)
				if err != nil {
					t.Fatal(err)
				}
				shown[l.Name] = text
				ar.Files = append(ar.Files, txtar.File{Name: l.Name, Data: []byte(text)})
				Lint(t, l, text, sc.Foreign)
			}
			File(t, sc.Name, txtar.Format(ar))
			for _, l := range []string{"dark 60", "dark 80", "dark 120", "light 80"} {
				_, width, _ := strings.Cut(l, " ")
				if got, want := ansi.Strip(shown[l]), shown["no color "+width]; got != want {
					t.Errorf("%s says more, or less, than the screen without colours:\n%s", l, got)
				}
			}
		})
	}
}

// File compares got with testdata/NAME.golden, or rewrites it.
func File(t *testing.T, name string, got []byte) {
	t.Helper()
	Path(t, filepath.Join("testdata", name+".golden"), got)
}

// Path compares got with a file, or rewrites it.
func Path(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test with -update", err)
	}
	if d := diff.Diff(file, want, "now", got); len(d) > 0 {
		t.Errorf("%q\n%s", d, d)
	}
}

// unwrapped are the lines that may be wider than the screen: they are for a shell.
var unwrapped = regexp.MustCompile(`^ *(curl |seq |go test |grader .* \| diff |[A-Z][A-Z0-9_]*=)`)

// Lint holds what is true of every screen.
func Lint(t *testing.T, l Look, text string, foreign bool) {
	t.Helper()
	if !strings.HasSuffix(text, "\n") || strings.HasPrefix(text, "\n") || strings.HasSuffix(text, "\n\n") {
		t.Errorf("%s: begins or ends with an empty line, or without a newline: %q", l.Name, text)
	}
	for i, line := range strings.Split(text, "\n") {
		bare := ansi.Strip(line)
		if n := ansi.StringWidth(line); n > l.Width && !unwrapped.MatchString(bare) {
			t.Errorf("%s:%d: %d columns wide: %q", l.Name, i+1, n, bare)
		}
		if strings.HasSuffix(bare, " ") && !l.Color {
			t.Errorf("%s:%d: ends in a space: %q", l.Name, i+1, bare)
		}
		if strings.ContainsFunc(bare, func(r rune) bool { return !strconv.IsPrint(r) }) {
			t.Errorf("%s:%d: has a tab, or what a terminal acts on: %q", l.Name, i+1, bare)
		}
		if strings.Contains(bare, "!") && !strings.Contains(bare, "Hello, ") && !strings.HasPrefix(strings.TrimSpace(bare), "! ") &&
			!strings.Contains(bare, "marked !") {
			t.Errorf("%s:%d: exclaims: %q", l.Name, i+1, bare)
		}
	}
	if !l.Color && strings.Contains(text, "\x1b") {
		t.Errorf("%s: has an escape sequence", l.Name)
	}
	if !l.Unicode && !foreign {
		for _, r := range text {
			if r >= 0x80 {
				t.Errorf("%s: has %q", l.Name, r)
			}
		}
	}
}

// NoStray finds golden files that no screen writes any more, and screens of the same
// name. Others names files that other tests write.
func NoStray(t *testing.T, screens []Screen, others ...string) {
	t.Helper()
	known := map[string]bool{}
	for _, name := range others {
		known[name] = true
	}
	for _, sc := range screens {
		if known[sc.Name] {
			t.Errorf("%s is there twice", sc.Name)
		}
		known[sc.Name] = true
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

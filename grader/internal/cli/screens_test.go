//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	course "echofromzero"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/golden"
	"echofromzero/grader/internal/tui/tmuxtest"
)

// A scene is a screen of docs/screens.md: what is typed, and when it is all there.
type scene struct {
	title string
	about string
	rows  int
	play  func(d desk) (screen string)
}

var scenes = []scene{
	{"Where you are", "`grader` alone says what was reached and what comes next.", 40, func(d desk) string {
		d.Run("clear; grader")
		return d.Wait("Next: ")
	}},
	{"A failed check", "`grader check 01` on the files that the phase begins with.", 50, func(d desk) string {
		d.Run("clear; grader check 01")
		return d.Wait("Next: ")
	}},
	{"A question of the quiz", "`grader quiz 01` takes the whole terminal. The second choice is taken.", 36, func(d desk) string {
		d.Run("clear; grader quiz 01")
		d.Wait(" 1 of ")
		d.Keys("2")
		return d.Wait("› 2")
	}},
	{"A wrong answer", "It says at once what is right, and why the other choice is not.", 36, wrongAnswer},
	{"Going on with a quiz", "Each answer is kept at once, so a quiz that was left goes on where it was.", 14, func(d desk) string {
		wrongAnswer(d)
		d.Keys("q")
		d.Wait("Next: ")
		d.Run("clear; grader quiz 01")
		return d.Wait("You left this quiz")
	}},
	{"A lesson", "`grader read 01`, after a search for `handler`.", 30, func(d desk) string {
		d.Run("clear; grader read 01")
		d.Wait("0 %")
		d.Keys("/")
		d.Type("handler")
		d.Keys("Enter")
		return d.Wait("handler: row 1")
	}},
	{"A watch, from red to green", "`grader watch 01` scores again at each save. This save puts the right greeting in.", 46, func(d desk) string {
		d.Run("clear; grader watch 01")
		d.Wait("Waiting for a save")
		file := filepath.Join(d.dir, "phases", "01-hello", "handlers.go")
		source, _ := os.ReadFile(file) // without it, the next screen does not come
		_ = os.WriteFile(file, []byte(strings.Replace(string(source), "Hello, World!", "Hello, Echo!", 1)), 0o644)
		return d.Wait("This save fixed 1.1")
	}},
}

// wrongAnswer gives one to the first question.
func wrongAnswer(d desk) string {
	d.Run("clear; grader quiz 01")
	d.Wait(" 1 of ")
	d.Keys("2", "Enter")
	return d.Wait("Not quite.")
}

// masks take out what differs from machine to machine.
var masks = []struct {
	what *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d{4,5}`), "127.0.0.1:PORT"},
}

// TestScreens plays the scenes in a real terminal and compares them with
// docs/screens.md; -update writes it.
func TestScreens(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the recording shows what other tests do")
	}
	grader := tmuxtest.Build(t)
	env := append(goEnvOf(t, "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB"), "XDG_CACHE_HOME="+t.TempDir())
	// A first check compiles what it needs, which may take longer than a screen is waited for.
	first := exec.Command(grader, "check", "01")
	first.Dir, first.Env = workspaceOf(t), append(os.Environ(), env...)
	starter(t, first.Dir, "01-hello")
	out, err := first.CombinedOutput()
	require.ErrorContains(t, err, "exit status 1", "%s", out)
	var page strings.Builder
	page.WriteString("# Screens\n\nWhat a learner sees, as a terminal of 80 columns shows it. The page is made by\n" +
		"`go test ./grader/internal/cli -run TestScreens -update`, which types what a learner would; `go test` holds that it is still so.\n")
	for _, s := range scenes {
		dir := workspaceOf(t)
		starter(t, dir, "01-hello")
		screen := s.play(desk{tmuxtest.Start(t, tmuxtest.Options{Width: 80, Height: s.rows, Dir: dir, Path: filepath.Dir(grader), Env: env}), dir})
		for _, m := range masks {
			screen = m.what.ReplaceAllString(screen, m.by)
		}
		screen = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(screen, "\n"), "\n$"), "\n ")
		page.WriteString("\n## " + s.title + "\n\n" + s.about + "\n\n```text\n" + screen + "\n```\n")
	}
	golden.Path(t, filepath.Join("..", "..", "..", "docs", "screens.md"), []byte(page.String()))
}

// starter puts the files that a phase begins with into a workspace.
func starter(t *testing.T, dir, phase string) {
	t.Helper()
	c, err := catalog.Load(course.FS())
	require.NoError(t, err)
	for name, data := range c.Phase(phase).Starter {
		file := filepath.Join(dir, "phases", phase, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, data, 0o644))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), c.GoSum, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), c.GoMod, 0o644))
}

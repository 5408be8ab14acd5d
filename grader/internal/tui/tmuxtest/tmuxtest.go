// Package tmuxtest drives the grader in a real terminal, for tests: it starts a shell in
// a tmux server of its own, types keys, and reads the screen as a learner sees it.
//
//	grader := tmuxtest.Build(t)
//	term := tmuxtest.Start(t, tmuxtest.Options{Dir: dir, Path: filepath.Dir(grader)})
//	term.Type("grader quiz 01")
//	term.Keys("Enter")
//	term.Wait("1 of 10")
//
// A machine without tmux skips the test; with CI set it fails.
package tmuxtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// deadline is how long Wait waits for a text: far longer than any screen takes.
const deadline = 20 * time.Second

// Options say what a terminal is like. The zero value has 80 columns and 24 rows.
type Options struct {
	Width, Height int
	Dir           string   // where the shell starts; "" is an empty folder
	Path          string   // a folder that comes first in PATH
	Env           []string // more variables, each "KEY=value"
}

// A Terminal is a shell in a tmux server of its own. It ends with the test.
type Terminal struct {
	t      testing.TB
	socket string
}

// Build builds the grader into a folder of the test's and returns its path. Tests that
// share one are subtests of one test.
func Build(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "grader")
	build := exec.Command("go", "build", "-o", exe, "./grader")
	build.Dir = strings.TrimSpace(string(out))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the grader: %v\n%s", err, out)
	}
	return exe
}

// Start starts a shell whose prompt is a dollar sign.
func Start(t testing.TB, o Options) *Terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("this test needs tmux, which is not on the PATH")
		}
		t.Skip("this test needs tmux, which is not on the PATH")
	}
	if o.Width == 0 {
		o.Width, o.Height = 80, 24
	}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	// A socket's path must be short, which t.TempDir's is not.
	dir, err := os.MkdirTemp("", "tmux-")
	if err != nil {
		t.Fatal(err)
	}
	x := &Terminal{t: t, socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		x.Close()
		os.RemoveAll(dir)
	})
	env := slices.Concat([]string{"PATH=" + o.Path + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir,
		"LC_ALL=C.UTF-8", "TERM=screen-256color", "PS1=$ ", "SHELL=/bin/sh"}, o.Env)
	x.tmux(slices.Concat([]string{"-f", "/dev/null", "start-server", ";", "set", "-g", "status", "off", ";",
		"new-session", "-d", "-x", fmt.Sprint(o.Width), "-y", fmt.Sprint(o.Height), "-c", o.Dir, "env", "-i"}, env, []string{"sh"})...)
	x.Wait("$")
	return x
}

func (x *Terminal) tmux(args ...string) string {
	x.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", x.socket}, args...)...)
	cmd.Env = append(os.Environ(), "TMUX=", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// Type types text, letter by letter.
func (x *Terminal) Type(text string) {
	x.t.Helper()
	x.tmux("send-keys", "-l", text)
}

// Keys presses keys, as tmux names them: "Enter", "Down", "C-c", "PageDown".
func (x *Terminal) Keys(keys ...string) {
	x.t.Helper()
	x.tmux(append([]string{"send-keys"}, keys...)...)
}

// Run types a command and presses Enter.
func (x *Terminal) Run(command string) {
	x.t.Helper()
	x.Type(command)
	x.Keys("Enter")
}

// Screen is what the terminal shows now, without blanks at the ends of lines.
func (x *Terminal) Screen() string {
	x.t.Helper()
	return x.tmux("capture-pane", "-p")
}

// Styled is Screen with the escape sequences of its colours.
func (x *Terminal) Styled() string {
	x.t.Helper()
	return x.tmux("capture-pane", "-p", "-e")
}

// Wait waits until the screen has a text, and returns the screen.
func (x *Terminal) Wait(text string) string {
	x.t.Helper()
	return x.Until(fmt.Sprintf("shows %q", text), func(screen string) bool { return strings.Contains(screen, text) })
}

// Until waits until the screen is as ok wants it, and returns the screen.
func (x *Terminal) Until(what string, ok func(screen string) bool) string {
	x.t.Helper()
	var screen string
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if screen = x.Screen(); ok(screen) {
			return screen
		}
	}
	x.t.Fatalf("the terminal never %s. It shows:\n%s", what, screen)
	return ""
}

// Modes are the terminal's state beside its text: whether the cursor shows, whether the
// alternate screen is on, and which keypad and mouse modes are.
func (x *Terminal) Modes() string {
	x.t.Helper()
	return x.tmux("display-message", "-p", "cursor=#{cursor_flag} alternate=#{alternate_on} keypad=#{keypad_flag}#{keypad_cursor_flag} "+
		"mouse=#{mouse_any_flag} wrap=#{wrap_flag} insert=#{insert_flag} origin=#{origin_flag}")
}

// Resize gives the terminal another size.
func (x *Terminal) Resize(width, height int) {
	x.t.Helper()
	x.tmux("resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
}

// Close closes the terminal, as the window's close button does: what runs in it gets
// SIGHUP. It may be called more than once.
func (x *Terminal) Close() {
	cmd := exec.Command("tmux", "-S", x.socket, "kill-server")
	cmd.Env = append(os.Environ(), "TMUX=")
	_ = cmd.Run() // it fails when the server has ended already
}

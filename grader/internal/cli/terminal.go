package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"

	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/tui"
)

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// screen returns how to write to standard output: with colour only where a
// terminal, NO_COLOR (no-color.org) and --color agree.
func (g *global) screen() (io.Writer, report.Style, error) {
	tty := isTerminal(g.Stdout)
	s := report.Style{Width: g.width(), Unicode: g.unicode(), Dark: g.dark()}
	switch g.color {
	case "always":
		s.Color = true
	case "never":
	case "auto":
		s.Color = tty && g.Env("NO_COLOR") == "" && g.Env("TERM") != "dumb" && ansi(g.Stdout)
	default:
		return nil, s, usagef("--color takes auto, always or never, not %q", g.color)
	}
	if !s.Color {
		return g.Stdout, s, nil
	}
	profile := colorprofile.ANSI256
	if tty {
		profile = g.profile()
	}
	return &colorprofile.Writer{Forward: g.Stdout, Profile: profile}, s, nil
}

// profile is how many colours the terminal has.
func (g *global) profile() colorprofile.Profile {
	return max(colorprofile.Env(g.environ()), colorprofile.ANSI)
}

// interactive returns the terminal for a screen that keys work in, where there is one:
// input and output belong to it, and it understands escape sequences.
func (g *global) interactive(s report.Style) (tui.Terminal, bool) {
	t := tui.Terminal{In: g.Stdin, Out: g.Stdout, Env: g.environ(), Profile: colorprofile.ASCII}
	if s.Color {
		t.Profile = g.profile()
	}
	named := g.Env("TERM") != "" || runtime.GOOS == "windows"
	return t, isTerminal(g.Stdin) && isTerminal(g.Stdout) && named && g.Env("TERM") != "dumb" && ansi(g.Stdout)
}

// environ is what colorprofile and package tui look at.
func (g *global) environ() []string {
	var env []string
	for _, key := range []string{"TERM", "COLORTERM", "TERM_PROGRAM", "WT_SESSION", "TMUX", "STY", "SSH_TTY"} {
		if v := g.Env(key); v != "" {
			env = append(env, key+"="+v)
		}
	}
	return env
}

// width is the terminal's, or what COLUMNS says, or 80.
func (g *global) width() int { return g.widthOf(g.Stdout) }

func (g *global) widthOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	if n, err := strconv.Atoi(g.Env("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return report.DefaultWidth
}

// unicode is false where the locale, or an old Windows console, has none.
func (g *global) unicode() bool {
	if runtime.GOOS == "windows" {
		return g.Env("WT_SESSION") != "" || g.Env("TERM") != ""
	}
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := g.Env(key); v != "" {
			return v != "C" && v != "POSIX"
		}
	}
	return true
}

// dark reads the convention of COLORFGBG, "15;0": the last number is the
// background. Without it most terminals are dark.
func (g *global) dark() bool {
	v := g.Env("COLORFGBG")
	bg, err := strconv.Atoi(v[strings.LastIndex(v, ";")+1:])
	return err != nil || bg < 7 || bg == 8
}

// A waiter shows on standard error what takes long: a line that is rewritten in a
// terminal, one line a stage or detail elsewhere. Nothing is shown in the first
// 700 ms.
type waiter struct {
	w     io.Writer
	tty   bool
	style report.Style

	mu      sync.Mutex
	began   time.Time
	line    report.WaitLine
	said    map[string]bool
	shown   bool
	stop    chan struct{}
	stopped chan struct{}
}

const (
	waiterDelay = 700 * time.Millisecond
	waiterTick  = 100 * time.Millisecond
)

// newWaiter starts to show that stage is under way; close ends it.
func (g *global) newWaiter(stage string) *waiter {
	w := &waiter{w: g.Stderr, tty: isTerminal(g.Stderr) && g.Env("TERM") != "dumb" && ansi(g.Stderr),
		style: report.Style{Width: g.widthOf(g.Stderr), Unicode: g.unicode()}, began: time.Now(),
		line: report.WaitLine{Stage: stage}, said: map[string]bool{}, stop: make(chan struct{}), stopped: make(chan struct{})}
	go w.loop()
	return w
}

func (w *waiter) loop() {
	defer close(w.stopped)
	tick := time.NewTicker(waiterTick)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-tick.C:
			w.mu.Lock()
			if w.tty && time.Since(w.began) > waiterDelay {
				w.draw()
			}
			w.mu.Unlock()
		}
	}
}

func (w *waiter) draw() {
	w.line.Elapsed = time.Since(w.began)
	fmt.Fprintf(w.w, "\r%s\x1b[K", report.Wait(w.style, w.line))
	w.shown = true
}

// expect says that there is so much more to do, which makes a bar of the line.
func (w *waiter) expect(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line.Of += n
}

// step says that one of it is done.
func (w *waiter) step() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line.Done = min(w.line.Done+1, w.line.Of)
}

// set is a build.Progress.
func (w *waiter) set(stage, detail string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line.Stage, w.line.Detail = stage, detail
	line := strings.TrimSpace(stage + " " + detail)
	if w.tty || w.said[line] {
		return
	}
	w.said[line] = true
	fmt.Fprintln(w.w, line)
}

// say leaves a line of its own.
func (w *waiter) say(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shown {
		fmt.Fprint(w.w, "\r\x1b[K")
	}
	fmt.Fprintln(w.w, line)
}

// close takes the line away.
func (w *waiter) close() {
	close(w.stop)
	<-w.stopped
	if w.shown {
		fmt.Fprint(w.w, "\r\x1b[K")
	}
}
